import assert from 'node:assert/strict';
import { test } from 'node:test';

import { configurationDirectory, errorOf, PLAIN_ILM } from '../../support/configuration-directory.js';

const [DIRECTORY, WIKI] = PLAIN_ILM.instances;
const OKTA = {
  name: 'Okta',
  brand: 'Okta IAM',
  settings: { url: 'https://example.okta.com', apiToken: '${WIKI_TOKEN}' },
};
const withEvents = (...oktaEvents: readonly object[]): object => ({
  ...PLAIN_ILM,
  instances: [DIRECTORY, WIKI, OKTA],
  oktaEvents: oktaEvents.map((one) => ({ instance: 'Okta', ...one })),
});

interface Mistake {
  readonly what: string;
  readonly ilm: object;
  readonly at: string;
  readonly says: RegExp;
}

const MISTAKES: readonly Mistake[] = [
  {
    what: 'events of an instance that is no Okta',
    ilm: withEvents({ instance: 'Wiki' }),
    at: 'oktaEvents[0].instance',
    says: /no Okta instance.*Okta IAM/s,
  },
  {
    what: 'events of one Okta instance in two entries',
    ilm: withEvents({}, {}),
    at: 'oktaEvents[1].instance',
    says: /used twice.*one entry/s,
  },
  {
    what: 'an event type that no flow is for',
    ilm: withEvents({ eventTypes: ['user.session.start'] }),
    at: 'oktaEvents[0].eventTypes[0]',
    says: /application\.user_membership\.add/,
  },
  {
    what: 'no event type',
    ilm: withEvents({ eventTypes: [] }),
    at: 'oktaEvents[0].eventTypes',
    says: /name an event type/,
  },
  {
    what: 'a filter by hand that is empty',
    ilm: withEvents({ autoGenerateQueryFilter: false }),
    at: 'oktaEvents[0].fetchQueryFilter',
    says: /is empty.*autoGenerateQueryFilter on/s,
  },
  {
    what: 'a filter by the time of publication',
    ilm: withEvents({ autoGenerateQueryFilter: false, fetchQueryFilter: 'published gt "2026-01-01T00:00:00Z"' }),
    at: 'oktaEvents[0].fetchQueryFilter',
    says: /published, which Okta refuses/,
  },
  {
    what: 'deactivations without a rule whose count',
    ilm: withEvents({ eventTypes: ['user.lifecycle.deactivate'] }),
    at: 'oktaEvents[0].tufe',
    says: /our own would count.*tufe\.dropActors/s,
  },
  {
    what: 'deactivations by a filter without a rule whose count',
    ilm: withEvents({ autoGenerateQueryFilter: false, fetchQueryFilter: 'eventType eq "user.lifecycle.deactivate"' }),
    at: 'oktaEvents[0].tufe',
    says: /our own would count/,
  },
];

for (const { what, ilm, at, says } of MISTAKES) {
  test(`${what} is a fault with its place and its remedy`, (t) => {
    const { faults } = errorOf(configurationDirectory(t, ilm));

    const [fault] = faults.filter(({ path }) => path === at);
    assert.match(`${fault?.problem} ${fault?.remedy}`, says);
  });
}
