import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';

import { IncidentState } from '../../domain/incident.js';
import { decideSignal } from '../../workflows/messages.js';
import { Company } from './support/company.js';
import { CRASH_FOLDER, setCrashPoints, stepsOf } from './support/crash-points.js';
import type { CrashPoints } from './support/crash-points.js';
import { Endings } from './support/endings.js';
import { eventually } from './support/eventually.js';
import type { ExampleIlm } from './support/example-configuration.js';
import {
  JOINED,
  askingIncident,
  closedIncident,
  incidentsOf,
  mailsOf,
  passwordIn,
  questionOf,
  stateOf,
} from './support/joiner.js';

const CRASHING_WORKER = 'test/whole/support/crashing-worker.ts';
const PILOT = 'pilot@example.com';
const ASKED_PILOT = 'pilot-asked@example.com';
/** Mails of a joiner in the shipped configuration: three about the directory's account, two about provisioning. */
const MAILS = 5;

/** Held work keeps its place, so every queue needs room; everybody is hired on one day. */
function withRoom(ilm: ExampleIlm): void {
  for (const instance of ilm.instances) Object.assign(instance, { concurrency: 100, commandsPerSecond: 1000 });
  Object.assign(ilm.workday[0]!, { fetchLimit: 199 });
  ilm.limits.gate['hire'] = { count: 1000, percent: 100 };
}

suite('a worker that is killed in the middle of joiners', () => {
  const endings = new Endings();
  const folder = mkdtempSync(join(tmpdir(), 'ilm-crash-'));
  endings.after(() => rmSync(folder, { recursive: true, force: true }));
  let company: Company;
  let points: CrashPoints;

  before(async () => {
    company = await Company.start(endings, { size: 60, change: withRoom });
    const victim = await company.worker(CRASHING_WORKER, { [CRASH_FOLDER]: folder });
    await company.firstSync();
    await hire([PILOT], [ASKED_PILOT]);
    await closedIncident(company, PILOT);
    await closedIncident(company, ASKED_PILOT);
    points = pointsFrom(stepsOf(folder, PILOT), stepsOf(folder, ASKED_PILOT));
    setCrashPoints(folder, points);
    await hire(...groups());
    await victim.killed();
    await company.worker();
    await eventually(
      'every incident is closed',
      async () => (await company.store.incidents.oldest({ state: { $ne: IncidentState.Closed } }, 1)).length === 0,
      async () =>
        (await company.store.incidents.oldest({ state: { $ne: IncidentState.Closed } }, 100)).map(
          ({ email, state, steps }) => [points[email], state, steps],
        ),
    );
    for (const email of Object.keys(points)) await closedIncident(company, email);
  });
  after(() => endings.end());

  /** One person per step; those whose name is taken are for the steps that only a question brings. */
  function pointsFrom(plain: readonly string[], asked: readonly string[]): CrashPoints {
    const onlyAsked = asked.filter((step) => !plain.includes(step));
    return Object.fromEntries([
      ...plain.map((step, n) => [`plain-${n}@example.com`, step]),
      ...onlyAsked.map((step, n) => [`asked-${n}@example.com`, step]),
    ]) as CrashPoints;
  }

  const groups = (): [plain: string[], asked: string[]] => {
    const emails = Object.keys(points);
    return [emails.filter((email) => email.startsWith('plain')), emails.filter((email) => email.startsWith('asked'))];
  };

  /** Hires people; some have the name of somebody who is there already, and one signal decides about each. */
  async function hire(plain: readonly string[], asked: readonly string[]): Promise<void> {
    const names = company.workday.rows('employees').map((row) => row['Preferred_Name'] ?? '');
    for (const email of plain) await company.hire({ email, displayName: `Joiner ${email}` });
    for (const [n, email] of asked.entries()) await company.hire({ email, displayName: names[n + 1] ?? '' });
    await company.runNow();
    for (const email of asked) void decideOnce(email);
  }

  /** Answers once the question's mail has come: a question that is answered before needs none any more. */
  async function decideOnce(email: string): Promise<void> {
    const incident = await askingIncident(company, email, 'D1');
    await eventually(`the question about ${email} is mailed`, async () =>
      Promise.resolve(mailsOf(company, incident).size > 0),
    );
    const decision = { taskId: questionOf(incident), option: 'Create New Account', by: 'iam-admin@example.com' };
    await company.client.workflow.getHandle(incident.run?.workflowId ?? '').signal(decideSignal, decision);
  }

  test('was killed before and after every activity and before every write to the store', (t) => {
    for (const [email, step] of Object.entries(points)) t.diagnostic(`${email}: ${step}`);

    const steps = Object.values(points);

    assert.ok(steps.filter((step) => step.startsWith('before')).length >= 10, `${steps.length}`);
    assert.ok(steps.length >= 20);
  });

  test('leaves one account everywhere, one closed incident, and nothing in process, held or unknown', async () => {
    for (const [email, step] of Object.entries(points)) {
      assert.deepEqual(await stateOf(company, email), JOINED, `${email}: ${step}`);
    }
  });

  test('leaves no account that belongs to nobody', async () => {
    const joiners = Object.keys(points).length + 2;

    const counts = company.apps.apps.map((app) => app.users().length);

    assert.deepEqual(counts, [joiners, joiners]);
    assert.equal(company.simulatedDirectory?.accounts().length, joiners);
  });

  test('loses no mail and repeats each once at most', async () => {
    for (const [email, step] of Object.entries(points)) {
      const [incident] = await incidentsOf(company, email);
      const mails = mailsOf(company, incident!);
      const told = `${email}: ${step}: ${JSON.stringify([...mails])}`;
      assert.equal(mails.size, email.startsWith('asked') ? MAILS + 1 : MAILS, told);
      assert.ok(Math.max(...mails.values()) <= 2, told);
    }
  });

  test('tells the manager a first password that is valid, whichever attempt set it', async () => {
    const initialised = Object.entries(points).filter(([, step]) => step.includes('initialiseDirectoryAccount'));
    assert.ok(initialised.length > 2);
    for (const [email, step] of initialised) {
      const [account] = await company.directory.accountsOf(email);
      const mail = company.mail
        .mails({ subject: 'Account of a new hire' })
        .findLast(({ html }) => isAbout(html, email));
      assert.equal(await company.directory.tryPassword(account!, passwordIn(mail)), 'mustChange', step);
    }
  });
});

const isAbout = (html: string, email: string): boolean => html.includes(`>${email}<`) && html.includes('<code>');
