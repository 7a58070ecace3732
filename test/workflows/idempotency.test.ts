import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Evidence } from '../../activities/store/evidence.js';
import type { Activities } from '../../activities/index.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import {
  aPerson,
  answer,
  asked,
  closed,
  eventually,
  incidentOf,
  personOf,
  report,
  disputed,
} from '../support/incidents.js';
import { passing } from '../support/memory-application.js';

/** Activities of the main queue that answer once and are asked again, as if the answer had been lost. */
const repeated = new Set<keyof Activities>();
const answers: unknown[] = [];

let engine: Engine;
before(async () => {
  engine = await startEngine({
    applications: ['Atlas'],
    activities: (_, plain) =>
      Object.fromEntries(
        (['openSyncUser', 'finishIncident', 'releaseTurn', 'recordAnswers'] as const).map((name) => [
          name,
          async (request: never) => {
            if (!repeated.has(name)) return await plain[name](request);
            answers.push(await plain[name](request));
            const again = await plain[name](request);
            answers.push(again);
            return again;
          },
        ]),
      ),
  });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
  repeated.clear();
  answers.length = 0;
  delete (engine.store.evidence as Partial<typeof engine.store.evidence>).append;
});
after(() => engine.close());

/** Evidence of an incident's commands in one instance: `begun` or `done`, in the order of time. */
async function phasesOf(incidentId: string, instance: string): Promise<(string | undefined)[]> {
  const documents = await engine.store.evidence.ofIncident(incidentId);
  return documents.filter((document) => document.instance === instance).map(({ phase }) => phase);
}

/** The next evidence of an outcome in an instance is not written, as if the process had died before it. */
function dieBeforeOutcome(instance: string): { readonly died: () => boolean } {
  const { evidence } = engine.store;
  const append = Evidence.prototype.append;
  let hasDied = false;
  evidence.append = async (documents) => {
    if (!hasDied && documents.some((one) => one.instance === instance && one.phase === 'done')) {
      hasDied = true;
      throw new Error('the process died');
    }
    await append.call(evidence, documents);
  };
  return { died: () => hasDied };
}

test('an application that answers 503 after doing the work gets one account, reported as created', async () => {
  const atlas = engine.application('Atlas');
  let faults = 0;
  atlas.fault = (operation) => {
    if (operation === 'create' && faults++ === 0) return passing('after');
    return operation === 'find' && faults === 1 && faults++ === 1 ? passing() : undefined;
  };
  const profile = aPerson();

  const incident = await closed(engine, await report(engine, { profile }));

  assert.equal(atlas.accounts.filter(({ email }) => email === profile.email).length, 1);
  const row = incident.successfulProvisioning.find(({ instanceName }) => instanceName === 'Atlas');
  assert.equal(row?.action, 'create');
  assert.deepEqual(await phasesOf(incident._id, 'Atlas'), ['begun', 'begun', 'done']);
});

test('an activity that dies between intent and outcome leaves a visible intent, which the next look-up closes', async () => {
  const atlas = engine.application('Atlas');
  const death = dieBeforeOutcome('Atlas');
  const profile = aPerson();
  const incidentId = await report(engine, { profile });
  await eventually('the activity dies', () => Promise.resolve(death.died()));
  const { intents = {} } = await personOf(engine, incidentId);
  assert.equal(intents['Atlas:create-user']?.found, 'absent');
  assert.equal(intents['Atlas:create-user'].incidentId, incidentId);

  const incident = await closed(engine, incidentId);

  assert.equal(atlas.accounts.filter(({ email }) => email === profile.email).length, 1);
  const row = incident.successfulProvisioning.find(({ instanceName }) => instanceName === 'Atlas');
  assert.equal(row?.action, 'create');
  assert.deepEqual((await personOf(engine, incidentId)).intents ?? {}, {});
});

test('an opening activity that is repeated answers the same again and writes nothing twice', async () => {
  repeated.add('openSyncUser');
  const profile = aPerson();

  const incidentId = await report(engine, { profile });

  await closed(engine, incidentId);
  const [first, again] = answers as { plan: { ticket: string; personVersion: number } }[];
  assert.equal(again?.plan.ticket, first?.plan.ticket);
  assert.equal(again?.plan.personVersion, first?.plan.personVersion);
  const written = (await engine.store.evidence.ofIncident(incidentId)).filter(({ kind }) => kind === 'profile');
  assert.deepEqual(
    written.map(({ cause }) => cause),
    ['Sync User: profile created', 'Create User In Active Directory', 'Sync User: finished'],
  );
});

test('an opening activity that is repeated at a question opens one question', async () => {
  repeated.add('openSyncUser');
  const holder = aPerson();
  const profile = aPerson();
  const mergedUserProfile = { ...profile, email: holder.email };

  const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });

  // The repeat finds its ticket given back and enters once more, which finds the same question.
  assert.equal(await asked(engine, incidentId, 'D1'), `${incidentId}/D1/1`);
  assert.equal((await incidentOf(engine, incidentId)).tasks.length, 1);
  assert.deepEqual((await personOf(engine, incidentId)).queue, []);
});

test('a closing activity that is repeated closes once and books once', async () => {
  repeated.add('finishIncident');

  const incidentId = await report(engine, { profile: aPerson() });

  const incident = await closed(engine, incidentId);
  assert.deepEqual(await eventually('it was repeated', () => Promise.resolve(answers.length === 2 && answers)), [
    { kind: 'closed' },
    { kind: 'closed' },
  ]);
  assert.equal(incident.steps.filter(({ step }) => step === 'closed').length, 1);
  const { fence, gone } = await personOf(engine, incidentId);
  assert.equal(fence, 1);
  assert.equal(gone.length, 1);
});

test('a closing activity that is repeated at a halt finds the same halt and owner', async () => {
  repeated.add('finishIncident');
  const { ilm, ...rest } = engine.configuration.value;
  const people = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => ({
    id: `r-${n}`,
    email: `r${n}@example.com`,
    name: 'R',
    roles: ['iam'],
    shifts: [],
  }));
  engine.configuration.value = { ...rest, ilm: { ...ilm, people: [...ilm.people, ...people] } };
  engine.application('Atlas').fault = (operation) =>
    operation === 'create'
      ? { ...passing(), error: Object.assign(passing().error, { kind: 'validation' }) }
      : undefined;

  const incidentId = await report(engine, { profile: aPerson() });

  await asked(engine, incidentId, 'H2');
  engine.configuration.value = { ...rest, ilm };
  assert.deepEqual(answers[1], answers[0]);
  assert.equal((await incidentOf(engine, incidentId)).tasks.length, 1);
});

test('an answer that is recorded twice by a repeated activity counts as recorded', async () => {
  repeated.add('recordAnswers');
  const profile = await disputed(engine);
  const incidentId = await report(engine, { profile, type: 'IAM - Update User' });
  const taskId = await asked(engine, incidentId, 'H1');

  const receipt = await answer(engine, taskId, 'close');

  assert.deepEqual(receipt, { taskId, option: 'close' });
  const { tasks } = await closed(engine, incidentId);
  assert.equal(tasks[0]?.ignoredAnswers, undefined);
});
