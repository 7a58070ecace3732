import { causeCode, certificateError, isCertificateFault } from '../http-errors.js';
import { maskPersonalData } from '../redact.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';

/** LDAP result codes that callers tell apart (RFC 4511, spec active-directory 10). */
export const LdapCode = {
  OperationsError: 1,
  ProtocolError: 2,
  NoSuchObject: 32,
  UnwillingToPerform: 53,
  EntryAlreadyExists: 68,
} as const;

interface Treatment {
  readonly kind: ConnectorErrorKind;
  readonly advice: string;
}

const { Configuration, Conflict, NotFound, Policy, Transient, Unauthorized, Validation } = ConnectorErrorKind;

const MAPPING = 'check the outgoing mapper';

const BY_CODE: Readonly<Record<number, Treatment>> = {
  1: { kind: Transient, advice: 'the session was not bound; it is opened again' },
  2: { kind: Configuration, advice: 'the server does not offer this operation' },
  3: { kind: Transient, advice: 'the server ran out of time' },
  4: { kind: Configuration, advice: 'lower pageSize' },
  8: { kind: Configuration, advice: 'the server demands TLS; use ldaps:// or startTls' },
  11: { kind: Transient, advice: 'the server reached an administrative limit' },
  16: { kind: Validation, advice: `the directory does not know an attribute; ${MAPPING}` },
  17: { kind: Validation, advice: `the directory does not know an attribute; ${MAPPING}` },
  19: { kind: Validation, advice: `a value is not allowed; ${MAPPING}` },
  20: { kind: Validation, advice: `several values for one attribute; ${MAPPING}` },
  21: { kind: Validation, advice: `a value is empty, too long or malformed; ${MAPPING}` },
  32: { kind: NotFound, advice: 'the entry or its container does not exist' },
  34: { kind: Validation, advice: `a distinguished name is malformed; ${MAPPING}` },
  49: { kind: Unauthorized, advice: 'check the service account' },
  50: { kind: Configuration, advice: 'give the service account the right to do this' },
  51: { kind: Transient, advice: 'the server is busy' },
  52: { kind: Transient, advice: 'the server is not available' },
  53: { kind: Policy, advice: 'the directory refuses this change' },
  64: { kind: Validation, advice: `a name is not allowed here; ${MAPPING}` },
  65: { kind: Validation, advice: `an object class is missing or an attribute does not belong to it; ${MAPPING}` },
  66: { kind: Policy, advice: 'the container is not empty' },
  67: { kind: Validation, advice: 'a name can only be changed by renaming' },
  68: { kind: Conflict, advice: 'the name is taken' },
  80: { kind: Validation, advice: `the server refused a value; ${MAPPING}` },
};

/** Sub-codes at the start of the server's text, which say more than the result code. */
const BY_SUB_CODE: Readonly<Record<string, Treatment>> = {
  '0000001F': { kind: Configuration, advice: 'passwords need TLS' },
  '0000052D': { kind: Policy, advice: "the password does not fit the domain's rules" },
  '00000523': { kind: Validation, advice: `the account name is not allowed; ${MAPPING}` },
  '00000524': { kind: Conflict, advice: 'the account name is taken' },
  '00000057': { kind: Validation, advice: 'a value is out of its range' },
  '00002035': { kind: Validation, advice: 'a password is malformed, or a computed attribute was written' },
  '00002095': {
    kind: Configuration,
    advice: 'the container does not exist; check the rule for ou in the outgoing mapper',
  },
  '000020B5': { kind: Validation, advice: 'an entry that is referred to does not exist' },
  '000021C7': { kind: Conflict, advice: 'the service principal name is taken' },
  '000021C8': { kind: Conflict, advice: 'the user principal name is taken' },
};

/** Why a bind was refused, by the `data` code of the server's text. */
const BIND_REASONS: Readonly<Record<string, string>> = {
  '525': 'unknown user',
  '52e': 'wrong password',
  '530': 'not allowed at this time',
  '531': 'not allowed from this machine',
  '532': 'its password has expired',
  '533': 'it is disabled',
  '701': 'it has expired',
  '773': 'its password must be changed',
  '775': 'it is locked',
};

/** A `ConnectorError` of a directory keeps the LDAP result, for callers that treat one result differently. */
export interface LdapResult {
  readonly code: number;
  /** Eight hex digits, upper case; empty when the server gave none. */
  readonly subCode: string;
}

/** The LDAP result behind an error, `null` when it has none. */
export function ldapResultOf(error: unknown): LdapResult | null {
  const cause = error instanceof ConnectorError ? error.options.cause : error;
  if (!(cause instanceof Error) || !('code' in cause) || typeof cause.code !== 'number') return null;
  return { code: cause.code, subCode: (/^([\dA-F]{8})\b/i.exec(cause.message)?.[1] ?? '').toUpperCase() };
}

/** Whether an error is the given LDAP result. */
export const isLdapCode = (error: unknown, code: number): boolean => ldapResultOf(error)?.code === code;

/**
 * The error for a failed operation. Its message holds result code, sub-code and the server's text without names
 * (spec active-directory 10).
 *
 * @param what the operation, without personal data
 * @param attributes names of the attributes that were written, to name the faulty one
 */
export function directoryError(what: string, error: unknown, attributes: readonly string[] = []): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const result = ldapResultOf(error);
  if (result === null || !(error instanceof Error)) return connectionError(what, error);
  const treatment = treatmentOf(result, error.message);
  const named = attributes.filter((name) => new RegExp(`\\b${name}\\b`, 'i').test(error.message));
  const at = named.length === 0 ? '' : ` at ${named.join(', ')}`;
  const number = result.subCode === '' ? String(result.code) : `${result.code}/${result.subCode}`;
  const text = maskPersonalData(error.message.replace(/\s*Code: 0x[\da-f]+$/i, ''));
  const message = `${what} failed${at} with LDAP ${number}: ${treatment.advice} (${text}).`;
  return new ConnectorError(treatment.kind, message, { code: codeOf(treatment.kind), cause: error });
}

/** Codes of result records: 404 absent, 409 taken, 400 everything else (spec active-directory 1.1). */
function codeOf(kind: ConnectorErrorKind): string {
  if (kind === NotFound) return '404';
  return kind === Conflict ? '409' : '400';
}

function treatmentOf(result: LdapResult, text: string): Treatment {
  if (result.code === 49) {
    const data = /\bdata ([\da-f]{3})\b/i.exec(text)?.[1]?.toLowerCase() ?? '';
    const reason = BIND_REASONS[data];
    return { kind: Unauthorized, advice: `check the service account${reason === undefined ? '' : `: ${reason}`}` };
  }
  const bySubCode = BY_SUB_CODE[result.subCode];
  if (bySubCode !== undefined && result.code !== 68) return bySubCode;
  // Samba's word for a taken principal name is the general one for a value that is not allowed.
  if (result.code === 19 && /userPrincipalName/i.test(text))
    return { kind: Conflict, advice: 'the user principal name is taken' };
  return BY_CODE[result.code] ?? { kind: Validation, advice: 'the server refused this' };
}

function connectionError(what: string, error: unknown): ConnectorError {
  const code = causeCode(error);
  if (isCertificateFault(code)) return certificateError(what, code, error);
  const shown = code === '' ? '' : ` (${code})`;
  return new ConnectorError(Transient, `${what} failed: the connection to the directory was lost or refused${shown}.`, {
    code,
    cause: error,
  });
}
