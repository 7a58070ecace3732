import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linkIdOf, readLink, readProof, signLink, signProof } from '../../activities/answer-token.js';

const KEY = 'a-secret-of-forty-characters-or-so-0000000';
const OTHER = 'another-secret-of-forty-characters-000000';
const claims = { taskId: 'INC-1/D1/1', to: 'reviewer-1', until: 1 };

test('a token says what was signed, and only with the secret that signed it', () => {
  assert.deepEqual(readLink(KEY, signLink(KEY, claims)), claims);
  assert.equal(readLink(OTHER, signLink(KEY, claims)), null);
});

test('every changed character makes a token invalid', () => {
  const token = signLink(KEY, claims);

  for (let place = 0; place < token.length; place += 1) {
    const changed = `${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`;
    assert.equal(readLink(KEY, changed), null, String(place));
  }
  for (const odd of ['', '.', '..', 'a.b', `${token}.`, ` ${token}`, token.toUpperCase()]) {
    assert.equal(readLink(KEY, odd), null, odd);
  }
});

test('a secret can be replaced: the first signs, the others still verify', () => {
  const old = signLink(KEY, claims);

  assert.deepEqual(readLink(`${OTHER},${KEY}`, old), claims);
  assert.deepEqual(readLink(OTHER, signLink(`${OTHER},${KEY}`, claims)), claims);
});

test('a link is no proof and a proof is no link', () => {
  const proof = { ...claims, option: 'Proceed', linkId: 'l' };

  assert.equal(readProof(KEY, signLink(KEY, claims)), null);
  assert.equal(readLink(KEY, signProof(KEY, proof)), null);
  assert.deepEqual(readProof(KEY, signProof(KEY, proof)), proof);
});

test('the name of a link gives its token not away', () => {
  const token = signLink(KEY, claims);

  assert.equal(linkIdOf(token), linkIdOf(token));
  assert.ok(!token.includes(linkIdOf(token)));
  assert.notEqual(linkIdOf(token), linkIdOf(signLink(KEY, { ...claims, until: 2 })));
});
