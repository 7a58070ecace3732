import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { test } from 'node:test';

import { SALESFORCE_BRAND } from '../../../../activities/connectors/salesforce.js';
import { optionsOf } from '../../../connectors/support/app-target.js';
import { settingFault } from '../../../connectors/support/faults.js';
import { failureOf, json, peerOf } from '../../../connectors/support/http-peer.js';
import { answering, EMPTY, find, PAT } from '../../../connectors/support/salesforce-target.js';

test('sends id and secret in the form, and asks at the address that came with the token', async (t) => {
  const { peer, connector } = await answering(t, [json(EMPTY)], { apiVersion: 'v65.0' });

  await connector.find(find, PAT);
  await connector.find(find, PAT);

  const [token, ...queries] = peer.seen;
  assert.deepEqual([token?.method, token?.url], ['POST', '/services/oauth2/token']);
  assert.equal(token?.body, 'grant_type=client_credentials&client_id=key&client_secret=client-secret');
  assert.equal(queries.length, 2);
  for (const { url, headers } of queries) {
    assert.match(url, /^\/services\/data\/v65\.0\/query\?q=SELECT/);
    assert.equal(headers.authorization, 'Bearer secret-token');
  }
});

test('goes to instance_url, and never without TLS to another host', async (t) => {
  const other = await peerOf(json(EMPTY));
  t.after(() => other.close());
  const elsewhere = await answering(t, [json(EMPTY)], {}, { instance_url: other.url });
  const nonsense = await answering(t, [json(EMPTY)], {}, { instance_url: 'eu1' });
  const peer = await peerOf((_request, response) => {
    const token = { access_token: 't', instance_url: `${peer.url}/eu1/` };
    json(_request.method === 'POST' ? token : EMPTY)(_request, response);
  });
  t.after(() => peer.close());
  const sameHost = await answering(t, [], { url: peer.url });

  await sameHost.connector.find(find, PAT);
  const errors = [
    await failureOf(elsewhere.connector.find(find, PAT)),
    await failureOf(nonsense.connector.find(find, PAT)),
  ];

  assert.match(peer.seen[1]?.url ?? '', /^\/eu1\/services\/data\/v66\.0\/query/);
  assert.deepEqual(other.seen, []);
  for (const error of errors) {
    assert.equal(error.kind, 'configuration');
    assert.match(error.message, /instance_url .*settings\.url/);
    assert.doesNotMatch(error.message, /secret/);
  }
});

test('signs an assertion for the user with the private key, line ends written out or not', async (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  for (const key of [pem, pem.replaceAll('\n', '\\n')]) {
    const jwtBearer = { username: 'bot@example.com', privateKey: key, audience: 'https://test.salesforce.com' };
    const { peer, connector } = await answering(t, [json(EMPTY)], { clientSecret: undefined, jwtBearer });

    await connector.find(find, PAT);

    const form = new URLSearchParams(peer.seen[0]?.body);
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const read = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
    const { exp, ...others } = read(claims);
    assert.ok(verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url')));
    assert.deepEqual(read(header), { alg: 'RS256' });
    assert.deepEqual(others, { iss: 'key', sub: 'bot@example.com', aud: 'https://test.salesforce.com' });
    assert.ok(Number(exp) * 1_000 > Date.now() && Number(exp) * 1_000 < Date.now() + 300_000);
  }
});

test('signs in with a password only where told to, in the form', async (t) => {
  const passwordGrant = { username: 'bot@example.com', password: 'pass+token' };
  const { peer, connector } = await answering(t, [json(EMPTY)], { passwordGrant });

  await connector.find(find, PAT);

  const form = Object.fromEntries(new URLSearchParams(peer.seen[0]?.body));
  assert.deepEqual(form, {
    grant_type: 'password',
    client_id: 'key',
    client_secret: 'client-secret',
    ...passwordGrant,
  });
  assert.equal(peer.seen[0]?.url, '/services/oauth2/token');
});

const FAULTY: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ['two ways to sign in', { passwordGrant: { username: 'u', password: 'p' }, jwtBearer: {} }, /settings/],
  ['no secret', { clientSecret: undefined }, /settings\.clientSecret must be set unless jwtBearer is/],
  ['a key that is none', { jwtBearer: { username: 'u', privateKey: 'hush' } }, /privateKey must be an RSA private key/],
  ['a condition that is no JSONata', { profileId: { rules: [{ when: 'a =', value: 'x' }] } }, /when must be valid/],
  ['a version without a v', { apiVersion: '66.0' }, /apiVersion must be a version such as v66\.0/],
];

for (const [title, settings, message] of FAULTY) {
  test(`names the setting of ${title}`, () => {
    const given = { url: 'https://example.my.salesforce.com', clientId: 'key', clientSecret: 's', ...settings };

    assert.throws(
      () => SALESFORCE_BRAND.create(given, optionsOf(SALESFORCE_BRAND), settingFault),
      (error: Error) => message.test(error.message) && !error.message.includes('hush'),
    );
  });
}
