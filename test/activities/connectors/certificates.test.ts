import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { readCertificates } from '../../../activities/connectors/certificates.js';
import { createCertificates } from '../../../sandbox/peer/certificate.js';
import { createClientCertificate } from '../../connectors/support/tls-peer.js';

const directory = mkdtempSync(join(tmpdir(), 'ilm-certificates-'));
after(() => rmSync(directory, { recursive: true }));

const { ca } = await createCertificates();
const { cert, key } = await createClientCertificate();
const foreign = await createClientCertificate();
const encrypted = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' },
}).privateKey;

const FILES = {
  'ca.pem': ca,
  'cert.pem': cert,
  'key.pem': key,
  'foreign.pem': foreign.key,
  'encrypted.pem': encrypted,
};
for (const [name, content] of Object.entries({ ...FILES, 'text.pem': 'no certificate' })) {
  writeFileSync(join(directory, name), content);
}

test('reads the files that settings name, relative to the directory', () => {
  assert.deepEqual(readCertificates(directory, 'App', {}), {});
  assert.deepEqual(
    readCertificates(directory, 'App', {
      caFile: 'ca.pem',
      clientCertificateFile: 'cert.pem',
      clientKeyFile: 'key.pem',
    }),
    { ca, clientCertificate: { cert, key } },
  );
});

const PAIR = { clientCertificateFile: 'cert.pem', clientKeyFile: 'key.pem' };
const FAULTS: readonly (readonly [string, Parameters<typeof readCertificates>[2], RegExp])[] = [
  ['a file that is missing', { ...PAIR, clientKeyFile: 'gone.pem' }, /clientKeyFile 'gone\.pem' cannot be read/],
  ['an authority that is none', { caFile: 'text.pem' }, /caFile holds no certificate in PEM/],
  ['a certificate that is none', { ...PAIR, clientCertificateFile: 'text.pem' }, /clientCertificateFile holds no cert/],
  ['a key that is none', { ...PAIR, clientKeyFile: 'text.pem' }, /cannot be used .*have to be PEM/],
  ["another certificate's key", { ...PAIR, clientKeyFile: 'foreign.pem' }, /not the key of clientCertificateFile/],
  ['an encrypted key alone', { ...PAIR, clientKeyFile: 'encrypted.pem' }, /clientKeyPassphrase does not open it/],
  [
    'a wrong passphrase',
    { ...PAIR, clientKeyFile: 'encrypted.pem', clientKeyPassphrase: 'hush' },
    /clientKeyPassphrase does not open it/,
  ],
  ['a certificate without a key', { clientCertificateFile: 'cert.pem' }, /have to be given together/],
];

for (const [title, files, message] of FAULTS) {
  test(`refuses ${title} by name`, () => {
    assert.throws(
      () => readCertificates(directory, "Instance 'App'", files),
      (error: Error & { kind?: string }) => {
        assert.equal(error.kind, 'configuration');
        assert.match(error.message, message);
        assert.match(error.message, /^Instance 'App': /);
        assert.doesNotMatch(error.message, /hush|PRIVATE/);
        return true;
      },
    );
  });
}
