import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';

import { IncidentState, IncidentType } from '../../domain/incident.js';
import { EXAMPLE_APPS } from '../../sandbox/apps/example-apps.js';
import type { CaughtMail } from '../../sandbox/mail/mail.js';
import { sambaDomain } from '../support/servers.js';
import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { eventually } from './support/eventually.js';
import {
  JOINED,
  askingIncident,
  closedIncident,
  decide,
  incidentsOf,
  mailsOf,
  passwordIn,
  stateOf,
} from './support/joiner.js';

/** Everybody here is an engineer, so that every application is for them. */
const JOINED_EVERYWHERE = {
  ...JOINED,
  accounts: { 'Active Directory': 1, ...Object.fromEntries(EXAMPLE_APPS.map(({ name }) => [name, 1])) },
};

suite('from the HR report to accounts and mails, with the configuration as it is shipped', () => {
  /** Names that no other test on the shared controller takes. */
  const tag = randomBytes(3).toString('hex');
  const emailOf = (name: string): string => `${name}.${tag}@example.com`;
  const endings = new Endings();
  let company: Company;
  before(async () => {
    const domain = await sambaDomain();
    const ad = 'env' in domain ? { ad: domain.env } : {};
    company = await Company.start(endings, { size: 12, contractors: 2, applications: 'all', ...ad });
    endings.after(() => company.directory.remove(['jo', 'kim', 'lou'].map(emailOf)));
    await company.worker();
    await company.firstSync();
  });
  after(() => endings.end());

  test('nobody who is in the first report becomes an incident', async () => {
    const profiles = await company.store.people.collection.countDocuments({ profile: { $exists: true } });
    const incidents = await company.store.incidents.collection.countDocuments();

    assert.deepEqual([profiles, incidents], [company.workday.rows('employees').length, 0]);
  });

  test('a joiner gets one account everywhere, disabled, and a first password that works', async () => {
    const email = emailOf('jo');
    await company.hire({ email, givenName: 'Jo', surname: 'Joiner', displayName: `Jo Joiner ${tag}` });
    await company.runNow();

    await closedIncident(company, email);

    assert.deepEqual(await stateOf(company, email), JOINED_EVERYWHERE);
    const [account] = await company.directory.accountsOf(email);
    assert.ok(account !== undefined);
    assert.deepEqual([account.enabled, account.accountName], [false, `jo.${tag}`]);
    assert.match(account.dn, /,OU=Berlin,OU=People,/i);
    const [mail] = mailsAbout(company, account.accountName, company.workday.rows('employees')[0]?.['Email_Address']);
    const password = passwordIn(mail);
    assert.equal(await company.directory.tryPassword(account, password), 'mustChange');
    assert.equal(await company.directory.tryPassword(account, `${password}x`), 'refused');
  });

  test('manager and service desk are told the first password, everybody else the fact, each once', async () => {
    const [incident] = await incidentsOf(company, emailOf('jo'));
    assert.ok(incident !== undefined);

    const mails = mailsOf(company, incident);

    const [fromManager] = mailsAbout(company, `jo.${tag}`, company.workday.rows('employees')[0]?.['Email_Address']);
    const password = passwordIn(fromManager);
    const told = company.mail.mails().filter(({ text }) => text.includes(password));
    assert.deepEqual(
      told.flatMap(({ to }) => to).sort(),
      [company.workday.rows('employees')[0]?.['Email_Address'], 'servicedesk@example.com'].sort(),
    );
    assert.equal(mailsAbout(company, 'Atlas Wiki', 'atlas-owners@example.com').length, 1);
    assert.deepEqual([...mails.values()], [1, 1, 1, 1, 1]);
  });

  test('a contractor is left out of the applications that only employees get', async () => {
    const email = emailOf('kim');
    await company.firstSync('Workday Contractors');
    await company.hire({ email, report: 'contractors', displayName: `Kim Contractor ${tag}` });
    await company.runNow('Workday Contractors');

    await closedIncident(company, email);

    const { accounts } = await stateOf(company, email);
    assert.deepEqual(accounts, { 'Active Directory': 1, 'Atlas Wiki': 1, Okta: 1, ServiceNow: 1, AWS: 1, GitHub: 1 });
    const [account] = await company.directory.accountsOf(email);
    assert.match(account?.dn ?? '', /,OU=Contractors,OU=People,/i);
  });

  test('a joiner whose name is taken waits for a decision, and joins when a new account is decided', async () => {
    const email = emailOf('lou');
    const taken = company.workday.rows('employees')[1]?.['Preferred_Name'] ?? '';
    await company.hire({ email, displayName: taken });
    await company.runNow();

    const asking = await askingIncident(company, email, 'D1');
    const before = await stateOf(company, email);
    await decide(company, asking, 'Create New Account');
    await closedIncident(company, email);

    assert.deepEqual(before.accounts, { 'Active Directory': 0 });
    assert.deepEqual(await stateOf(company, email), JOINED_EVERYWHERE);
  });

  test('a leaver is disabled in the directory and in every application', async () => {
    const email = emailOf('jo');
    company.workday.run('terminate', { email, lastDayOfWork: '-1', terminationDate: '-1' });
    await company.runNow();

    await eventually('the termination is closed', async () => {
      const incidents = await incidentsOf(company, email);
      return incidents.some(({ type, state }) => type === IncidentType.TerminateUser && state === IncidentState.Closed);
    });

    const [account] = await company.directory.accountsOf(email);
    const enabledIn = company.apps.apps
      .filter((app) => app.users().some((user) => app.view(user).email === email && app.view(user).active))
      .map(({ name }) => name);
    assert.deepEqual([account?.enabled, enabledIn], [false, []]);
    assert.equal((await stateOf(company, email)).profile['adAccountStatus'], 'Disabled');
  });
});

const mailsAbout = ({ mail }: Company, part: string, to: string | undefined): readonly CaughtMail[] =>
  mail.mails({ to }).filter(({ subject, text }) => subject.includes(part) || text.includes(part));
