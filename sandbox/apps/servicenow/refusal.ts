import type { Response } from 'express';

const RULE_ID = '5d5a3f3fdb1a3300b3f5d9d6bf9619a1';

/** Says no as ServiceNow does. At its limit it names the rule, and the end of the hour beside the wait. */
export function refuse(response: Response, status: number, message: string): void {
  const wait = response.getHeader('retry-after');
  if (status === 429) response.setHeader('x-ratelimit-rule', RULE_ID);
  if (status === 429 && /^\d+$/.test(String(wait))) {
    response.setHeader('x-ratelimit-reset', String(Math.ceil(Date.now() / 1000) + Number(wait)));
  }
  fail(response, status, message, null);
}

/** Sends an error with its two sentences. */
export function fail(response: Response, status: number, message: string, detail: string | null): void {
  response.status(status).json({ error: { message, detail }, status: 'failure' });
}
