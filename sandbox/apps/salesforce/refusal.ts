import type { Response } from 'express';

/** A refusal by Salesforce: status, code and text. */
export class SalesforceRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Codes of the gate, which knows no vendor, in Salesforce's words. A used-up quota is a 403 there. */
const GATE_CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  unauthorized: [401, 'INVALID_SESSION_ID'],
  throttled: [403, 'REQUEST_LIMIT_EXCEEDED'],
};

/** Sends errors as Salesforce does: a list with one entry. */
export function refuse(
  response: Response,
  status: number,
  text: string,
  code?: string,
  fields: readonly string[] = [],
): void {
  const [shownStatus, errorCode] = GATE_CODES[code ?? ''] ?? [status, code ?? codeOf(status)];
  const named = fields.length === 0 ? {} : { fields };
  response
    .status(shownStatus)
    .type('json')
    .send(JSON.stringify([{ message: text, errorCode, ...named }]));
}

const codeOf = (status: number): string => (status >= 500 ? 'UNKNOWN_EXCEPTION' : 'INVALID_OPERATION');
