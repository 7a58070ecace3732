import { createServer } from 'node:https';
import type { TestContext } from 'node:test';

import { generate } from 'selfsigned';

import { createCertificates } from '../../../sandbox/peer/certificate.js';
import { listen, listener } from './http-peer.js';
import type { ClientCertificate } from '../../../activities/connectors/certificates.js';
import type { Answer, Peer, SeenRequest } from './http-peer.js';

/** A server that demands a certificate. */
export interface TlsPeer extends Peer {
  /** Who signed its own certificate. */
  readonly ca: string;
  /** What it accepts. */
  readonly clientCertificate: ClientCertificate;
}

/** A certificate that a client can show, signed by itself. */
export async function createClientCertificate(passphrase?: string): Promise<ClientCertificate> {
  const made = await generate([{ name: 'commonName', value: 'ilm' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'extKeyUsage', clientAuth: true },
    ],
    ...(passphrase === undefined ? {} : { passphrase }),
  });
  return { cert: made.cert, key: made.private };
}

/** Starts a server that hangs up on clients without its certificate; ended with the test. */
export async function startTlsPeer(t: TestContext, answers: readonly Answer[]): Promise<TlsPeer> {
  const { ca, cert, key } = await createCertificates();
  const clientCertificate = await createClientCertificate();
  const seen: SeenRequest[] = [];
  const demands = { requestCert: true, rejectUnauthorized: true, ca: clientCertificate.cert };
  const server = createServer({ cert, key, ...demands }, listener(seen, answers));
  const peer = await listen(server, 'https', seen);
  t.after(() => peer.close());
  return { ...peer, ca, clientCertificate };
}
