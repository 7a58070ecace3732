import { setTimeout as delay } from 'node:timers/promises';

import type { Request, Response } from 'express';

import type { AppState } from './app-state.js';
import type { AppFault } from './definition.js';
import { refuse } from './scim-refusal.js';

const PROXY_PAGE = '<html><body><h1>502 Bad Gateway</h1><p>The proxy had no answer.</p></body></html>';

/** The next fault that is meant for this request. */
export function takeFault(state: AppState, method: string, path: string): AppFault | null {
  return state.faults.take((fault) => {
    const isSearch = method === 'GET' && /^\/Users\/?\?/.test(path);
    if ((fault.kind === 'duplicate-hits' || fault.kind === 'wrong-hit') && !isSearch) return false;
    return (fault.method ?? method) === method && path.includes(fault.path ?? '');
  });
}

/**
 * Does what a fault says before the work. Gives false when the request is over with that; faults that strike after the
 * work are prepared by replacing what the answer would be.
 */
export async function strike(fault: AppFault, request: Request, response: Response): Promise<boolean> {
  switch (fault.kind) {
    case 'down':
      request.socket.destroy();
      return false;
    case 'error':
      refuse(response, fault.status, 'The sandbox was told to fail.');
      return false;
    case 'unauthorized':
      refuse(response, 401, 'The token was not accepted.');
      return false;
    case 'rate-limit':
      response.setHeader('retry-after', String(fault.retryAfterSeconds));
      refuse(response, 429, 'Too many requests.');
      return false;
    case 'html':
      response.status(502).type('html').send(PROXY_PAGE);
      return false;
    case 'slow':
      await delay(fault.delayMs);
      return !request.socket.destroyed;
    case 'cut-after':
      replaceAnswer(response, () => request.socket.destroy());
      return true;
    case 'error-after':
      replaceAnswer(response, () => refuse(response, fault.status, 'The sandbox was told to fail after the work.'));
      return true;
    case 'duplicate-hits':
    case 'wrong-hit':
      return true;
  }
}

/** The work is done when the answer is about to be sent, so that is where another one takes its place. */
function replaceAnswer(response: Response, answer: () => void): void {
  const send = response.send.bind(response);
  response.send = () => {
    response.send = send;
    answer();
    return response;
  };
}
