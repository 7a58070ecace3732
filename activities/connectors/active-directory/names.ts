import { escapeFilter } from 'ldapts';

import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { DirectorySession } from './session.js';

// Limits of Windows (spec active-directory 9.4); Samba takes more, so nobody else would notice.
const LONGEST_ACCOUNT_NAME = 20;
const LONGEST_CN = 64;

/** How many numbers are tried before somebody has to look. */
const MOST_NUMBERS = 999;

/** Names asked for in one search. */
const BATCH = 20;

const FORBIDDEN = /["/\\[\]:;|=,+*?<>\u0000-\u001F\u007F]/gu;

/**
 * A proposal for an account name made fit for the directory: characters that Windows forbids and outer blanks are
 * dropped and the rest is cut to 20 characters. The same input always gives the same name.
 *
 * @throws ConnectorError of kind `Validation` when nothing usable is left, or the proposal is an address
 */
export function accountNameBase(proposal: string): string {
  if (proposal.includes('@')) throw badName('holds an @; map the part before it');
  const cleaned = proposal.replace(FORBIDDEN, '').trim().slice(0, LONGEST_ACCOUNT_NAME);
  const name = cleaned.replace(/[. ]+$/u, '');
  if (name === '') throw badName('holds nothing but characters that are not allowed');
  return name;
}

const badName = (fault: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Validation, `The mapped sAMAccountName ${fault}. Check the outgoing mapper.`, {
    code: '400',
  });

/** The n-th candidate for an account name: the name itself, then with 1, 2, ... within 20 characters. */
export const accountNameCandidate = (base: string, number: number): string =>
  number === 0 ? base : `${base.slice(0, LONGEST_ACCOUNT_NAME - String(number).length)}${number}`;

/** The n-th candidate for a common name: the name itself, then with a blank and 1, 2, ... within 64 characters. */
export function commonNameCandidate(base: string, number: number): string {
  const suffix = number === 0 ? '' : ` ${number}`;
  return `${[...base]
    .slice(0, LONGEST_CN - suffix.length)
    .join('')
    .trim()}${suffix}`;
}

/** Whether an account name is the proposal itself or one of its numbered forms. */
export function isFormOf(name: string, base: string): boolean {
  const number = /\d*$/.exec(name)?.[0] ?? '';
  const forms = [base, ...(number === '' ? [] : suffixesOf(number).map((n) => accountNameCandidate(base, Number(n))))];
  return forms.some((form) => form.toLowerCase() === name.toLowerCase());
}

/** `jane12` may be `jane1` with 2, or `jane` with 12. */
const suffixesOf = (digits: string): readonly string[] =>
  Array.from({ length: digits.length }, (_, index) => digits.slice(index)).filter((suffix) => !suffix.startsWith('0'));

/**
 * The first candidate that nothing in the directory bears yet.
 *
 * @param taken candidates to leave out although no search shows them, lower case: another server may hold them already
 * @throws ConnectorError of kind `Conflict` when all numbers are used up
 */
export async function firstFree(
  session: DirectorySession,
  place: { readonly base: string; readonly scope: 'one' | 'sub'; readonly attribute: 'sAMAccountName' | 'cn' },
  candidate: (number: number) => string,
  taken: ReadonlySet<string>,
): Promise<string> {
  for (let start = 0; start <= MOST_NUMBERS; start += BATCH) {
    const names = Array.from({ length: BATCH }, (_, index) => candidate(start + index));
    const filter = `(|${names.map((name) => `(${place.attribute}=${escapeFilter`${name}`})`).join('')})`;
    const found = await session.search(place.base, { filter, scope: place.scope, attributes: [place.attribute] });
    const used = new Set(found.flatMap((entry) => entry.all(place.attribute)).map((name) => name.toLowerCase()));
    const free = names.find((name) => !used.has(name.toLowerCase()) && !taken.has(name.toLowerCase()));
    if (free !== undefined) return free;
  }
  throw new ConnectorError(
    ConnectorErrorKind.Conflict,
    `Every form of this ${place.attribute} up to ${MOST_NUMBERS} is taken; choose another name in the outgoing mapper.`,
    { code: '409' },
  );
}
