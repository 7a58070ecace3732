import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';

import { Company } from './support/company.js';
import { Endings } from './support/endings.js';
import { JOINED, askingIncident, closedIncident, stateOf } from './support/joiner.js';

const ODD = `O'Neil, "Ann" <b>&amp; \\ + =;#é漢 😀`;
const odd = 'odd@example.com';
const long = 'long@example.com';
const plain = 'plain@example.com';

suite('names that no programmer thinks of', () => {
  const endings = new Endings();
  let company: Company;
  before(async () => {
    company = await Company.start(endings, { size: 4 });
    await company.worker();
    await company.firstSync();
    await company.hire({ email: odd, givenName: ODD, surname: ODD, displayName: ODD });
    const endless = '😀a"'.repeat(3_000);
    await company.hire({ email: long, givenName: endless, surname: endless, displayName: endless });
    await company.hire({ email: plain, displayName: 'Plain Person' });
    await company.runNow();
  });
  after(() => endings.end());

  test('quotes, markup, characters of distinguished names and an emoji arrive as they are', async () => {
    await closedIncident(company, odd);

    assert.deepEqual(await stateOf(company, odd), JOINED);
    assert.equal(company.apps.app('Atlas Wiki').find(odd)?.['displayName'], ODD);
    const mails = company.mail.mails().filter(({ html }) => html.includes('O&#39;Neil'));
    assert.ok(mails.length > 0);
    assert.ok(mails.every(({ html }) => !html.includes('<b>&amp;')));
  });

  test('a name of ten thousand characters halts its own incident, which says why, and holds nobody else up', async () => {
    await closedIncident(company, plain);
    const halted = await askingIncident(company, long, 'H2');

    assert.deepEqual(
      halted.failedProvisioning.map(({ instanceName }) => instanceName),
      ['Active Directory'],
    );
    assert.match(halted.failedProvisioning[0]?.errorMessage ?? '', /displayName is longer than 256 characters/);
    assert.deepEqual((await stateOf(company, long)).accounts, {
      'Active Directory': 0,
      'Atlas Wiki': 1,
      'Nimbus Chat': 1,
    });
    assert.deepEqual(await stateOf(company, plain), JOINED);
  });
});
