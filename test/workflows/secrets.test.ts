import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { logLines, startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, personOf, report, runOf, settle } from '../support/incidents.js';
import { passing, refusing } from '../support/memory-application.js';

const PLANTED = 'Planted-9-Pass-Word-7';

let engine: Engine;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ilm-generator-'));
  const module = join(folder, 'generator.mjs');
  await writeFile(module, `export default () => '${PLANTED}';\nexport const generatePassword = () => '${PLANTED}';\n`);
  engine = await startEngine({ applications: ['Atlas'], ilm: { playbooks: { passwordGenerator: module } } });
});
afterEach(() => {
  for (const application of engine.applications.values()) application.calm();
});
after(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

/** Every history of the engine's namespace, with payloads as the server keeps them. */
async function histories(): Promise<string> {
  const texts: string[] = [];
  const runs = await eventually('the runs are visible', async () => {
    const found = [];
    for await (const run of engine.env.client.workflow.list()) found.push(run);
    return found.length >= 2 && found;
  });
  for (const { workflowId, runId } of runs) {
    const { events } = await engine.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    texts.push(readable(events));
  }
  return texts.join('\n');
}

function readable(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (field instanceof Uint8Array || (field as { type?: unknown } | null)?.type === 'Buffer') {
      const { data } = field as { data?: number[] };
      return Buffer.from(data ?? (field as Uint8Array)).toString('utf8');
    }
    return field;
  });
}

async function collections(): Promise<string> {
  const names = await engine.store.database.db.listCollections().toArray();
  const all = await Promise.all(names.map(({ name }) => engine.store.database.db.collection(name).find().toArray()));
  return JSON.stringify(all);
}

test('a first password is in the directory and in its mails, and in no history, record or log', async () => {
  const directory = engine.application('Active Directory');
  const profile = aPerson();
  let faults = 0;
  directory.fault = (operation) =>
    operation === 'setInitialPassword' && faults++ === 0 ? passing('after') : undefined;
  const well = await report(engine, { profile });
  await closed(engine, well);
  await (await runOf(engine, well)).result();
  directory.fault = (operation) => (operation === 'setInitialPassword' ? refusing() : undefined);
  const badly = await report(engine, { profile: aPerson() });
  await asked(engine, badly, 'H2');
  await settle(engine, badly, 'H2', 'close');
  await closed(engine, badly);

  const [history, stored] = [await histories(), await collections()];

  assert.equal(directory.accountOf(profile.email)?.password, PLANTED);
  assert.ok(engine.mailer.sent.some(({ html }) => html.includes(PLANTED)));
  assert.ok(history.includes('runApplicationCommand'), 'the histories can be read');
  assert.ok(stored.includes(profile.email), 'the records can be read');
  assert.ok(logLines.length > 0);
  assert.ok(!history.includes(PLANTED));
  assert.ok(!stored.includes(PLANTED));
  assert.ok(!logLines.join('\n').includes(PLANTED));
});

test('no name, address or number of a person travels through Temporal, except the employee id as an attribute', async () => {
  const profile = aPerson({ displayName: 'Zaphira Marker', mobilePhone: '555-0199' });
  const incidentId = await report(engine, { profile });
  await closed(engine, incidentId);
  await (await runOf(engine, incidentId)).result();

  const history = await histories();

  for (const personal of ['Zaphira', '555-0199', profile.email, 'manager@example.com']) {
    assert.ok(!history.includes(personal), personal);
  }
  assert.ok(history.includes((await personOf(engine, incidentId)).personId));
});
