import type { AppProvisioningRow, PlaybookInputs } from '../../domain/config.js';
import type { UserProfile } from '../../domain/profile.js';
import type { Engine } from './engine.js';
import { closed, hired, runOf } from './incidents.js';

/** Changes the settings list's row of an instance. */
export function changeRow({ configuration }: Engine, instance: string, over: Partial<AppProvisioningRow>): void {
  const { value } = configuration;
  const appProvisioningSettings = value.appProvisioningSettings.map((one) =>
    one.instance_name === instance ? { ...one, ...over } : one,
  );
  configuration.value = { ...value, appProvisioningSettings };
}

/** `<instance>: <action>` of what an incident did, or why it was skipped. */
export async function doneBy(engine: Engine, incidentId: string): Promise<string[]> {
  const { successfulProvisioning } = await closed(engine, incidentId);
  return successfulProvisioning
    .map(({ instanceName, action, reason }) => `${instanceName}: ${reason ?? action}`)
    .sort();
}

/** Message ids and receivers of the news about an incident's successes, after its run has ended. */
export async function newsOf(engine: Engine, incidentId: string): Promise<string[]> {
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();
  const mails = engine.mailer.about(incidentId).filter(({ messageId }) => messageId.endsWith('.notification'));
  return mails.map(({ to, messageId }) => `${messageId.split('.').slice(1, 3).join(' ')}: ${to.join()}`).sort();
}

/** Changes inputs of the playbooks; undefined takes one away. */
export function changePlaybooks(
  { configuration }: Engine,
  over: { readonly [Name in keyof PlaybookInputs]?: PlaybookInputs[Name] | undefined },
): void {
  const { value } = configuration;
  const inputs = Object.entries({ ...value.ilm.playbooks, ...over }).filter(([, input]) => input !== undefined);
  const playbooks = Object.fromEntries(inputs) as unknown as PlaybookInputs;
  configuration.value = { ...value, ilm: { ...value.ilm, playbooks } };
}

/** Somebody with a disabled directory account and a first password, whose hire date is still to come. */
export async function hiredAhead(engine: Engine, over: UserProfile = {}): ReturnType<typeof hired> {
  const profile = await hired(engine, { hireDate: '01/01/2100', ...over });
  for (const application of engine.applications.values()) application.calm();
  return profile;
}
