import type { Response } from 'express';

/** Error codes by status, where a handler names none. */
const CODES: Readonly<Record<number, number>> = {
  401: 1002,
  403: 1004,
  404: 1006,
  429: 4003,
  502: 4004,
  503: 4001,
  504: 4002,
};
const UNREADABLE = 1008;
const UNEXPECTED = 4004;

let refusals = 0;

/** Says no as Smartsheet does: a number, a sentence, and a reference for its support. */
export function refuse(response: Response, status: number, message: string, code?: string): void {
  const usual = CODES[status] ?? (status < 500 ? UNREADABLE : UNEXPECTED);
  const errorCode = code !== undefined && /^\d+$/.test(code) ? Number(code) : usual;
  refusals += 1;
  response.status(status).json({ errorCode, message, refId: `ref${refusals}` });
}

/** Sends a body in which ids are the 64-bit numbers that Smartsheet writes and JavaScript cannot hold. */
export function answer(response: Response, body: unknown): void {
  response.type('json').send(JSON.stringify(body).replace(/"(id|accountId)":"(\d+)"/g, '"$1":$2'));
}
