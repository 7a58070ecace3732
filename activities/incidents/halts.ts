import { CloseReason, IncidentType } from '../../domain/incident.js';
import type { ProvisioningResult } from '../../domain/incident.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import { closeDropping, closeKeeping } from './closing.js';
import type { Entry } from './entry.js';

/** Halts before anything is provisioned (H1); answered `close`, what the incident created goes. */
export async function haltOrDrop(entry: Entry, question: string): Promise<Opened> {
  return entry.answer('H1')?.option === 'close'
    ? await closeDropping(entry, CloseReason.ClosedByPerson)
    : await entry.ask('H1', question);
}

/** Goes on with a playbook that an earlier version did not have; `close` at its halt still closes. */
export const sinceUpgrade =
  (proceed: (entry: Entry, at: EntryPoint) => Promise<Opened>) =>
  async (entry: Entry, at: EntryPoint): Promise<Opened> =>
    entry.answer('NotBuilt')?.option === 'close'
      ? await closeKeeping(entry, CloseReason.ClosedByPerson)
      : await proceed(entry, at);

const USUAL_CAUSES: Partial<Record<IncidentType, string>> = {
  [IncidentType.AdUserActivation]:
    'Usual causes: the directory cannot be reached (port 636?); no rule of the outgoing mapper gives the OU; the ' +
    "domain's policy refuses the generated password; the account cannot be enabled. ",
  [IncidentType.AdUserDeactivation]:
    'Usual causes: the directory cannot be reached (port 636?); the service account may not disable the account. ',
};

/** What H2 says: where it failed, what the usual causes are, and what to do. */
export function failureQuestion(type: IncidentType, failed: readonly ProvisioningResult[]): string {
  const names = failed.map(({ instanceName, errorCode }) => `${instanceName} (${errorCode || 'no code'})`);
  const causes = USUAL_CAUSES[type] ?? '';
  return `Provisioning failed in ${names.join(', ')}. ${causes}Fix the cause and retry, or close the incident as it is.`;
}
