import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { loadConfiguration } from '../activities/configuration/load.js';
import type { LoadedConfiguration } from '../activities/configuration/types.js';
import type { Store } from '../activities/store/index.js';
import { IncidentType } from '../domain/incident.js';
import { appsEnvironment, exampleApps } from '../sandbox/apps/example-apps.js';
import { startApps } from '../sandbox/apps/server.js';
import { startDirectory } from '../sandbox/directory/server.js';
import { startMailCatcher } from '../sandbox/mail/server.js';
import { createPeerServer } from '../sandbox/peer/http.js';
import { startPeer } from './peer.js';
import type { Peer } from './peer.js';

/** The directory's name in the example configuration. */
export const DIRECTORY = 'Active Directory';
/** Applications of a joiner; the last is added to the example configuration. */
export const APPLICATIONS = ['Atlas Wiki', 'Nimbus Chat', 'Orbit Desk'] as const;
/** Raised limits: the benchmark measures the engine, not a quota. */
export const RAISED = { commandsPerSecond: 1000, concurrency: 20 } as const;

const SHIPPED = fileURLToPath(new URL('../config', import.meta.url));
const UNUSED = 'http://127.0.0.1:9';
/** Under which the environment names the address that tells who is disabled everywhere. */
const LEFT_URL = 'LEFT_URL';
/** How often it looks. */
const LOOK_MS = 5;

/** Environment of the systems around the service. */
export type PeerEnvironment = Readonly<Record<string, string>>;

/** Starts applications, simulated directory and mail catcher in one process of their own. */
export async function startCompany(module: string): Promise<Peer & { readonly environment: PeerEnvironment }> {
  const peer = await startPeer(module, { side: 'peer' });
  return { ...peer, environment: JSON.parse(peer.told) as PeerEnvironment };
}

/** The process of the systems around the service: says what a configuration has to know, and serves. */
export async function serveCompany(): Promise<void> {
  const apps = await startApps({ apps: [...exampleApps(), { name: 'Orbit Desk' }] });
  const [directory, mail] = await Promise.all([startDirectory(), startMailCatcher()]);
  const desk = apps.app('Orbit Desk');
  const measured = APPLICATIONS.map((name) => apps.app(name));
  const environment = {
    ...appsEnvironment(apps),
    ORBIT_DESK_URL: desk.baseUrl,
    ORBIT_DESK_TOKEN: desk.token,
    ...directory.info,
    SMTP_URL: mail.smtpUrl,
    WORKDAY_REPORT_URL: UNUSED,
    WORKDAY_CONTRACTORS_REPORT_URL: UNUSED,
    WORKDAY_USERNAME: 'unused',
    WORKDAY_PASSWORD: 'unused',
    ILM_LINK_BASE_URL: UNUSED,
    [LEFT_URL]: await serveLeavers(
      (email) =>
        directory.find(email)?.enabled === false && measured.every((app) => app.find(email)?.['active'] === false),
    ),
  };
  process.stdout.write(`${JSON.stringify(environment)}\n`);
}

/** Answers when everybody who is named is disabled everywhere, and says when that was. Gives its address. */
async function serveLeavers(isDisabled: (email: string) => boolean): Promise<string> {
  const server = createPeerServer();
  server.post('/', async ({ body }) => {
    for (const email of body as string[]) {
      while (!isDisabled(email)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return { at: Date.now() };
  });
  return await server.listen();
}

/** Waits until everybody is disabled everywhere. Gives the moment, in milliseconds since the epoch. */
export async function untilDisabled(environment: PeerEnvironment, emails: readonly string[]): Promise<number> {
  const response = await fetch(environment[LEFT_URL] ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(emails),
  });
  return ((await response.json()) as { at: number }).at;
}

/** The example configuration with a third application, every row for everybody, and the limits raised. */
export function companyConfiguration(environment: PeerEnvironment): LoadedConfiguration {
  const loaded = loadConfiguration(SHIPPED, environment);
  const [atlas] = loaded.ilm.instances.filter(({ name }) => name === APPLICATIONS[0]);
  const row = loaded.appProvisioningSettings.find(({ instance_name }) => instance_name === APPLICATIONS[0]);
  if (atlas === undefined || row === undefined) throw new Error(`The example has no ${APPLICATIONS[0]}.`);
  const settings = { baseUrl: environment['ORBIT_DESK_URL'], token: environment['ORBIT_DESK_TOKEN'] };
  const used = loaded.ilm.instances.filter(({ name }) => [DIRECTORY, ...APPLICATIONS].includes(name));
  const instances = [...used, { ...atlas, name: APPLICATIONS[2], settings }];
  return {
    ...loaded,
    ilm: { ...loaded.ilm, instances: instances.map((instance) => ({ ...instance, ...RAISED })) },
    appGroupSyncSettings: [],
    appProvisioningSettings: [DIRECTORY, ...APPLICATIONS].map((instance_name) => ({ ...row, instance_name })),
  };
}

/** Records new hires whose runs are still to be started; gives the incidents' ids. */
export const recordHires = (store: Store, from: number, count: number): Promise<string[]> =>
  record(store, numbersOf(from, count), IncidentType.NewHire, 'Active');

/** Records that earlier hires have left. */
export const recordLeavers = (store: Store, from: number, count: number): Promise<string[]> =>
  record(store, numbersOf(from, count), IncidentType.TerminateUser, 'Terminated');

/** The addresses of the people of {@link recordHires}. */
export const emailsOf = (from: number, count: number): string[] => numbersOf(from, count).map(emailOf);

const numbersOf = (from: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => String(100_000 + from + n));

const emailOf = (employeeId: string): string => `person-${employeeId}@example.com`;

async function record(
  store: Store,
  numbers: readonly string[],
  type: IncidentType,
  employmentStatus: string,
): Promise<string[]> {
  const reserved = await store.people.reserve('Workday', numbers);
  const events = numbers.map((employeeId) => ({
    eventKey: randomUUID(),
    type,
    personId: reserved.get(employeeId) ?? null,
    source: { instance: 'Workday', sourceOfTruth: 'Workday' },
    email: emailOf(employeeId),
    employeeId,
    details: 'As the report says.',
    changedFields: {},
    mergedWith: null,
    conversionHire: false,
    forced: false,
    userProfile: { fields: { ...profileOf(employeeId), employmentStatus } },
  }));
  const ids = await store.incidents.record(events, new Date().toISOString());
  return ids.map((id) => id ?? fail('an incident was not recorded'));
}

const profileOf = (employeeId: string): Record<string, string | number> => ({
  email: emailOf(employeeId),
  username: emailOf(employeeId),
  employeeId,
  displayName: `Person ${employeeId}`,
  givenName: 'Person',
  surname: employeeId,
  hireDate: '01/15/2026',
  location: 'Berlin',
  department: 'Engineering',
  managerEmailAddress: 'manager@example.com',
  sourcePriority: 1,
  sourceOfTruth: 'Workday',
});

function fail(message: string): never {
  throw new Error(message);
}
