import { resetDelayMs } from './http-errors.js';
import type { ConnectionReport, RequestQuota } from './types.js';

const PREFIXES = ['x-ratelimit', 'x-rate-limit'] as const;

/**
 * What the headers of an answer say of the quota: `X-RateLimit-*` (GitHub, ServiceNow), `X-Rate-Limit-*` (Okta) or
 * Salesforce's `Sforce-Limit-Info`; `undefined` where they say nothing usable.
 *
 * @param now milliseconds, for a reset that is told in seconds from now
 */
export function quotaOf(headers: Headers, now: number): RequestQuota | undefined {
  return salesforceQuota(headers.get('sforce-limit-info')) ?? commonQuota(headers, now);
}

function commonQuota(headers: Headers, now: number): RequestQuota | undefined {
  const counts = (name: string): number | undefined => {
    const text = PREFIXES.map((prefix) => headers.get(`${prefix}-${name}`)).find((value) => value !== null);
    return text !== undefined && text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
  };
  const remaining = counts('remaining');
  if (remaining === undefined) return undefined;
  const limit = counts('limit');
  const reset = resetDelayMs(headers, now);
  return {
    remaining,
    ...(limit === undefined ? {} : { limit }),
    ...(reset === undefined ? {} : { resetsAt: new Date(now + reset).toISOString() }),
    what: 'requests',
  };
}

/** `api-usage=18/5000`: used and allowed within 24 hours. */
function salesforceQuota(text: string | null): RequestQuota | undefined {
  const [, used, limit] = /(?:^|[;,\s])api-usage=(\d+)\/(\d+)/.exec(text ?? '') ?? [];
  if (used === undefined || limit === undefined) return undefined;
  return {
    remaining: Math.max(0, Number(limit) - Number(used)),
    limit: Number(limit),
    what: 'API requests a day',
  };
}

/** The report of a connection's test that knows of the quota only. */
export function quotaReport({ quota }: { readonly quota: () => RequestQuota | undefined }): ConnectionReport {
  const known = quota();
  return known === undefined ? {} : { quota: known };
}
