import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Worker } from '@temporalio/worker';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { isOpenTask } from '../../activities/store/incidents.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine, workflowBundle } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import type { HookActivities } from '../support/hook-workflows.js';
import {
  aPerson,
  asked,
  closed,
  departed,
  eventually,
  hired,
  incidentOf,
  personOf,
  report,
  runOf,
  settle,
  viewOf,
} from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

/**
 * Two events of one person, the older one waiting for something while the newer one comes: whatever the order in which
 * they are carried out, profile and applications end as the newer one says.
 */

const QUEUE = 'a-customers-queue';
/** Awaited by the hook. */
let hookMayEnd: Promise<void> = Promise.resolve();
let inHook: (incidentId: string) => void = () => undefined;

let engine: Engine;
let plain: LoadedConfiguration;
let customer: { worker: Worker; end: Promise<void> };
before(async () => {
  engine = await startEngine({ skipTime: true, applications: ['Atlas'] });
  plain = engine.configuration.value;
  const activities: HookActivities = {
    noteHook: async ({ incidentId }) => {
      inHook(incidentId);
      await hookMayEnd;
    },
  };
  const worker = await Worker.create({
    connection: engine.env.nativeConnection,
    namespace: engine.namespace,
    taskQueue: QUEUE,
    workflowBundle: await workflowBundle(),
    activities,
  });
  customer = { worker, end: worker.run() };
});
afterEach(() => {
  engine.configuration.value = plain;
  for (const application of engine.applications.values()) application.calm();
  hookMayEnd = Promise.resolve();
});
after(async () => {
  customer.worker.shutdown();
  await customer.end;
  await engine.close();
});

const TYPES = [IncidentType.NewHire, IncidentType.UpdateUser, IncidentType.RehireUser] as const;
type Type = (typeof TYPES)[number];

/** Somebody about whom an event of the type can come. */
async function personFor(type: Type): Promise<ReturnType<typeof aPerson>> {
  if (type === IncidentType.NewHire) return aPerson();
  return type === IncidentType.UpdateUser ? await hired(engine) : await departed(engine);
}

/** The older event, waiting for something; `goOn` ends the wait and comes back when the event has ended. */
interface Waiting {
  readonly older: string;
  goOn(): Promise<void>;
}

type Wait = (type: Type, person: ReturnType<typeof aPerson>) => Promise<Waiting>;

const older = (type: Type, person: UserProfile): Promise<string> =>
  report(engine, { type, profile: { ...person, displayName: 'Of The Older', title: 'Older' } });

/** Once an incident that was closed by the newer one is not waited for any more. */
const isClosed = async (incidentId: string): Promise<boolean> =>
  (await incidentOf(engine, incidentId)).state === IncidentState.Closed;

async function answered(incidentId: string, kind: 'D1' | 'D3' | 'H2', option: string): Promise<void> {
  if (!(await isClosed(incidentId))) await settle(engine, incidentId, kind, option);
  await closed(engine, incidentId);
}

const WAITS: Readonly<Record<string, Wait>> = {
  'waits for a decision': async (type, person) => {
    if (type === IncidentType.NewHire) {
      const profile = { ...person, displayName: 'Of The Older' };
      const mergedUserProfile = { ...profile, email: aPerson().email };
      const incidentId = await report(engine, { type, profile, userProfile: { fields: profile, mergedUserProfile } });
      await asked(engine, incidentId, 'D1');
      return { older: incidentId, goOn: () => answered(incidentId, 'D1', 'Create New Account') };
    }
    const { email } = aPerson();
    const incidentId = await older(type, { ...person, email, username: email });
    await asked(engine, incidentId, 'D3');
    return { older: incidentId, goOn: () => answered(incidentId, 'D3', 'Change Username') };
  },
  'is halted': async (type, person) => {
    const refused = type === IncidentType.NewHire ? 'create' : 'update';
    engine.application('Atlas').fault = (operation) => (operation === refused ? refusing() : undefined);
    const incidentId = await older(type, person);
    await asked(engine, incidentId, 'H2');
    engine.application('Atlas').calm();
    return { older: incidentId, goOn: () => answered(incidentId, 'H2', 'retry') };
  },
  'is in a hook': async (type, person) => {
    let end = (): void => undefined;
    hookMayEnd = new Promise((resolve) => (end = resolve));
    const reached = new Promise<string>((resolve) => (inHook = resolve));
    const hook = { workflowType: 'goodHook', taskQueue: QUEUE, timeout: '10m' };
    engine.configuration.value = { ...plain, ilm: { ...plain.ilm, hooks: { customPreProvisioning: hook } } };
    const incidentId = await older(type, person);
    await reached;
    engine.configuration.value = plain;
    const goOn = async (): Promise<void> => {
      end();
      await closed(engine, incidentId);
    };
    return { older: incidentId, goOn };
  },
  'tries an application again': async (type, person) => {
    engine.application('Atlas').fault = () => passing();
    const incidentId = await older(type, person);
    const run = await runOf(engine, incidentId);
    await engine.env.sleep('6m');
    await eventually('it waits to try again', async () =>
      (await viewOf(engine, run.workflowId)).step.startsWith('waiting to try'),
    );
    engine.application('Atlas').calm();
    const goOn = async (): Promise<void> => {
      await engine.env.sleep('31m');
      await closed(engine, incidentId);
    };
    return { older: incidentId, goOn };
  },
};

for (const [wait, begin] of Object.entries(WAITS)) {
  for (const first of TYPES) {
    for (const second of TYPES) {
      test(`${first} ${wait}, then ${second} comes: the later one has the last word`, async () => {
        const person = await personFor(first);
        const waiting = await begin(first, person);

        const newer = await report(engine, {
          type: second,
          profile: { ...person, displayName: 'Of The Newer', title: 'Newer' },
        });
        if (wait !== 'is in a hook' || first !== second) await taken(newer);
        await waiting.goOn();
        await hasToBeRetried(newer);

        assert.equal((await closed(engine, newer)).closeReason, 'done');
        await holds(newer, person);
      });
    }
  }
}

/** Lets the newer event be carried out, or come to a halt because the older one has to go first. */
async function taken(newer: string): Promise<void> {
  await eventually('the newer event ends or asks', async () => {
    const { state } = await incidentOf(engine, newer);
    return state === IncidentState.Closed || state === IncidentState.WaitingForFix;
  });
}

/** A hire of somebody who has left halts until the rehire before it is carried out; that one may have renamed them. */
async function hasToBeRetried(newer: string): Promise<void> {
  for (;;) {
    const question = await eventually('the newer event ends or asks', async () => {
      const { state, tasks } = await incidentOf(engine, newer);
      return state === IncidentState.Closed ? 'none' : tasks.find(isOpenTask)?.kind;
    });
    if (question === 'none') return;
    await settle(engine, newer, question, question === 'D3' ? 'Change Username' : 'retry');
  }
}

/** Profile and applications say what the newer event said, under the address that it brought, once each. */
async function holds(newer: string, { email }: { readonly email: string }): Promise<void> {
  const { profile, queue, personId } = await personOf(engine, newer);
  assert.deepEqual([profile?.displayName, profile?.title, profile?.email], ['Of The Newer', 'Newer', email]);
  assert.deepEqual([profile?.active, profile?.isProcessed, profile?.isTemporaryUser], [true, false, false]);
  assert.deepEqual([queue, await engine.store.people.proposalOf(personId)], [[], null]);
  assert.deepEqual(await engine.store.incidents.openOf(personId), []);
  for (const [name, application] of engine.applications) {
    const accounts = application.accounts.filter((account) => account.email === email);
    assert.deepEqual(
      accounts.map(({ displayName, title }) => [displayName, title]),
      [['Of The Newer', 'Newer']],
      name,
    );
    assert.equal(accounts[0]?.active, name !== 'Active Directory', name);
  }
}
