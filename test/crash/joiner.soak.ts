import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';

import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

import { startIncidentRuns } from '../../activities/open-incidents.js';
import { openStore } from '../../activities/store/index.js';
import type { Store } from '../../activities/store/index.js';
import { IncidentType } from '../../domain/incident.js';
import { startPeers } from '../../sandbox/peers.js';
import type { Peers } from '../../sandbox/peers.js';
import { DirectoryClient } from '../../sandbox/directory-client.js';
import { WORKFLOW_SOURCES } from '../../worker/workflow-sources.js';
import { reportNamespace } from '../support/report-temporal.js';
import { testServers } from '../support/servers.js';
import { pointsOf } from './crash-point.js';
import type { CrashPoint } from './crash-point.js';
import type { JoinerWorkerArguments } from './joiner-worker.js';

const APPLICATIONS = ['Active Directory', 'Atlas Wiki', 'Nimbus Chat'];
const POINTS = pointsOf([
  'openSyncUser',
  ...APPLICATIONS.map((name) => `runApplicationCommand ${name}`),
  'initialiseDirectoryAccount',
  'sendProvisioningNotification',
  'finishIncident',
]);
const WORKER = fileURLToPath(new URL('./joiner-worker.ts', import.meta.url));
/** A lost activity is tried again after its time-out of at most a minute; more time only keeps a broken test from hanging. */
const DEADLINE_MS = 200_000;

let folder: string;
let peers: Peers;
let bundlePath: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilm-crash-'));
  peers = await startPeers({ dataDir: folder, ad: null, progress: () => undefined });
  const { code } = await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: new DefaultLogger('ERROR') });
  bundlePath = join(folder, 'bundle.js');
  await writeFile(bundlePath, code);
});
after(async () => {
  await peers.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Serves until it is stopped: first a worker that dies at the point, then one that does not. */
class Workers {
  #child: ReturnType<typeof spawn> | undefined;
  #stopped = false;
  /** How often a worker died by its own hand. */
  kills = 0;

  constructor(private readonly serve: Omit<JoinerWorkerArguments, 'point'>) {}

  start(point?: CrashPoint): void {
    const args: JoinerWorkerArguments = { ...this.serve, ...(point === undefined ? {} : { point }) };
    const env = { ...process.env, ...peers.environment, ILM_LINK_BASE_URL: 'http://127.0.0.1' };
    const child = spawn(process.execPath, ['--import', 'tsx', WORKER, JSON.stringify(args)], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#child = child;
    child.once('exit', (_, signal) => {
      if (this.#stopped) return;
      if (signal === 'SIGKILL') this.kills += 1;
      this.start();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#child?.kill('SIGKILL');
  }
}

async function recordHire(store: Store, email: string, employeeId: string): Promise<string> {
  const personId = (await store.people.reserve('Workday', [employeeId])).get(employeeId) ?? null;
  const fields = {
    email,
    username: email,
    employeeId,
    displayName: `Crash ${employeeId}`,
    givenName: 'Crash',
    surname: employeeId,
    employmentStatus: 'Active',
    employeeType: 'Regular',
    hireDate: '01/15/2026',
    location: 'Berlin',
    managerEmailAddress: 'manager@example.com',
    sourcePriority: 1,
    sourceOfTruth: 'Workday',
  };
  const [incidentId = ''] = await store.incidents.record(
    [
      {
        eventKey: randomUUID(),
        type: IncidentType.NewHire,
        personId,
        source: { instance: 'Workday', sourceOfTruth: 'Workday' },
        email,
        employeeId,
        details: 'The person was hired.',
        changedFields: {},
        mergedWith: null,
        conversionHire: false,
        forced: false,
        userProfile: { fields },
      },
    ],
    new Date().toISOString(),
  );
  return incidentId;
}

/** Waits until the worker has died once, the incident is closed and its run, mails included, has ended. */
async function untilEnded(store: Store, client: Client, incidentId: string, workers: Workers): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const incident = await store.incidents.get(incidentId);
    const isClosed = incident?.state === 'Closed' && workers.kills === 1;
    if (
      isClosed &&
      (await client.workflow.getHandle(incident.run?.workflowId ?? '').describe()).status.name === 'COMPLETED'
    )
      return;
    if (Date.now() > deadline) throw new Error(`${incidentId} is ${incident?.state} after ${workers.kills} kills`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe('a worker killed in the middle of a joiner', { concurrency: POINTS.length }, () => {
  POINTS.forEach((point, number) => {
    test(`${point.phase} ${point.activity}: one account everywhere, one incident, nothing left behind`, async (t) => {
      const { mongodbUri, temporalAddress: address } = await testServers('mongodb', 'temporal');
      const { env } = await reportNamespace(t);
      const database = `ilm-test-${randomUUID()}`;
      const store = await openStore({ uri: mongodbUri, name: database });
      t.after(async () => {
        await store.database.db.dropDatabase();
        await store.close();
      });
      const workers = new Workers({ address, namespace: env.namespace ?? '', mongodbUri, database, bundlePath });
      t.after(() => workers.stop());
      const email = `crash.${number}@example.com`;
      const incidentId = await recordHire(store, email, String(900_000 + number));
      await startIncidentRuns({ store, client: env.client }, [incidentId]);

      workers.start(point);
      await untilEnded(store, env.client, incidentId, workers);

      const account = await new DirectoryClient(peers.ad).find(email);
      assert.equal(account?.enabled, false);
      for (const app of peers.apps.apps) {
        assert.equal(app.users().filter((user) => user['userName'] === email).length, 1, app.name);
      }
      assert.equal(await store.incidents.collection.countDocuments({}), 1);
      const person = await store.people.byEmail(email);
      assert.equal(person?.profile?.isTemporaryUser, false);
      assert.equal(person?.profile?.isProcessed, false);
      assert.equal(person?.profile?.adAccountStatus, 'Pending');
      assert.deepEqual(person?.queue, []);
      assert.deepEqual(person?.intents ?? {}, {});
      const told = peers.mail.mails({ to: 'atlas-owners@example.com' }).filter(({ text }) => text.includes(email));
      assert.ok(told.length === 1 || told.length === 2, `${told.length} mails about one account`);
    });
  });
});

test('every point was one of at least fourteen', () => {
  for (const { phase, activity } of POINTS) console.log(`killed ${phase} ${activity}`);
  assert.ok(POINTS.length >= 14);
});
