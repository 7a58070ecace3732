import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { OktaEventProgress } from '../../workflows/messages.js';
import { ilm } from '../support/command-line.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { eventually } from '../support/incidents.js';
import { OKTA, OKTA_ENGINE } from '../support/okta.js';
import { DEACTIVATIONS, PolledOkta } from '../support/okta-events.js';
import { testServers } from '../support/servers.js';
import { Endings } from '../whole/support/endings.js';

const endings = new Endings();
let engine: Engine;
before(async () => {
  engine = await startEngine(OKTA_ENGINE);
  endings.after(() => engine.close());
  const okta = await PolledOkta.join(engine, { interval: '1h' });
  endings.after(() => okta.organisation.stop());
  const { temporalAddress, mongodbUri } = await testServers('temporal', 'mongodb');
  const uri = new URL(mongodbUri);
  uri.pathname = `/${engine.store.database.db.databaseName}`;
  const instances = [
    ...PLAIN_ILM.instances,
    { name: OKTA, brand: 'Okta IAM', settings: okta.organisation.settings },
    { name: 'Okta abroad', brand: 'Okta IAM', settings: okta.organisation.settings },
  ];
  Object.assign(process.env, PLAIN_ENVIRONMENT, {
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: engine.namespace,
    MONGODB_URI: uri.href,
    ILM_USER: 'reviewer@example.com',
    ILM_CONFIG: configurationDirectory(
      endings,
      { ...PLAIN_ILM, instances, oktaEvents: [DEACTIVATIONS] },
      { 'lists/app-provisioning-settings.json': '[]' },
    ),
  });
});
after(() => endings.end());

async function events<T>(t: TestContext, command: string, instance = OKTA): Promise<T> {
  const { code, out, err } = await ilm(t, 'okta', 'events', command, instance, '--json');
  assert.equal(code, 0, err);
  return JSON.parse(out) as T;
}

test('a polling that does not run says how to start it, and one without an entry how to get one', async (t) => {
  const notStarted = await ilm(t, 'okta', 'events', 'status', OKTA);
  const noEntry = await ilm(t, 'okta', 'events', 'start', 'Okta abroad');

  assert.deepEqual([notStarted.code, noEntry.code], [1, 2]);
  assert.match(notStarted.err, /ilm okta events start "Okta"/);
  assert.match(noEntry.err, /no entry under oktaEvents/);
});

test('a polling is started, paused, resumed, run and asked', async (t) => {
  const started = await events(t, 'start');
  const again = await events(t, 'start');
  const first = await eventually('the first poll is over', async () => {
    const progress = await events<OktaEventProgress>(t, 'status');
    return progress.nextRunAt !== null && progress;
  });
  const told = [await events(t, 'run-now'), await events(t, 'pause')];
  const paused = await eventually('it is paused', async () => {
    const progress = await events<OktaEventProgress>(t, 'status');
    return progress.phase === 'paused' && progress;
  });
  told.push(await events(t, 'resume'));
  const { out } = await ilm(t, 'okta', 'events', 'status', OKTA);

  assert.deepEqual(started, { instance: OKTA, workflowId: `okta-events/${OKTA}` });
  assert.deepEqual(again, started);
  assert.deepEqual([first.instance, first.phase, first.reason, paused.held], [OKTA, 'waiting', null, 0]);
  assert.deepEqual(
    told,
    ['run-now', 'pause', 'resume'].map((signal) => ({ instance: OKTA, signal })),
  );
  assert.match(out, /events of +Okta/);
});
