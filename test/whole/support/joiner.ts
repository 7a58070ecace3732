import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import type { PersonDocument } from '../../../activities/store/person-document.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import type { CaughtMail } from '../../../sandbox/mail/mail.js';
import { IncidentState } from '../../../domain/incident.js';
import type { TaskKind } from '../../../domain/incident.js';
import { decideUpdate } from '../../../workflows/messages.js';
import type { Company } from './company.js';
import { eventually } from './eventually.js';

/** Everything that must be true of a joiner, in a form that reads well in a failed comparison. */
export interface JoinerState {
  /** Type, state and reason of every incident about the person. */
  readonly incidents: readonly string[];
  /** What the record says about the profile. */
  readonly profile: Readonly<Record<string, unknown>>;
  readonly turnsHeld: number;
  readonly openIntents: readonly string[];
  readonly proposals: number;
  /** Accounts per application. */
  readonly accounts: Readonly<Record<string, number>>;
}

/** How every joiner ends: an account in the directory and in both applications, enabled on the day of the hire. */
export const JOINED: JoinerState = {
  incidents: ['IAM - New Hire: Closed, done'],
  profile: { isTemporaryUser: false, isProcessed: false, processedBy: undefined, adAccountStatus: 'Pending' },
  turnsHeld: 0,
  openIntents: [],
  proposals: 0,
  accounts: { 'Active Directory': 1, 'Atlas Wiki': 1, 'Nimbus Chat': 1 },
};

/** Every incident about an address. */
export async function incidentsOf({ store }: Company, email: string): Promise<IncidentDocument[]> {
  return await store.incidents.oldest({ email }, 100);
}

/** The incident about an address once it is closed and its run has ended, mails included. */
export async function closedIncident(company: Company, email: string): Promise<IncidentDocument> {
  const look = (): Promise<IncidentDocument[]> => incidentsOf(company, email);
  const closed = await eventually(
    `the incident of ${email} is closed`,
    async () => (await look()).find(({ state }) => state === IncidentState.Closed),
    async () => (await look()).map(({ state, tasks, steps }) => ({ state, tasks, steps })),
  );
  await company.client.workflow.getHandle(closed.run?.workflowId ?? '').result();
  return closed;
}

/** The incident about an address once it asks a question of a kind. */
export async function askingIncident(company: Company, email: string, kind: TaskKind): Promise<IncidentDocument> {
  return await eventually(
    `the incident of ${email} asks ${kind}`,
    async () =>
      (await incidentsOf(company, email)).find(({ tasks }) =>
        tasks.some((task) => task.kind === kind && task.answer === undefined),
      ),
    async () => (await incidentsOf(company, email)).map(({ state, tasks }) => ({ state, tasks })),
  );
}

/** The newest question of an incident. */
export const questionOf = ({ tasks }: IncidentDocument): string => tasks.at(-1)?.id ?? '';

/** Answers the newest question of an incident as a configured administrator, and waits until the answer counts. */
export async function decide(company: Company, incident: IncidentDocument, option: string): Promise<void> {
  const handle = company.client.workflow.getHandle(incident.run?.workflowId ?? '');
  const decision = { taskId: questionOf(incident), option, by: 'iam-admin@example.com' };
  await handle.executeUpdate(decideUpdate, { args: [decision] });
}

/** The record of the person with an address. */
export async function personOf({ store }: Company, email: string): Promise<PersonDocument | undefined> {
  return (await store.people.byEmail(email)) ?? undefined;
}

/** Reads a joiner from the record, the applications and the directory. */
export async function stateOf(company: Company, email: string): Promise<JoinerState> {
  const { store, apps, directory } = company;
  const incidents = await incidentsOf(company, email);
  const person = await personOf(company, email);
  const { isTemporaryUser, isProcessed, processedBy, adAccountStatus } = person?.profile ?? {};
  const inApps = apps.apps.map((app): [string, number] => [app.name, accountsOf(app, email)]);
  return {
    incidents: incidents.map(({ type, state, closeReason }) => `${type}: ${state}, ${closeReason}`),
    profile: { isTemporaryUser, isProcessed, processedBy, adAccountStatus },
    turnsHeld: person?.queue.length ?? 0,
    openIntents: Object.keys(person?.intents ?? {}),
    proposals: (await store.people.proposalOf(person?.personId ?? '')) === null ? 0 : 1,
    accounts: {
      'Active Directory': (await directory.accountsOf(email)).length,
      ...Object.fromEntries(inApps.filter(([, count]) => count > 0)),
    },
  };
}

/** Accounts of an application that belong to an address, by user name or by address. */
const accountsOf = (app: SimulatedApp, email: string): number =>
  app
    .users()
    .map((user) => app.view(user))
    .filter((user) => user.username === email || user.email === email).length;

/** Subjects of the mails of an incident, and how often each of them arrived. One mail has one message id. */
export function mailsOf({ mail }: Company, incident: IncidentDocument): ReadonlyMap<string, number> {
  const copies = new Map<string, number>();
  for (const { messageId } of mail.mails()) {
    if (!decodeURIComponent(messageId).includes(incident._id)) continue;
    copies.set(messageId, (copies.get(messageId) ?? 0) + 1);
  }
  return copies;
}

/** The first password as people find it in the shipped templates. */
export function passwordIn(mail: CaughtMail | undefined): string {
  const password = /<code>([^<]+)<\/code>/.exec(mail?.html ?? '')?.[1];
  if (password === undefined) throw new Error('the mail names no password');
  return password.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
