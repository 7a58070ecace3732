import { z } from 'zod';

import { APP_KINDS } from './kinds.js';

/**
 * What sets one application apart from plain SCIM 2.0 (spec connectors 2.2). Everything off is RFC 7644 to the letter,
 * apart from bulk requests.
 */
export const dialectSchema = z.strictObject({
  /** Whether a change names its attribute: `required` refuses an object of attributes, `refused` refuses a path. */
  patchPath: z.enum(['any', 'required', 'refused']).default('any'),
  /** Off: a search by e-mail is refused, as AWS does. */
  emailFilter: z.boolean().default(true),
  /** So many reads of an account still show it active after it was disabled, as Slack does. */
  staleReadsAfterDisable: z.number().int().min(0).default(0),
  /** So many searches do not show an account yet after it was made. */
  searchesBeforeVisible: z.number().int().min(0).default(0),
  /** Off: groups never show their members; they can only be asked for one, as with AWS. */
  listsMembers: z.boolean().default(true),
  /** Counts reads and writes as Slack does, each with a burst of its own. */
  slackLimits: z.boolean().default(false),
  /** Requests within a minute before the application answers 429; absent = no limit. */
  requestsPerMinute: z.number().int().min(1).optional(),
  /** Requests within an hour, in the place of those within a minute. */
  requestsPerHour: z.number().int().min(1).optional(),
  /** Requests of one class within a second before it answers 429, as Oracle counts them; absent = no limit. */
  requestsPerSecond: z.partialRecord(z.enum(['bulk', 'other']), z.number().int().min(1)).optional(),
});
export type AppDialect = z.output<typeof dialectSchema>;

const kindNames = Object.keys(APP_KINDS) as [keyof typeof APP_KINDS, ...(keyof typeof APP_KINDS)[]];

/** One simulated application. */
export const appDefinitionSchema = z.strictObject({
  name: z.string().min(1),
  /** Bearer token; without it, one is made of the name. */
  token: z.string().min(1).optional(),
  /** Whose interface it has. */
  kind: z.enum(kindNames).default('scim'),
  /** On top of what its kind does. */
  dialect: z.custom<z.input<typeof dialectSchema>>((value) => typeof value === 'object').default({}),
});
export type AppDefinition = z.input<typeof appDefinitionSchema>;

/** How an application misbehaves. */
export const appFaultSchema = z
  .strictObject({
    kind: z.enum([
      'down',
      'cut-after',
      'error',
      'error-after',
      'rate-limit',
      'unauthorized',
      'html',
      'wrong-type',
      'redirect',
      'huge',
      'slow',
      'duplicate-hits',
      'wrong-hit',
    ]),
    /** Only requests with this method, e.g. `POST`. */
    method: z.string().toUpperCase().optional(),
    /** Only requests whose path contains this, e.g. `/Users`. */
    path: z.string().optional(),
    /** Status of `error`, `error-after`, `html` and `redirect`; left out, the usual one of each. */
    status: z.coerce.number().int().min(200).max(599).optional(),
    /** Wait that `rate-limit` asks for. */
    retryAfterSeconds: z.coerce.number().min(0).default(1),
    /** How `rate-limit` asks for it. */
    header: z
      .enum(['retry-after', 'retry-after-date', 'x-ratelimit-reset', 'x-rate-limit-reset', 'none'])
      .default('retry-after'),
    /** Wait of `slow`. */
    delayMs: z.coerce.number().int().min(0).max(600_000).default(2000),
    times: z.union([z.literal('forever'), z.coerce.number().int().min(1)]).default(1),
  })
  .transform((fault) => ({ ...fault, status: fault.status ?? usualStatus(fault.kind) }));
export type AppFault = z.output<typeof appFaultSchema>;

function usualStatus(kind: string): number {
  if (kind === 'html') return 502;
  return kind === 'redirect' ? 302 : 500;
}

/** Each fault in words, for the page and `GET /control`. */
export const FAULT_DESCRIPTIONS: Readonly<Record<AppFault['kind'], string>> = {
  down: 'cuts the connection before doing anything',
  'cut-after': 'does the work, then cuts the connection',
  error: 'answers with `status` before doing anything',
  'error-after': 'does the work, then answers with `status`',
  'rate-limit': 'answers 429, with the wait in one header or another',
  unauthorized: 'answers 401 in spite of the right token',
  html: 'answers with a page of a proxy instead of JSON',
  'wrong-type': 'calls the answer plain text',
  redirect: 'sends the caller to another host',
  huge: 'answers with more than anybody should read',
  slow: 'waits `delayMs`, then works',
  'duplicate-hits': 'a search gives the account twice, under two ids',
  'wrong-hit': 'a search gives an account that does not match',
};
