import { IncidentState } from '../../domain/incident.js';
import type { IncidentType } from '../../domain/incident.js';
import type { SandboxCompany } from '../company.js';

/** Where an account of an address exists, and whether it is disabled, in words: "Active Directory (disabled), ...". */
export async function accountsOf(company: SandboxCompany, email: string): Promise<string> {
  const inDirectory = await company.directory.find(email);
  const places = [
    ...(inDirectory === null ? [] : [`Active Directory (${inDirectory.enabled ? 'enabled' : 'disabled'})`]),
    ...company.apps.apps.flatMap((app) => {
      const users = app
        .users()
        .map((user) => app.view(user))
        .filter((user) => user.email === email);
      const state = users.some(({ active }) => !active) ? ' (disabled)' : '';
      return users.length === 0
        ? []
        : [users.length === 1 ? `${app.name}${state}` : `${app.name} ${users.length} times`];
    }),
  ];
  return places.length === 0 ? 'no account' : places.join(', ');
}

/** Subjects of the mails that an address received after an instant. */
export function mailsTo(company: SandboxCompany, to: string, part: string): number {
  return company.mail.mails({ to }).filter(({ subject, text }) => subject.includes(part) || text.includes(part)).length;
}

/** Whether an incident waits for an answer, and to what: "IAM - Update User of robin@example.com waits (D3)". */
export async function waitingFor(company: SandboxCompany, email: string, type: IncidentType): Promise<string> {
  const incident = await company.newestIncident(email, type);
  if (incident === undefined) return `no ${type} of ${email}`;
  const open = incident.tasks.find(({ answer, withdrawnAt }) => answer === undefined && withdrawnAt === undefined);
  const waits = incident.state === IncidentState.WaitingForDecision || incident.state === IncidentState.WaitingForFix;
  if (waits && open !== undefined) return `${incident.type} of ${incident.email} waits (${open.kind})`;
  return `${incident.type} of ${incident.email} ${incident.state.toLowerCase()}`;
}

/** Lines that say what became of an incident. */
export async function incidentLines(company: SandboxCompany, email: string, type: IncidentType): Promise<string[]> {
  const incident = await company.newestIncident(email, type);
  if (incident === undefined) return [];
  return [
    `incident ${incident._id} (${incident.type}): ${incident.state}`,
    ...incident.successfulProvisioning.map(
      ({ instanceName, action, skipped }) => `${instanceName}: ${skipped ? 'skipped' : action}`,
    ),
    ...incident.failedProvisioning.map(({ instanceName, errorMessage }) => `${instanceName}: failed, ${errorMessage}`),
  ];
}
