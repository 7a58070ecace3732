import { maskPersonalData } from './redact.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';

/** What a vendor's error body says, in common terms. A kind wins over the one that the status stands for. */
export interface VendorFault {
  readonly kind?: ConnectorErrorKind;
  readonly code?: string;
  readonly text?: string;
  /** How long to wait where no header says it, milliseconds. */
  readonly retryAfterMs?: number;
}

/** An answer that is no success. */
export interface FailedAnswer {
  readonly status: number;
  readonly headers: Headers;
}

// The vendor named no delay: long enough not to hammer, short enough for a command's five minutes.
const DEFAULT_RATE_LIMIT_DELAY_MS = 30_000;

/** Longest wait that one answer can ask for (spec connectors 1.9). */
const LONGEST_DELAY_MS = 15 * 60_000;

const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 500, 502, 503, 504]);

// Faults of the certificate itself, which no repetition mends.
const CERTIFICATE_FAULTS: ReadonlySet<string> = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** The error for an answer that is no success (classes of spec connectors 1.9). `what` names the call, never a person. */
export function answerError(
  what: string,
  answer: FailedAnswer,
  fault: VendorFault,
  sensitive: readonly string[],
  now: number,
): ConnectorError {
  const kind = fault.kind ?? kindOfStatus(answer);
  const text = fault.text === undefined ? '' : `: ${maskPersonalData(fault.text, sensitive)}`;
  const delay = delayOf(kind, answer.headers, fault, now);
  return new ConnectorError(kind, `${what} answered ${answer.status}${text}${remedyOf(kind)}`, {
    code: fault.code ?? String(answer.status),
    ...(delay === undefined ? {} : { retryAfterMs: delay }),
  });
}

// Alerts by which a server refuses us for the certificate that we showed, or did not show.
const CLIENT_CERTIFICATE_ALERT = /^ERR_SSL_\w*ALERT_\w*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;

/** The error for a call that got no answer: refused, reset, timed out, or not trusted. */
export function networkError(what: string, cause: unknown): ConnectorError {
  const code = causeCode(cause);
  if (CERTIFICATE_FAULTS.has(code)) return certificateError(what, code, cause);
  if (CLIENT_CERTIFICATE_ALERT.test(code)) return clientCertificateError(what, code, cause);
  const refusal = proxyStatus(cause);
  if (refusal !== undefined) return proxyError(what, refusal, cause);
  const timedOut = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError');
  const reason = timedOut ? 'did not answer in time' : `failed on the network${code === '' ? '' : ` (${code})`}`;
  return new ConnectorError(ConnectorErrorKind.Transient, `${what} ${reason}.`, { code, cause });
}

function clientCertificateError(what: string, code: string, cause: unknown): ConnectorError {
  const remedy = 'set clientCertificateFile and clientKeyFile to a certificate that it accepts';
  return new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${what} failed: the server refused our certificate, or demands one (${code}); ${remedy}.`,
    { code, cause },
  );
}

/** With which status a proxy refused to connect us, told from undici's text because nothing else holds it. */
function proxyStatus(error: unknown): number | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const [, status] = /^Proxy response \((\d{3})\)/.exec(current.message) ?? [];
    if (status !== undefined) return Number(status);
  }
  return undefined;
}

function proxyError(what: string, status: number, cause: unknown): ConnectorError {
  const isPassing = status === 429 || status >= 500;
  const remedy =
    status === 407
      ? 'put user name and password into HTTPS_PROXY, as http://user:password@host:port'
      : "let the proxy connect to the instance's address, or add its host to NO_PROXY";
  return new ConnectorError(
    isPassing ? ConnectorErrorKind.Transient : ConnectorErrorKind.Configuration,
    `${what} failed: the proxy answered ${status}${isPassing ? '' : `; ${remedy}`}.`,
    { code: String(status), cause },
  );
}

/** Whether an error code of Node's TLS layer means that the certificate itself is not trusted. */
export const isCertificateFault = (code: string): boolean => CERTIFICATE_FAULTS.has(code);

/** The error for a server whose certificate does not verify. */
export function certificateError(what: string, code: string, cause: unknown): ConnectorError {
  return new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${what} failed: the server's certificate is not trusted (${code}); set caFile to the authority that signed it.`,
    { code, cause },
  );
}

/** The first error code along a chain of causes, empty when there is none. */
export function causeCode(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return '';
}

/**
 * Milliseconds that the answer asks to wait: `Retry-After` in seconds or as a date, else a reset header; `undefined`
 * when it names no delay. Never negative, capped at 15 minutes.
 */
export function retryDelayMs(headers: Headers, now: number): number | undefined {
  const after = headers.get('retry-after')?.trim();
  if (after !== undefined && after !== '') {
    const delay = /^\d+(\.\d+)?$/.test(after) ? Number(after) * 1_000 : Date.parse(after) - now;
    if (!Number.isNaN(delay)) return capped(delay);
  }
  const reset = resetDelayMs(headers, now);
  return reset === undefined ? undefined : capped(reset);
}

// Numbers below the first are too small for an instant, numbers above the second too large for one in seconds.
const SMALLEST_EPOCH_SECONDS = 1e9;
const SMALLEST_EPOCH_MILLISECONDS = 1e11;

/**
 * Milliseconds until the quota starts over, by `X-RateLimit-Reset` or `X-Rate-Limit-Reset`. Services write epoch seconds;
 * epoch milliseconds and seconds from now are told from them by their size. `undefined` where it is not said; never
 * negative.
 */
export function resetDelayMs(headers: Headers, now: number): number | undefined {
  const text = headers.get('x-ratelimit-reset') ?? headers.get('x-rate-limit-reset') ?? '';
  const reset = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : 0;
  if (reset === 0) return undefined;
  if (reset < SMALLEST_EPOCH_SECONDS) return reset * 1_000;
  return Math.max(0, (reset < SMALLEST_EPOCH_MILLISECONDS ? reset * 1_000 : reset) - now);
}

const capped = (delay: number): number => Math.ceil(Math.min(Math.max(delay, 0), LONGEST_DELAY_MS));

function kindOfStatus({ status, headers }: FailedAnswer): ConnectorErrorKind {
  if (status === 429) return ConnectorErrorKind.RateLimited;
  if (status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0')) {
    return ConnectorErrorKind.RateLimited;
  }
  if (status === 501 || status === 505) return ConnectorErrorKind.Configuration;
  if (PASSING_STATUSES.has(status) || status > 505) return ConnectorErrorKind.Transient;
  if (status === 401 || status === 403) return ConnectorErrorKind.Unauthorized;
  if (status === 404) return ConnectorErrorKind.NotFound;
  return status === 409 ? ConnectorErrorKind.Conflict : ConnectorErrorKind.Validation;
}

function delayOf(kind: ConnectorErrorKind, headers: Headers, fault: VendorFault, now: number): number | undefined {
  const named = retryDelayMs(headers, now) ?? fault.retryAfterMs;
  if (kind === ConnectorErrorKind.RateLimited) return named ?? DEFAULT_RATE_LIMIT_DELAY_MS;
  // Okta tells the end of its minute with every answer: a server that fails is not asked to be spared until then.
  return kind === ConnectorErrorKind.Transient && !hasQuotaLeft(headers) ? named : undefined;
}

function hasQuotaLeft(headers: Headers): boolean {
  const remaining = headers.get('x-ratelimit-remaining') ?? headers.get('x-rate-limit-remaining');
  return !headers.has('retry-after') && remaining !== null && remaining.trim() !== '0';
}

function remedyOf(kind: ConnectorErrorKind): string {
  switch (kind) {
    case ConnectorErrorKind.Unauthorized:
      return '; check the credentials of the instance and their rights';
    case ConnectorErrorKind.Conflict:
      return '; a key of this person is taken by another account';
    default:
      return '';
  }
}
