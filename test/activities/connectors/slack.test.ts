import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runGroupCommand } from '../../../activities/connectors/group-commands.js';
import { ENTERPRISE_SCHEMA } from '../../../activities/connectors/scim/answers.js';
import { DEFAULT_SLACK_MAPPER_OUT } from '../../../activities/connectors/slack/maps.js';
import { SLACK_BRAND } from '../../../activities/connectors/slack.js';
import type { ConnectorError } from '../../../activities/connectors/types.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../domain/profile.js';
import { optionsOf } from '../../connectors/support/app-target.js';
import { settingFault } from '../../connectors/support/faults.js';
import { json } from '../../connectors/support/http-peer.js';
import type { Answer } from '../../connectors/support/http-peer.js';
import { answering, command, PAT, recorded } from './slack/support.js';

interface Change {
  readonly Operations: readonly { readonly op: string; readonly path: string; readonly value: readonly unknown[] }[];
}

const GUEST = 'urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User';
const NOBODY = json({ schemas: [], totalResults: 0, Resources: [] });

const user = (changes: object = {}): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'U123ABC456',
  externalId: 'E1',
  userName: 'pat.example',
  nickName: 'pat.example',
  name: { givenName: 'Pat', familyName: 'Example', honorificPrefix: null },
  displayName: 'Pat E.',
  active: true,
  emails: [
    { value: 'pat@example.com', primary: true },
    { value: 'pat.home@example.com', primary: false },
  ],
  phoneNumbers: [
    { value: '+1 555 0100', type: 'mobile' },
    { value: null, primary: true },
  ],
  groups: [{ value: 'S1', display: 'Staff' }],
  [ENTERPRISE_SCHEMA]: { employeeNumber: 'E1', department: null, manager: { managerId: null } },
  ...changes,
});
const listOf = (...users: object[]): Answer => json({ totalResults: users.length, Resources: users });

test('writes user names in lower case, and the display name only when it makes the account', async (t) => {
  const { connector, proxy } = await recorded(t);

  await command(connector, 'create-user');
  await command(connector, 'update-user', { ...PAT, surname: 'Married', displayName: 'Pat Married' });

  const [creation, change] = proxy.requests().filter(({ method }) => method !== 'GET');
  const made = creation?.body as { readonly userName: string; readonly displayName: string };
  assert.deepEqual([made.userName, made.displayName], ['pat.example', 'Pat Example']);
  assert.deepEqual((change?.body as { readonly Operations: unknown }).Operations, [
    { op: 'replace', path: 'name.familyName', value: 'Married' },
  ]);
});

test('deactivates by a path and a boolean, never by DELETE, and believes the answer although reads lag', async (t) => {
  const { app, connector, proxy } = await recorded(t, { staleReadsAfterDisable: 3 });
  await command(connector, 'create-user');

  const result = await command(connector, 'disable-user');
  const read = await command(connector, 'get-user');

  assert.deepEqual([result.success, result.active, read.active], [true, false, true]);
  assert.equal(app.users()[0]?.['active'], false);
  const [, change, ...others] = proxy.requests().filter(({ method }) => method !== 'GET');
  assert.deepEqual((change?.body as { readonly Operations: unknown }).Operations, [
    { op: 'replace', path: 'active', value: false },
  ]);
  assert.deepEqual(others, []);
});

test('searches mail addresses by the attribute of the settings', async (t) => {
  for (const [settings, attribute] of [
    [{}, 'email'],
    [{ emailFilter: 'emails.value' }, 'emails.value'],
  ] as const) {
    const { connector, peer } = await answering(t, settings, NOBODY);

    await connector.find({ attribute: 'emails', value: 'pat+x@example.com' }, PAT);

    const { searchParams } = new URL(peer.seen[0]?.url ?? '', peer.url);
    assert.equal(searchParams.get('filter'), `${attribute} eq "pat+x@example.com"`);
  }
});

test('takes a list with several accounts for what it is, never for the account', async (t) => {
  const { connector } = await answering(t, {}, listOf(user(), user({ id: 'U999ABC456' })));

  const result = await command(connector, 'disable-user');

  assert.deepEqual([result.success, result.errorKind], [false, 'ambiguous']);
});

test('writes nothing for an account as Slack shows it: types dropped, empty numbers, a second address', async (t) => {
  const { connector, peer } = await answering(t, {}, listOf(user()));

  const result = await command(connector, 'update-user', { ...PAT, mobilePhone: '+1 555 0100' });

  assert.equal(result.success, true, result.errorMessage);
  assert.deepEqual(new Set(peer.seen.map(({ method }) => method)), new Set(['GET']));
});

test('reads the mobile number among the two that Slack keeps', async (t) => {
  const { connector } = await answering(t, {}, listOf(user()));

  const result = await command(connector, 'get-user');

  assert.equal(result.profile?.mobilePhone, '+1 555 0100');
});

const GUEST_MAP: MapperDefinition = {
  ...DEFAULT_SLACK_MAPPER_OUT,
  [`${GUEST}.type`]: { field: 'employeeType', clearable: true },
  [`${GUEST}.expiration`]: { field: 'endDate', clearable: true },
};
const MULTI = { [GUEST]: { type: 'multi', expiration: '2030-01-31T00:00:00Z' } };
const CONVERSIONS: readonly (readonly [string, object, UserProfile, readonly object[]])[] = [
  ['a member becomes a guest', {}, { employeeType: 'multi' }, [{ op: 'add', path: GUEST, value: { type: 'multi' } }]],
  [
    'a guest stays longer',
    MULTI,
    { employeeType: 'multi', endDate: '2031-01-31T00:00:00Z' },
    [{ op: 'add', path: GUEST, value: { type: 'multi', expiration: '2031-01-31T00:00:00Z' } }],
  ],
  [
    'a guest stays for good',
    MULTI,
    { employeeType: 'multi', endDate: '' },
    [{ op: 'remove', path: `${GUEST}.expiration` }],
  ],
  ['a guest becomes a member', MULTI, { employeeType: '', endDate: '' }, [{ op: 'remove', path: GUEST }]],
];
for (const [title, shown, wanted, operations] of CONVERSIONS) {
  test(`${title} by writing the extension as one`, async (t) => {
    const { connector, peer } = await answering(t, {}, listOf(user(shown)), json(user()), GUEST_MAP);

    const result = await command(connector, 'update-user', { ...PAT, ...wanted });

    assert.equal(result.success, true, result.errorMessage);
    const change = peer.seen.find(({ method }) => method === 'PATCH');
    const sent = (JSON.parse(change?.body ?? '{}') as { readonly Operations?: readonly { path: string }[] }).Operations;
    assert.deepEqual(
      sent?.filter(({ path }) => path.startsWith(GUEST)),
      operations,
    );
  });
}

test('keeps groups and the kind of guest in the snapshot of a leaver', async (t) => {
  const { connector } = await answering(t, {}, json(user(MULTI)));

  const access = await connector.readAccess?.('U123ABC456');

  assert.deepEqual(access, {
    active: true,
    groups: [{ id: 'S1', name: 'Staff' }],
    roles: [],
    entitlements: [],
    guestType: 'multi',
    guestExpiration: '2030-01-31T00:00:00Z',
  });
});

test('removes members by a list of values in requests of 1,000, and never without values', async (t) => {
  const ids = Array.from({ length: 1_500 }, (_, index) => `U${index}`);
  const group = json({ id: 'S1', displayName: 'Staff', members: ids.map((value) => ({ value })) });
  const { connector, peer } = await answering(t, {}, group);

  const result = await runGroupCommand(connector, 'update-group', { id: 'S1', memberIdsToDelete: [...ids, 'U-none'] });

  assert.equal(result.success, true, result.errorMessage);
  const changes = peer.seen.filter(({ method }) => method === 'PATCH').map(({ body }) => JSON.parse(body) as Change);
  assert.deepEqual(
    changes.flatMap(({ Operations }) => Operations.map(({ op, path, value }) => `${op} ${path} ${value.length}`)),
    ['remove members 1000', 'remove members 500'],
  );
});

for (const [what, answer] of [
  ['nothing', (_request, response) => void response.writeHead(204).end()],
  ['the group', json({ id: 'S1', displayName: 'Staff', members: [] })],
] as readonly (readonly [string, Answer])[]) {
  test(`a change of members that answers with ${what} has succeeded`, async (t) => {
    const shown = json({ id: 'S1', displayName: 'Staff', members: [] });
    const { connector } = await answering(t, {}, shown, answer);

    const result = await runGroupCommand(connector, 'update-group', { id: 'S1', memberIdsToAdd: ['U123ABC456'] });

    assert.equal(result.success, true, result.errorMessage);
  });
}

const scimError = (detail: string, status: number): Answer => json({ schemas: [], detail, status }, status);
const FAULTS: readonly (readonly [string, Answer, string, RegExp])[] = [
  ['a taken name', scimError('username_taken', 409), 'conflict', /username_taken/],
  ['a taken address', scimError('email_taken', 400), 'conflict', /email_taken/],
  ['a name that is too long', scimError('username_too_long', 400), 'validation', /21 characters/],
  ['a display name', scimError('invalid_display_name', 400), 'validation', /on create only/],
  [
    'a refused token',
    json({ Errors: { code: 401, description: 'invalid_authentication' } }, 401),
    'unauthorized',
    /invalid_authentication.*check the credentials/,
  ],
  [
    'a token of another version',
    json({ Errors: { code: 400, description: 'unsupported_version' } }, 400),
    'validation',
    /check the token and that baseUrl/,
  ],
  ['a missing right', scimError('permission_denied', 403), 'unauthorized', /permission_denied/],
];
for (const [what, answer, kind, words] of FAULTS) {
  test(`tells ${what} in Slack's word and what to do`, async (t) => {
    const { connector } = await answering(t, {}, NOBODY, NOBODY, answer, NOBODY);

    const result = await command(connector, 'create-user');

    assert.deepEqual([result.success, result.errorKind], [false, kind], result.errorMessage);
    assert.match(result.errorMessage ?? '', words);
  });
}

test('waits as long as Slack asks when another change of the account is under way', async (t) => {
  const locked = json({ schemas: [], detail: 'resource_locked', status: 429 }, 429, { 'retry-after': '12' });
  const { connector } = await answering(t, {}, locked);

  await assert.rejects(command(connector, 'get-user'), (error: ConnectorError) => {
    assert.deepEqual([error.kind, error.options.retryAfterMs], ['rate-limited', 12_000]);
    return true;
  });
});

const FAULTY: readonly (readonly [string, unknown, RegExp])[] = [
  ['no token', {}, /token/],
  ['an address of another kind', { token: 't', baseUrl: 'ftp://x' }, /baseUrl must be the http/],
  ['a filter that is no attribute', { token: 't', emailFilter: 'email eq' }, /emailFilter must be the name/],
  ['a misspelt setting', { token: 't', tokn: 't' }, /tokn/],
];
for (const [title, settings, expected] of FAULTY) {
  test(`refuses settings with ${title}`, () => {
    assert.throws(() => SLACK_BRAND.create(settings, optionsOf(SLACK_BRAND), settingFault), expected);
  });
}
