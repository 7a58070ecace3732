import { z } from 'zod';

/**
 * What sets one application apart from plain SCIM 2.0 (spec connectors 2.2). Everything off is RFC 7644 to the letter,
 * apart from bulk requests.
 */
export const dialectSchema = z
  .strictObject({
    /** Whether a change names its attribute: `required` refuses an object of attributes, `refused` refuses a path. */
    patchPath: z.enum(['any', 'required', 'refused']).default('any'),
    /** Off: a search by e-mail is refused, as AWS does. */
    emailFilter: z.boolean().default(true),
    /** So many reads of an account still show it active after it was disabled, as Slack does. */
    staleReadsAfterDisable: z.number().int().min(0).default(0),
    /** Off: groups never show their members; they can only be asked for one, as with AWS. */
    listsMembers: z.boolean().default(true),
    /** Requests within a minute before the application answers 429; absent = no limit. */
    requestsPerMinute: z.number().int().min(1).optional(),
  })
  .prefault({});
export type AppDialect = z.output<typeof dialectSchema>;

/** One simulated application. */
export const appDefinitionSchema = z.strictObject({
  name: z.string().min(1),
  /** Bearer token; without it, one is made of the name. */
  token: z.string().min(1).optional(),
  dialect: dialectSchema,
});
export type AppDefinition = z.input<typeof appDefinitionSchema>;

/** How an application misbehaves. */
export const appFaultSchema = z.strictObject({
  kind: z.enum([
    'down',
    'cut-after',
    'error',
    'error-after',
    'rate-limit',
    'unauthorized',
    'html',
    'slow',
    'duplicate-hits',
    'wrong-hit',
  ]),
  /** Only requests with this method, e.g. `POST`. */
  method: z.string().toUpperCase().optional(),
  /** Only requests whose path contains this, e.g. `/Users`. */
  path: z.string().optional(),
  /** Status of `error` and `error-after`. */
  status: z.coerce.number().int().min(400).max(599).default(500),
  /** `Retry-After` of `rate-limit`. */
  retryAfterSeconds: z.coerce.number().min(0).default(1),
  /** Wait of `slow`. */
  delayMs: z.coerce.number().int().min(0).max(600_000).default(2000),
  times: z.union([z.literal('forever'), z.coerce.number().int().min(1)]).default(1),
});
export type AppFault = z.output<typeof appFaultSchema>;

/** Each fault in words, for the page and `GET /control`. */
export const FAULT_DESCRIPTIONS: Readonly<Record<AppFault['kind'], string>> = {
  down: 'cuts the connection before doing anything',
  'cut-after': 'does the work, then cuts the connection',
  error: 'answers with `status` before doing anything',
  'error-after': 'does the work, then answers with `status`',
  'rate-limit': 'answers 429 with Retry-After',
  unauthorized: 'answers 401 in spite of the right token',
  html: 'answers 502 with a page of a proxy',
  slow: 'waits `delayMs`, then works',
  'duplicate-hits': 'a search gives the account twice, under two ids',
  'wrong-hit': 'a search gives an account that does not match',
};
