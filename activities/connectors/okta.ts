import { z } from 'zod';

import { OKTA_BRAND as BRAND_NAME } from '../../domain/selection.js';
import { checkedSettings } from './brand.js';
import { transportOptions } from './http-transport.js';
import { readOktaAccess } from './okta/access.js';
import { oktaUserSchema } from './okta/answers.js';
import { clientOf } from './okta/client.js';
import { describeOktaUsers } from './okta/describe.js';
import { oktaGroups } from './okta/groups.js';
import { DEFAULT_OKTA_MAPPER_IN, DEFAULT_OKTA_MAPPER_OUT } from './okta/maps.js';
import { oktaSession } from './okta/session.js';
import { oktaSettingsSchema } from './okta/settings.js';
import { oktaUsers } from './okta/users.js';
import { parseAnswer } from './answers.js';
import { quotaReport } from './quota.js';
import type { Brand, ConnectorOptions } from './brand.js';
import type { OktaClient } from './okta/client.js';
import type { OktaSession } from './okta/session.js';
import type { OktaSettings } from './okta/settings.js';
import type { ConnectionReport, GroupConnector, UserConnector } from './types.js';

/** A connector of users and groups of one Okta organisation, with what flows that follow it read there. */
export type OktaConnector = UserConnector & GroupConnector & { readonly organisation: OktaClient };

const rolesSchema = z.array(z.looseObject({ type: z.string().nullish(), label: z.string().nullish() }));

/** Makes the connector; opens no connection. */
export function createOktaConnector(settings: OktaSettings, options: ConnectorOptions): OktaConnector {
  const { outgoing, incoming, instanceName } = options;
  const session = oktaSession(settings, transportOptions(options));
  return {
    ...oktaGroups(session),
    ...oktaUsers(session, outgoing),
    brand: BRAND_NAME,
    organisation: clientOf(session),
    describe: () => describeOktaUsers(session),
    readAccess: (id) => readOktaAccess(session, id),
    toProfile: ({ raw }) => {
      const user = parseAnswer(oktaUserSchema, raw, `${instanceName}: the account`, 'read it again');
      return incoming.map(user.profile);
    },
    test: () => testConnection(session),
    close: () => session.close(),
  };
}

/** Who the token belongs to, and the administrator roles of that user as far as the token may see them. */
async function testConnection(session: OktaSession): Promise<ConnectionReport> {
  const { id } = await clientOf(session).ownAccount();
  const roles = await session
    .ask(rolesSchema, { path: `users/${encodeURIComponent(id)}/roles`, label: 'users/{id}/roles', accept: [403, 404] })
    .catch(() => []);
  const rights = roles.flatMap(({ type, label }) => type ?? label ?? []);
  return { ...quotaReport(session), ...(rights.length === 0 ? {} : { rights }) };
}

/** Okta as the target of provisioning: users and their life cycle, groups and their members. */
export const OKTA_BRAND: Brand = {
  name: BRAND_NAME,
  summary: 'Users and groups of an Okta organisation.',
  settings: oktaSettingsSchema,
  defaultMapperOut: DEFAULT_OKTA_MAPPER_OUT,
  defaultMapperIn: DEFAULT_OKTA_MAPPER_IN,
  create: (settings, options, fault) =>
    createOktaConnector(checkedSettings(oktaSettingsSchema, settings, fault), options),
};
