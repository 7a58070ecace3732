import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { msToTs } from '@temporalio/common/lib/time.js';

import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../support/configuration-directory.js';
import { connectTemporal } from '../support/servers.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the shipped worker until it ends by itself, with nothing in its environment but what is given. */
async function workerThatEnds(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { PATH, HOME } = process.env;
  const worker = spawn(process.execPath, ['--import', 'tsx', 'worker/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  let output = '';
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(worker, 'close')) as [number | null];
  return { code, output };
}

test('a worker without a database says what to set and ends with 2', async (t) => {
  const { code, output } = await workerThatEnds({ ILM_CONFIG: configurationDirectory(t), ...PLAIN_ENVIRONMENT });

  assert.equal(code, 2);
  assert.match(output, /MONGODB_URI is not set/);
});

test('a worker with a faulty configuration tells every fault, connects to nothing and ends with 2', async (t) => {
  const ilm = { ...PLAIN_ILM, timeZone: 'Moon', workday: [{ ...PLAIN_ILM.workday[0], workdayDateFormat: '%d' }] };

  const { code, output } = await workerThatEnds({
    ILM_CONFIG: configurationDirectory(t, ilm),
    MONGODB_URI: 'mongodb://127.0.0.1:1/none',
    ...PLAIN_ENVIRONMENT,
  });

  assert.equal(code, 2);
  assert.match(output, /timeZone = "Moon"/);
  assert.match(output, /workdayDateFormat = "%d"/);
  assert.doesNotMatch(output, /hush/);
});

test('a worker whose application lacks a setting names it and ends with 2', async (t) => {
  const [directory] = PLAIN_ILM.instances;
  const ilm = { ...PLAIN_ILM, instances: [directory, { name: 'Wiki', brand: 'SCIM 2.0', settings: { token: 'x' } }] };

  const { code, output } = await workerThatEnds({
    ILM_CONFIG: configurationDirectory(t, ilm),
    MONGODB_URI: 'mongodb://127.0.0.1:1/none',
    ...PLAIN_ENVIRONMENT,
  });

  assert.equal(code, 2);
  assert.match(output, /instances\[1\]\.settings\.baseUrl is missing/);
});

test('a worker refuses a server whose search attributes are not registered and names the command that does it', async (t) => {
  const { client, address } = await connectTemporal(t);
  const namespace = `bare-${randomUUID()}`;
  await client.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: msToTs('1 day') });

  const { code, output } = await workerThatEnds({
    ILM_CONFIG: configurationDirectory(t),
    MONGODB_URI: 'mongodb://127.0.0.1:1/none',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    ...PLAIN_ENVIRONMENT,
  });

  assert.equal(code, 2, output);
  assert.match(output, /temporal operator search-attribute create --namespace bare-/);
  for (const name of Object.keys(SEARCH_ATTRIBUTES)) assert.match(output, new RegExp(`--name ${name} --type Keyword`));
});
