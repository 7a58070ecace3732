import { setTimeout as delay } from 'node:timers/promises';

import type { Request, Response } from 'express';

import type { AppState } from './app-state.js';
import type { AppFault } from './definition.js';
import type { AppKind } from './kind.js';

const PAGE = '<html><body><h1>Not available</h1><p>The proxy had no answer.</p></body></html>';
/** More than any client should read. */
const HUGE_BYTES = 20 * 1024 * 1024;
const CHUNK = ' '.repeat(1024 * 1024);

/** The next fault that is meant for this request: those that were added first, then those of the weather. */
export function takeFault(state: AppState, kind: AppKind, method: string, path: string): AppFault | null {
  const isSearch = kind.isSearch(method, path);
  const fits = (fault: AppFault): boolean => {
    if ((fault.kind === 'duplicate-hits' || fault.kind === 'wrong-hit') && !isSearch) return false;
    return (fault.method ?? method) === method && path.includes(fault.path ?? '');
  };
  const waiting = state.faults.take(fits);
  if (waiting !== null) return waiting;
  const blown = state.weather?.(method, path) ?? null;
  return blown !== null && fits(blown) ? blown : null;
}

/**
 * Does what a fault says before the work. Gives false when the request is over with that; faults that strike after the
 * work are prepared by replacing what the answer would be.
 */
export async function strike(fault: AppFault, kind: AppKind, request: Request, response: Response): Promise<boolean> {
  switch (fault.kind) {
    case 'down':
      request.socket.destroy();
      return false;
    case 'error':
      kind.refuse(response, fault.status, 'The sandbox was told to fail.');
      return false;
    case 'unauthorized':
      kind.refuse(response, 401, 'The token was not accepted.', 'unauthorized');
      return false;
    case 'rate-limit':
      limit(fault, response);
      kind.refuse(response, 429, 'Too many requests.', 'throttled');
      return false;
    case 'html':
      response.status(fault.status).type('html').send(PAGE);
      return false;
    case 'redirect':
      response.redirect(fault.status, 'http://elsewhere.invalid/signin');
      return false;
    case 'huge':
      await sendHuge(response);
      return false;
    case 'slow':
      await delay(fault.delayMs);
      return !request.socket.destroyed;
    case 'cut-after':
      replaceAnswer(response, () => request.socket.destroy());
      return true;
    case 'error-after':
      replaceAnswer(response, () => {
        kind.refuse(response, fault.status, 'The sandbox was told to fail after the work.');
      });
      return true;
    case 'wrong-type':
      replaceAnswer(response, (body) => void response.type('text/plain').send(body));
      return true;
    case 'duplicate-hits':
    case 'wrong-hit':
      return true;
  }
}

/** Changes the text of every answer of this request. */
export function rewriteAnswer(response: Response, rewrite: (body: string) => string): void {
  replaceAnswer(response, (body) => void response.send(rewrite(body)));
}

/** The headers by which vendors say how long to wait. */
function limit({ header, retryAfterSeconds }: AppFault, response: Response): void {
  const until = Date.now() + retryAfterSeconds * 1000;
  switch (header) {
    case 'retry-after':
      response.setHeader('retry-after', String(retryAfterSeconds));
      return;
    case 'retry-after-date':
      response.setHeader('retry-after', new Date(until).toUTCString());
      return;
    case 'x-ratelimit-reset':
    case 'x-rate-limit-reset':
      response.setHeader(header.replace('reset', 'remaining'), '0');
      response.setHeader(header, String(Math.ceil(until / 1000)));
      return;
    case 'none':
      return;
  }
}

async function sendHuge(response: Response): Promise<void> {
  response.status(200).type('json');
  for (let sent = 0; sent < HUGE_BYTES && !response.destroyed; sent += CHUNK.length) {
    if (!response.write(CHUNK)) {
      await new Promise((resolve) => {
        response.once('drain', resolve).once('close', resolve);
      });
    }
  }
  response.end('{}');
}

/** The work is done when the answer is about to be sent, so that is where another one takes its place. */
function replaceAnswer(response: Response, answer: (body: string) => void): void {
  const send = response.send.bind(response);
  response.send = (body: unknown) => {
    response.send = send;
    answer(typeof body === 'string' ? body : JSON.stringify(body ?? ''));
    return response;
  };
}
