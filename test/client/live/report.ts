import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import type { CycleProgress } from '../../../workflows/messages.js';
import type { Desk } from './desk.js';

/** `ilm report start|status|sample|preview|pause|resume|run-now`; leaves a cycle that has made its profiles. */
export function reportCommands(desk: () => Desk): void {
  test('a cycle that does not run is told, with the command that starts it', async (t) => {
    const { err } = await desk().run(t, 1, 'report', 'status', 'Workday');

    assert.match(err, /does not run\. Start it with: ilm report start "Workday"/);
  });

  test('the samples are the first five entries as the mapper reads them', async (t) => {
    const rows = desk().company.workday.rows('employees');

    const samples = await desk().json<{ name: string; fields: Record<string, string> }[]>(t, 'report', 'sample');
    const { out } = await desk().run(t, 0, 'report', 'sample', 'Workday');

    assert.deepEqual(
      samples.map(({ name, fields }) => [name, fields['employeeId']]),
      rows.slice(0, 5).map((row) => [row['Email_Address'], row['Emp_ID']]),
    );
    assert.match(out, new RegExp(`^displayName +${rows[0]?.['Preferred_Name']}$`, 'm'));
  });

  test('before the first sync the preview says that it opens nothing', async (t) => {
    const { out } = await desk().run(t, 0, 'report', 'preview');

    assert.match(out.replace(/\s+/g, ' '), /The next run is the first sync: it makes a profile for every entry/);
  });

  test('starts, once and again, and tells where the cycle is', async (t) => {
    const started = { instance: 'Workday', workflowId: 'workday-report/Workday' };

    assert.deepEqual(await desk().json(t, 'report', 'start'), started);
    assert.deepEqual(await desk().json(t, 'report', 'start', 'Workday'), started);

    await desk().company.firstSync();
    const progress = await desk().json<CycleProgress>(t, 'report', 'status', 'Workday');
    const { out } = await desk().run(t, 0, 'report', 'status');
    assert.deepEqual(Object.keys(progress).sort(), PROGRESS);
    assert.deepEqual([progress.instance, progress.phase, progress.entries], ['Workday', 'waiting', 12]);
    assert.match(out, /^phase +waiting$/m);
  });

  test('watches until it is stopped, with --json one object a line', async () => {
    const line = await desk().firstLine('report', 'status', '--watch', '--json');

    assert.deepEqual(Object.keys(JSON.parse(line) as object).sort(), PROGRESS);
  });

  const signal = async (t: TestContext, name: string): Promise<void> =>
    assert.deepEqual(await desk().json(t, 'report', name, 'Workday'), { instance: 'Workday', signal: name });

  test('a paused cycle leaves a hire alone, and the preview shows what it would do', async (t) => {
    const email = 'pat.preview@example.com';
    await signal(t, 'pause');
    await desk().company.progressed('Workday', 'paused', ({ phase }) => phase === 'paused');

    const { out: checked } = await desk().run(t, 0, 'check');
    assert.match(
      checked.replace(/\s+/g, ' '),
      /cycle Workday warning \d+ It is paused\. Go on with: ilm report resume/,
    );

    const quiet = await desk().json<Preview>(t, 'report', 'preview', 'Workday');
    await desk().hr('hire', { email });
    const preview = await desk().json<Preview>(t, 'report', 'preview', 'Workday');
    const { out } = await desk().run(t, 0, 'report', 'preview');
    await desk().hr('remove', { email });

    assert.deepEqual([quiet.events, quiet.summary['unchanged']], [[], 12]);
    assert.deepEqual(Object.keys(preview).sort(), ['events', 'orphans', 'rejected', 'skipped', 'summary']);
    assert.deepEqual(
      preview.events.map(({ type, email: whose }) => [type, whose]),
      [['IAM - New Hire', email]],
    );
    assert.match(out, /^pat\.preview@example\.com +IAM - New Hire/m);
  });

  test('resumes, and runs at once', async (t) => {
    const { cycle } = await desk().json<CycleProgress>(t, 'report', 'status');

    await signal(t, 'resume');
    await signal(t, 'run-now');

    const further = (progress: CycleProgress): boolean => progress.cycle > cycle && progress.phase === 'waiting';
    await desk().company.progressed('Workday', 'one run further', further);
  });
}

interface Preview {
  readonly events: readonly { readonly type: string; readonly email: string }[];
  readonly summary: Readonly<Record<string, unknown>>;
}

const PROGRESS = [
  ...['cycle', 'entries', 'evaluated', 'held', 'instance', 'lastFinishedAt', 'nextRunAt', 'opened', 'phase'],
  ...['planned', 'reason', 'rejected'],
];
