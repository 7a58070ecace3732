import assert from 'node:assert/strict';
import { test } from 'node:test';

import { directoryError, ldapResultOf } from '../../../../activities/connectors/active-directory/faults.js';

/** An error as the LDAP library makes it. */
const ldapError = (code: number, text: string): Error =>
  Object.assign(new Error(`${text} Code: 0x${code.toString(16)}`), { code });

// Both columns of spec active-directory 8.4 and the table of chapter 10.
const RESULTS: readonly (readonly [number, string, string, string, RegExp])[] = [
  [1, '00002020: Operation unavailable without authentication', 'transient', '400', /not bound/],
  [4, 'Size limit exceeded', 'configuration', '400', /pageSize/],
  [8, '00002028: Strong authentication is required', 'configuration', '400', /TLS/],
  [16, 'no such attribute', 'validation', '400', /mapper/],
  [19, '0000052D: Constraint violation - check_password_restrictions', 'policy', '400', /domain's rules/],
  [19, '000020B5: referenced object is missing', 'validation', '400', /referred to/],
  [19, "0000202F: samldb: userPrincipalName 'pat@example.com' is already in use", 'conflict', '409', /taken/],
  [19, '000021C8: AttrErr: DSID-03200BBA, problem 1005', 'conflict', '409', /principal name is taken/],
  [20, 'several values', 'validation', '400', /several values/],
  [21, '0000200B: invalid syntax', 'validation', '400', /too long/],
  [32, '0000208D: NameErr: no object', 'not-found', '404', /does not exist/],
  [34, 'bad dn', 'validation', '400', /malformed/],
  [49, '80090308: LdapErr: data 775, v4563', 'unauthorized', '400', /it is locked/],
  [49, '80090308: LdapErr: data 52e, v4563', 'unauthorized', '400', /wrong password/],
  [50, '00002098: insufficient rights', 'configuration', '400', /right/],
  [51, 'busy', 'transient', '400', /busy/],
  [52, 'unavailable', 'transient', '400', /not available/],
  [53, '0000052D: SvcErr: DSID-031A12D2, problem 5003', 'policy', '400', /domain's rules/],
  [53, '0000001F: SvcErr: DSID-031A0FBC', 'configuration', '400', /TLS/],
  [53, '00002035: malformed', 'validation', '400', /malformed/],
  [65, 'object class violation', 'validation', '400', /object class/],
  [66, 'not allowed on non-leaf', 'policy', '400', /not empty/],
  [67, 'not allowed on RDN', 'validation', '400', /renaming/],
  [68, '00002071: already exists', 'conflict', '409', /taken/],
  [68, '00000524: UpdErr: DSID-031A11FA', 'conflict', '409', /taken/],
  [80, '00000523: SysErr: DSID-031A1256', 'validation', '400', /account name/],
  [80, '00000057: bad value', 'validation', '400', /range/],
  [80, '00002095: parent is missing', 'configuration', '400', /container/],
];

for (const [code, text, kind, errorCode, expected] of RESULTS) {
  test(`treats result ${code} (${text.slice(0, 30)}) as ${kind}`, () => {
    const error = directoryError('AD: changing an entry', ldapError(code, text));

    assert.deepEqual([error.kind, error.code], [kind, errorCode]);
    assert.match(error.message, expected);
    assert.match(error.message, new RegExp(`LDAP ${code}`));
  });
}

test('names the faulty attribute and masks names and addresses', () => {
  const text =
    "0000200B: attribute 'title' on entry 'CN=Pat Example\\, Jr,OU=People,DC=example,DC=com' of pat@example.com is wrong";

  const { message } = directoryError('AD: adding an account', ldapError(21, text), ['title', 'mail']);

  assert.match(message, /failed at title with LDAP 21\/0000200B/);
  assert.doesNotMatch(message, /Pat|Jr|pat@/);
});

test('takes a lost connection for passing and an unknown certificate for a setting', () => {
  const lost = directoryError('AD: x', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  const closed = directoryError('AD: x', new Error('Connection closed before message response was received.'));
  const untrusted = directoryError(
    'AD: x',
    Object.assign(new Error('self-signed'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
  );

  assert.deepEqual([lost.kind, closed.kind, untrusted.kind], ['transient', 'transient', 'configuration']);
  assert.match(untrusted.message, /caFile/);
});

test('keeps the result for callers that tell one from another', () => {
  const error = directoryError('AD: x', ldapError(68, '00002071: already exists'));

  assert.deepEqual(ldapResultOf(error), { code: 68, subCode: '00002071' });
  assert.equal(ldapResultOf(new Error('other')), null);
});
