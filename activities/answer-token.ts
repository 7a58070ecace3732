import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import { z } from 'zod';

/**
 * Signed texts by which somebody answers from a mail. The link's token names question, addressee and expiry. It stays
 * between mail and decision page; what the page hands to the run is a proof of its own, bound to the chosen option and
 * good for minutes, so that no history holds anything that could answer another question.
 */

const linkSchema = z.strictObject({ taskId: z.string(), to: z.string(), until: z.number() });
/** What the token of a link says. */
export type LinkClaims = z.infer<typeof linkSchema>;

const proofSchema = linkSchema.extend({ option: z.string(), linkId: z.string() });
/** What a proof says. */
export type ProofClaims = z.infer<typeof proofSchema>;

/** Signs the token of a link. */
export const signLink = (keys: string, claims: LinkClaims): string => sign(keys, 'link', claims);

/** Reads the token of a link; null when it is not one of ours. Its expiry is left to the caller. */
export const readLink = (keys: string, token: string): LinkClaims | null => read(keys, 'link', token, linkSchema);

/** Signs a proof. */
export const signProof = (keys: string, claims: ProofClaims): string => sign(keys, 'proof', claims);

/** Reads a proof; null when it is not one of ours. */
export const readProof = (keys: string, token: string): ProofClaims | null => read(keys, 'proof', token, proofSchema);

/** Names a link without giving its token away, so that it can be told that it was used. */
export const linkIdOf = (token: string): string => createHash('sha256').update(token).digest('base64url').slice(0, 22);

function sign(keys: string, purpose: string, claims: object): string {
  const [key = ''] = keys.split(',');
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${body}.${macOf(key, purpose, body)}`;
}

function read<T>(keys: string, purpose: string, token: string, schema: z.ZodType<T>): T | null {
  const [body = '', mac = '', ...rest] = token.split('.');
  const isOurs = keys.split(',').some((key) => isEqual(macOf(key, purpose, body), mac));
  if (!isOurs || rest.length > 0) return null;
  return schema.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString())).data ?? null;
}

const macOf = (key: string, purpose: string, body: string): string =>
  createHmac('sha256', key).update(`${purpose}.${body}`).digest('base64url');

function isEqual(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
