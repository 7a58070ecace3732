import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';

import { causeCode } from './http-errors.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';

/** By what we prove who we are before the first byte, all PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
}

/** The certificates that an instance's settings name, read. */
export interface Certificates {
  /** To trust beside the public ones. */
  readonly ca?: string;
  readonly clientCertificate?: ClientCertificate;
}

/** Settings that name certificates. */
export interface CertificateFiles {
  readonly caFile?: string | undefined;
  readonly clientCertificateFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
  readonly clientKeyPassphrase?: string | undefined;
}

/**
 * Reads the certificates that settings name, relative to the configuration's directory.
 *
 * @param whose named in errors, e.g. `Instance 'Wiki'`
 * @throws ConnectorError of kind `Configuration` that names the setting: a file that cannot be read, or a certificate and
 *   key that cannot be used together
 */
export function readCertificates(directory: string, whose: string, files: CertificateFiles): Certificates {
  const read = (setting: 'caFile' | 'clientCertificateFile' | 'clientKeyFile'): string | undefined => {
    const file = files[setting];
    if (file === undefined) return undefined;
    try {
      return readFileSync(resolve(directory, file), 'utf8');
    } catch (cause) {
      throw faulty(`${whose}: ${setting} '${file}' cannot be read.`, cause);
    }
  };
  const ca = read('caFile');
  const cert = read('clientCertificateFile');
  const key = read('clientKeyFile');
  const passphrase = files.clientKeyPassphrase;
  if (ca !== undefined) checkAuthority(whose, ca);
  if ((cert === undefined) !== (key === undefined)) {
    throw faulty(`${whose}: clientCertificateFile and clientKeyFile have to be given together.`);
  }
  if (cert === undefined || key === undefined) return ca === undefined ? {} : { ca };
  const clientCertificate = { cert, key, ...(passphrase === undefined ? {} : { passphrase }) };
  checkPair(whose, clientCertificate);
  return { ...(ca === undefined ? {} : { ca }), clientCertificate };
}

/** Node trusts nobody by a file without certificates and says nothing. */
function checkAuthority(whose: string, pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw faulty(`${whose}: caFile holds no certificate in PEM; it begins with -----BEGIN CERTIFICATE-----.`, cause);
  }
}

function checkPair(whose: string, { cert, key, passphrase }: ClientCertificate): void {
  try {
    createSecureContext({ cert, key, passphrase });
  } catch (cause) {
    throw faulty(`${whose}: ${pairFault(causeCode(cause), key.includes('ENCRYPTED'))}.`, cause);
  }
}

function pairFault(code: string, isEncrypted: boolean): string {
  const notOpened = 'clientKeyFile is encrypted and clientKeyPassphrase does not open it';
  switch (code) {
    case 'ERR_OSSL_X509_KEY_VALUES_MISMATCH':
      return 'clientKeyFile is not the key of clientCertificateFile';
    case 'ERR_OSSL_BAD_DECRYPT':
    case 'ERR_OSSL_CRYPTO_INTERRUPTED_OR_CANCELLED':
    case 'ERR_MISSING_PASSPHRASE':
      return notOpened;
    case 'ERR_OSSL_PEM_NO_START_LINE':
      return 'clientCertificateFile holds no certificate in PEM';
    default:
      // One wrong passphrase in 256 decrypts to something that only looks like another format.
      if (isEncrypted) return notOpened;
      return `clientCertificateFile and clientKeyFile cannot be used (${code}); both have to be PEM`;
  }
}

const faulty = (message: string, cause?: unknown): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Configuration, message, { cause });
