import type { Request, RequestHandler, Response } from 'express';

import type { Organisation } from './organisation.js';
import { OktaRefusal, sendRefusal } from './refusal.js';
import { ownerOf } from './tokens.js';
import type { TokenOwner } from './tokens.js';

/** A handler whose refusals are answered in Okta's form. */
export const route =
  (handle: (request: Request, response: Response) => void): RequestHandler =>
  (request, response) => {
    try {
      handle(request, response);
    } catch (error) {
      if (!(error instanceof OktaRefusal)) throw error;
      sendRefusal(response, error);
    }
  };

/** Who sent a request; the gate lets nobody else through. */
export function callerOf({ state }: Organisation, request: Request): TokenOwner {
  const owner = ownerOf(state, request);
  if (owner === null) throw new OktaRefusal('E0000011');
  return owner;
}
