import { randomBytes } from 'node:crypto';

import type { Response } from 'express';

/** Codes of Okta's errors with their status and usual words. */
const ERRORS = {
  E0000001: [400, 'Api validation failed'],
  E0000003: [400, 'The request body was not well-formed.'],
  E0000006: [403, 'You do not have permission to perform the requested action'],
  E0000007: [404, 'Not found: Resource not found'],
  E0000009: [500, 'Internal Server Error'],
  E0000011: [401, 'Invalid token provided'],
  E0000016: [403, 'Activation failed because the user is already active'],
  E0000022: [405, 'The endpoint does not support the provided HTTP method'],
  E0000031: [400, 'Invalid search criteria.'],
  E0000038: [403, "This operation is not allowed in the user's current status."],
  E0000047: [429, 'API call exceeded rate limit due to too many requests.'],
  E0000053: [400, 'Invalid filter'],
} as const;
/** One of Okta's error codes. */
export type OktaErrorCode = keyof typeof ERRORS;

/** A request that Okta does not carry out. */
export class OktaRefusal extends Error {
  /** @param causes what is wrong in detail, one sentence each */
  constructor(
    readonly code: OktaErrorCode,
    readonly causes: readonly string[] = [],
    readonly summary: string = ERRORS[code][1],
  ) {
    super(summary);
  }
}

/** What Okta says of something that does not exist. */
export const notFound = (id: string, kind: string): OktaRefusal =>
  new OktaRefusal('E0000007', [], `Not found: Resource not found: ${id} (${kind})`);

/** Answers with an error in Okta's form. */
export function sendRefusal(response: Response, refusal: OktaRefusal, status: number = ERRORS[refusal.code][0]): void {
  response.status(status).json({
    errorCode: refusal.code,
    errorSummary: refusal.summary,
    errorLink: refusal.code,
    errorId: `oae${randomBytes(12).toString('base64url')}`,
    errorCauses: refusal.causes.map((errorSummary) => ({ errorSummary })),
  });
}

/** The common refusals of the gate, in Okta's form. A limit is told by Okta's headers, too. */
export function refuse(response: Response, status: number, text: string): void {
  if (status === 401) return sendRefusal(response, new OktaRefusal('E0000011'));
  if (status === 429) {
    const seconds = Number(response.getHeader('retry-after'));
    if (seconds > 0) {
      response.setHeader('x-rate-limit-remaining', '0');
      response.setHeader('x-rate-limit-reset', String(Math.ceil(Date.now() / 1000 + seconds)));
    }
    return sendRefusal(response, new OktaRefusal('E0000047'));
  }
  sendRefusal(response, new OktaRefusal(status >= 500 ? 'E0000009' : 'E0000001', [text]), status);
}
