import { X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** A server certificate for this machine and the authority that signed it, all in PEM. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Path of a file with `ca`, for settings such as `caFile` and `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
}

const VALID_DAYS = 825;
const RENEW_BEFORE_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * A certificate for `localhost`, `127.0.0.1` and `::1`, signed by an authority of its own. With a directory, the pair is
 * kept there and used again until a month before it expires, so that clients go on trusting a restarted peer; without
 * one, it lives in a new temporary directory. The authority's key is never stored.
 *
 * @param now milliseconds, decides whether a stored certificate is still good
 */
export async function createCertificates(dataDir?: string, now = Date.now()): Promise<Certificates> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'ilm-sandbox-ca-')));
  await mkdir(directory, { recursive: true });
  const caFile = join(directory, 'ca.pem');
  const stored = await readStored(directory, caFile, now);
  if (stored !== null) return stored;
  const made = await makeCertificates(now);
  await writeFile(join(directory, 'server-key.pem'), made.key, { mode: 0o600 });
  await writeFile(join(directory, 'server-cert.pem'), made.cert);
  await writeFile(caFile, made.ca);
  return { ...made, caFile };
}

async function readStored(directory: string, caFile: string, now: number): Promise<Certificates | null> {
  try {
    const [ca, cert, key] = await Promise.all(
      [caFile, join(directory, 'server-cert.pem'), join(directory, 'server-key.pem')].map((file) =>
        readFile(file, 'utf8'),
      ),
    );
    if (ca === undefined || cert === undefined || key === undefined) return null;
    const certificate = new X509Certificate(cert);
    const goodUntil = Date.parse(certificate.validTo) - RENEW_BEFORE_DAYS * DAY_MS;
    return goodUntil > now && certificate.verify(new X509Certificate(ca).publicKey) ? { ca, cert, key, caFile } : null;
  } catch {
    // Nothing stored yet, or a half-written pair: both mean that a new one is due.
    return null;
  }
}

async function makeCertificates(now: number): Promise<Omit<Certificates, 'caFile'>> {
  const validity = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + VALID_DAYS * DAY_MS),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'ILM sandbox authority' }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}
