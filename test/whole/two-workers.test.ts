import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { JOINED, askingIncident, closedIncident, decide, mailsOf, stateOf } from './support/joiner.js';
import type { WorkerProcess } from './support/worker-process.js';

const DOMAINS = ['example.com', 'example.org', 'example.net'];
/** Five people in three domains each: one account name wanted three times, one common name, three display names. */
const NAMESAKES = ['ash', 'birch', 'cedar', 'dogwood', 'elder'].flatMap((tree) =>
  DOMAINS.map((domain) => ({
    email: `sam.${tree}@${domain}`,
    givenName: 'Sam',
    surname: tree,
    displayName: `Sam ${tree} of ${domain}`,
  })),
);
/** Three pairs of people whom even the display name does not tell apart: the second of each waits for a decision. */
const PAIRS = ['fir', 'hazel', 'larch'].flatMap((tree) =>
  DOMAINS.slice(0, 2).map((domain) => ({
    email: `robin.${tree}@${domain}`,
    givenName: 'Robin',
    surname: tree,
    displayName: `Robin ${tree}`,
  })),
);
/** The report's order decides whom of a pair the question is about. */
const ASKED = PAIRS.filter((_, n) => n % 2 === 1).map(({ email }) => email);
const OTHERS = Array.from({ length: 9 }, (_, n) => ({
  email: `kit.number-${n}@example.com`,
  displayName: `Kit Number ${n}`,
}));
const JOINERS = [...NAMESAKES, ...PAIRS, ...OTHERS];

suite('two worker processes side by side, and thirty joiners on one day', () => {
  const endings = new Endings();
  let company: Company;
  let workers: readonly WorkerProcess[];
  before(async () => {
    company = await Company.start(endings, {
      change: ({ limits }) => (limits.gate['hire'] = { count: JOINERS.length, percent: 0 }),
    });
    workers = await Promise.all([company.worker(), company.worker()]);
    await company.firstSync();
    for (const joiner of JOINERS) await company.hire(joiner);
    await company.runNow();
    for (const email of ASKED) {
      await decide(company, await askingIncident(company, email, 'D1'), 'Create New Account');
    }
    for (const { email } of JOINERS) await closedIncident(company, email);
  });
  after(() => endings.end());

  test('both workers take part', async () => {
    const activities = await identitiesOfActivities();

    for (const { pid } of workers) {
      assert.ok(
        [...activities].some((identity) => identity.startsWith(`${pid}@`)),
        [...activities].join(),
      );
    }
  });

  /** Who completed activities, as the histories say it. */
  async function identitiesOfActivities(): Promise<Set<string>> {
    const identities = new Set<string>();
    for await (const { workflowId } of company.client.workflow.list({ query: "WorkflowType = 'syncUser'" })) {
      const { events } = await company.client.workflow.getHandle(workflowId).fetchHistory();
      for (const event of events ?? []) identities.add(event.activityTaskStartedEventAttributes?.identity ?? '');
    }
    return identities;
  }

  test('every joiner ends with one account everywhere and nothing in process', async () => {
    for (const { email } of JOINERS) assert.deepEqual(await stateOf(company, email), JOINED, email);
  });

  test('no application has an account too many, and account names are unique', async () => {
    const accounts = company.simulatedDirectory?.accounts() ?? [];
    const names = accounts.map(({ attributes }) => attributes['sAMAccountName']?.[0]?.toLowerCase());

    assert.equal(accounts.length, JOINERS.length);
    assert.equal(new Set(names).size, JOINERS.length);
    assert.deepEqual(names.filter((name) => name?.startsWith('sam.ash')).sort(), ['sam.ash', 'sam.ash1', 'sam.ash2']);
    assert.deepEqual(
      company.apps.apps.map((app) => app.users().length),
      [JOINERS.length, JOINERS.length],
    );
  });

  test('every mail arrives once', async () => {
    for (const { email } of JOINERS) {
      const [...copies] = mailsOf(company, await closedIncident(company, email)).values();
      assert.deepEqual([...new Set(copies)], [1], email);
    }
  });
});
