import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { startAdoption } from '../../activities/adoption/start.js';
import { accountIn } from '../../activities/store/people.js';
import { filesOf, ilmProcess } from '../support/command-line.js';
import { sambaDomain } from '../support/servers.js';
import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { eventually } from './support/eventually.js';

interface Report {
  readonly applications: readonly { readonly application: string; readonly counts: Record<string, number> }[];
  readonly items: readonly {
    readonly application: string;
    readonly outcome: string;
    readonly email: string;
    readonly accountIds: readonly string[];
  }[];
}

suite('adoption of accounts that people had before, over real protocols and worker processes', () => {
  const endings = new Endings();
  let company: Company;
  let emails: string[];
  before(async () => {
    const domain = await sambaDomain();
    company = await Company.start(endings, { size: 5, ...('env' in domain ? { ad: domain.env } : {}) });
    emails = company.workday.rows('employees').map((row) => String(row['Email_Address']).toLowerCase());
    endings.after(() => company.directory.remove(emails));
    await company.worker();
    await company.firstSync();
    for (const email of emails.slice(0, 2)) {
      await ilm(0, 'iam', 'create-user', '--instance', 'Active Directory', '--email', email);
    }
    for (const email of emails.slice(0, 3)) {
      await ilm(0, 'iam', 'create-user', '--instance', 'Atlas Wiki', '--email', email);
    }
    // Somebody else's account carries the third person's address.
    company.apps.app('Atlas Wiki').addUser({ userName: 'x.y', emails: [{ value: emails[2] }], active: true });
    company.apps.app('Atlas Wiki').forgetRequests();
  });
  after(() => endings.end());

  async function ilm(code: number, ...args: string[]): Promise<Record<string, unknown>> {
    const env = { ...company.environment, ILM_USER: 'iam-admin@example.com' };
    const end = await ilmProcess([...args, '--json'], { env });
    assert.equal(end.code, code, end.err);
    return JSON.parse(end.out) as Record<string, unknown>;
  }

  const recordOf = async (email: string) => (await company.store.people.byEmail(email))!;

  test('a worker that is killed in the middle is followed by one that ends the adoption', async () => {
    const handle = await startAdoption(company.client, 'Workday', 'reviewer-1');
    company.apps.app('Nimbus Chat').addFault({ kind: 'slow', times: 3, delayMs: 1_500 });
    const dying = await company.worker();
    await eventually('it looks', async () => company.apps.app('Nimbus Chat').requests().length > 0);
    process.kill(dying.pid, 'SIGKILL');

    await handle.result();

    const found = await company.store.adoptions.list('Workday');
    assert.equal(found.length, 3 * emails.length);
  });

  test('ilm adopt finds everybody who can be found with certainty, and only reads', async () => {
    company.apps.app('Atlas Wiki').forgetRequests();

    await ilm(0, 'adopt', 'Workday');

    const { applications, items } = (await ilm(0, 'adopt', 'Workday', '--report')) as unknown as Report;
    const countsOf = (name: string) => applications.find(({ application }) => application === name)?.counts;
    const none = { matched: 0, unmatched: 0, ambiguous: 0, refused: 0, busy: 0, decided: 0 };
    assert.deepEqual(countsOf('Active Directory'), { ...none, matched: 2, unmatched: 3 });
    assert.deepEqual(countsOf('Atlas Wiki'), { ...none, matched: 2, ambiguous: 1, unmatched: 2 });
    assert.deepEqual(countsOf('Nimbus Chat'), { ...none, unmatched: 5 });
    const requests = company.apps.app('Atlas Wiki').requests();
    assert.deepEqual([...new Set(requests.map(({ method }) => method))], ['GET']);
    assert.deepEqual(
      items.filter(({ outcome }) => outcome === 'ambiguous').map(({ application, email }) => [application, email]),
      [['Atlas Wiki', emails[2]]],
    );
    const first = await recordOf(emails[0]!);
    const [account] = await company.directory.accountsOf(emails[0]!);
    assert.equal(accountIn(first, 'Active Directory')?.username, account?.accountName);
    assert.equal(first.profile?.adAccountStatus, 'Disabled', 'its account was made disabled and nobody enabled it');
    assert.equal(accountIn(await recordOf(emails[4]!), 'Atlas Wiki'), undefined);
  });

  test('a doubtful account is refused to commands by hand until it is named', async () => {
    const email = emails[2]!;
    const hers = company.apps.app('Atlas Wiki').find(String((await recordOf(email)).profile?.username))!;
    const args = ['iam', 'update-user', '--instance', 'Atlas Wiki', '--email', email];
    const env = { ...company.environment, ILM_USER: 'iam-admin@example.com' };
    const refused = await ilmProcess(args, { env });
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /several accounts could be this person's/);
    const decide = ['adopt', 'Workday', '--decide', email, '--application', 'Atlas Wiki', '--account'];
    const unknown = await ilmProcess([...decide, 'no-such-id'], { env });
    assert.deepEqual([unknown.code, unknown.out], [1, '']);
    assert.match(unknown.err, /has no account with this id/);

    const decided = await ilm(0, ...decide, hers.id);

    assert.equal(decided['accountId'], hers.id);
    assert.equal((await ilm(0, ...args))['id'], hers.id);
  });

  test('ilm test-instances prints every command of every instance and warns of a user who is kept', async (t) => {
    const tag = `t${Date.now().toString(36)}`;
    const email = `test.${tag}@example.com`;
    endings.after(() => company.directory.remove([email]));
    const profile = { email, username: email, employeeId: tag, displayName: tag, givenName: 'Test', surname: tag };
    const file = filesOf(t, { 'user.json': profile })('user.json');
    company.apps.app('Nimbus Chat').addFault({ kind: 'error', status: 400, times: 1, method: 'POST' });

    const kept = await ilm(1, 'test-instances', '--user', file, '--keep', '--email', 'tester@example.com');
    const { incidentId } = kept['halt'] as { incidentId: string };
    const tasks = (await ilm(0, 'task', 'list')) as unknown as { incidentId: string; owner: string }[];
    const { owner } = tasks.find((task) => task.incidentId === incidentId) ?? {};
    await ilm(0, 'incident', 'retry', incidentId);
    const repeated = await eventually('the test ends', async () => {
      const incident = await company.store.incidents.get(incidentId);
      return incident?.state === 'Closed' && incident;
    });
    const again = await ilm(0, 'test-instances', '--user', file);

    const rowsOf = ({ results }: Record<string, unknown>) =>
      (results as { instance: string; command: string; success: boolean; message?: string }[]).map(
        ({ instance, command, success }) => `${instance}: ${command} ${success}`,
      );
    assert.equal(rowsOf(kept).length, 5 * 3 + 1);
    assert.ok(rowsOf(kept).includes('Nimbus Chat: create-user false'));
    assert.deepEqual(
      [kept['leftEnabled'], again['leftEnabled']],
      [['Active Directory', 'Atlas Wiki', 'Nimbus Chat'], []],
    );
    assert.ok(owner !== undefined && owner !== '', 'whoever starts a test owns its halt');
    assert.deepEqual([repeated.closeReason, repeated.failedProvisioning], ['done', []]);
    assert.equal(rowsOf(again).length, 6 * 3 + 1);
    assert.equal(again['halt'], null);
    assert.equal(company.mail.mails().filter(({ to }) => to.includes('tester@example.com')).length, 1);
    assert.equal((await company.directory.accountsOf(email))[0]?.enabled, false);
  });

  test('a test that is to run once ends at once, and one whose run is gone is closed and not started again', async (t) => {
    const email = `test.t${Date.now().toString(36)}@example.com`;
    const profile = { email, username: email, displayName: 'Test User', givenName: 'Test', surname: 'User' };
    const file = filesOf(t, { 'user.json': profile })('user.json');
    const test = ['test-instances', '--user', file, '--instance', 'Nimbus Chat'];
    company.apps.app('Nimbus Chat').addFault({ kind: 'error', status: 400, times: 1, method: 'POST' });
    assert.equal((await ilm(1, ...test, '--once'))['halt'], null);
    await ilm(0, ...test, '--once');
    company.apps.app('Nimbus Chat').addFault({ kind: 'error', status: 400, times: 1, method: 'PATCH' });
    const env = { ...company.environment, ILM_USER: 'iam-admin@example.com' };
    const { err } = await ilmProcess(test, { env });
    const incidentId = /ilm incident retry (INC-\S+)/.exec(err)?.[1] ?? '';
    const incident = await company.store.incidents.get(incidentId);
    assert.ok(incident?.run !== undefined, err);
    await company.client.workflow.getHandle(incident.run.workflowId).terminate();
    await company.store.incidents.interrupt(incident, { at: new Date().toISOString(), step: 'interrupted' });

    const retried = await ilmProcess(['incident', 'retry', incidentId], { env });
    await ilm(0, 'incident', 'close', incidentId);

    assert.equal(retried.code, 1);
    assert.match(retried.err, /is a test, whose run is gone/);
    assert.equal(await company.store.testUsers.get(incident.run.workflowId), null);
    assert.equal((await company.store.incidents.get(incidentId))?.state, 'Closed');
  });

  test('faulty input is refused before anything is started', async () => {
    const env = { ...company.environment, ILM_USER: 'iam-admin@example.com' };
    for (const [args, problem] of [
      [['adopt', 'Nobody'], /is no Workday instance/],
      [['adopt', 'Workday', '--account', 'x'], /say nothing without --decide/],
      [['adopt', 'Workday', '--decide', emails[0]!], /--application: is missing[\s\S]*--account: is missing/],
    ] as const) {
      const { code, err } = await ilmProcess(args, { env });
      assert.equal(code, 2, err);
      assert.match(err, problem);
    }
  });
});
