import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { appProvisioningSettingsSchema, configSchema } from '../../domain/config.js';
import { ACTIVE_DIRECTORY_BRAND, OKTA_BRAND } from '../../domain/selection.js';

const brandOf = (name: string): string =>
  name.startsWith('Active Directory') ? ACTIVE_DIRECTORY_BRAND : name.startsWith('Okta') ? OKTA_BRAND : 'Memory';

/**
 * A configuration whose instances are applications in memory. Every one has a row in the settings list that is switched
 * on for everybody and names somebody to be told.
 *
 * @param over merged over `ilm.yaml`; its `playbooks` over the plain ones
 */
export function plainConfiguration(names: readonly string[], over: Record<string, unknown> = {}): LoadedConfiguration {
  const ilm = configSchema.parse({
    instances: names.map((name) => ({
      name,
      brand: brandOf(name),
      commandsPerSecond: 500,
      settings: { application: name },
    })),
    people: [
      { id: 'reviewer-1', email: 'reviewer@example.com', name: 'A Reviewer', roles: ['iam'] },
      { id: 'guest-1', email: 'guest@example.com', name: 'A Guest' },
    ],
    ...over,
    playbooks: {
      itNotificationEmail: 'it@example.com',
      serviceDeskEmail: 'desk@example.com',
      userRoleToAssignForFailures: ['iam'],
      ...(over['playbooks'] as object | undefined),
    },
  });
  const rows = names.map((name) => ({
    instance_name: name,
    create_user_enabled: true,
    create_user_group: 'All',
    update_user_enabled: true,
    disable_user_enabled: true,
    create_user_email_notification_ids: 'stakeholder@example.com',
    disable_user_email_notification_ids: 'farewell@example.com',
  }));
  const appProvisioningSettings = appProvisioningSettingsSchema.parse(rows);
  return { directory: '.', ilm, appProvisioningSettings, appGroupSyncSettings: [], mappers: {}, templates: {} };
}
