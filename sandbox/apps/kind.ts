import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';

import type { StoredRecord } from './account-store.js';
import type { AppState } from './app-state.js';
import type { dialectSchema } from './definition.js';

/** Says no in the vendor's own form. `code` is the vendor's word for the reason, where it has one. */
export type Refusal = (response: Response, status: number, text: string, code?: string) => void;

/** One account in words that all vendors share, for the page, tests and the story. */
export interface AccountView {
  readonly username: string;
  readonly email: string;
  readonly displayName: string;
  readonly title: string;
  readonly active: boolean;
}

/** The interface of one running application. */
export interface AppService {
  /** Serves paths below the kind's `root`; token, quota and faults were dealt with before. */
  readonly handler: RequestHandler;
  /** What it keeps beside accounts and groups; must survive JSON. */
  dump?(): unknown;
  restore?(stored: unknown): void;
  reset?(): void;
}

/** One kind of application: how a vendor's interface behaves. */
export interface AppKind {
  /** Where the interface begins below the application's own address, e.g. `/scim/v2`; may be empty. */
  readonly root: string;
  /** The vendor's habits and limits; a definition may change them. */
  readonly dialect?: z.input<typeof dialectSchema>;
  readonly refuse: Refusal;
  /** Whether a request may go on; by default it needs the application's bearer token. */
  isAuthorized?(state: AppState, request: Request): boolean;
  /** Whether a request is a search for accounts, at which wrong and duplicate hits and lateness show. */
  isSearch(method: string, path: string): boolean;
  /**
   * Where the vendor gives tokens, beside `/oauth/token`; below the application's own address and before its gate, so that
   * no fault strikes there. `extra` makes further members of the answer.
   */
  readonly tokens?: { readonly path: string; extra?(url: string): Readonly<Record<string, unknown>> };
  /** An id as the vendor makes them; a UUID by default. */
  newId?(): string;
  view(user: StoredRecord): AccountView;
  /** Starts the interface of one application. `origin` is known only once the server listens. */
  serve(state: AppState, origin: () => string): AppService;
}
