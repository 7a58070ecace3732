import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { Company } from './support/company.js';
import { CRASH_FOLDER, setCrashPoints, stepsOf } from './support/crash-points.js';
import { JOINED, closedIncident, mailsOf, stateOf } from './support/joiner.js';

const CRASHING_WORKER = 'test/whole/support/crashing-worker.ts';
const PILOT = 'pilot@example.com';

test('a joiner survives a crash of the only worker at any step, one crash after another', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'ilm-crash-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const crash = { [CRASH_FOLDER]: folder };
  const company = await Company.start(t, {
    change: ({ limits }) => (limits.gate['hire'] = { count: 1000, percent: 100 }),
  });
  const first = await company.worker(CRASHING_WORKER, crash);
  await company.firstSync();
  await company.hire({ email: PILOT, displayName: 'Pilot' });
  await company.runNow();
  await closedIncident(company, PILOT);
  const joiners = stepsOf(folder, PILOT).map((step, n) => ({ step, email: `joiner-${n}@example.com` }));
  await first.kill();

  for (const { step, email } of joiners) {
    setCrashPoints(folder, { [email]: step });
    const victim = await company.worker(CRASHING_WORKER, crash);
    await company.hire({ email, displayName: `Joiner ${email}` });
    await company.runNow();
    await victim.killed();
    t.diagnostic(step);
  }
  await company.worker();

  for (const { step, email } of joiners) {
    const incident = await closedIncident(company, email);
    assert.deepEqual(await stateOf(company, email), JOINED, step);
    assert.ok(Math.max(...mailsOf(company, incident).values()) <= 2, step);
  }
  assert.ok(joiners.length >= 20);
});
