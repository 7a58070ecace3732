import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { LdapRefusal, ResultCode, logonRefusal } from './ldap-result.js';
import { UserFlag, hasFlag } from './account-flags.js';
import type { StoredEntry } from './tree.js';

/** The domain's rule for passwords. */
export interface PasswordRule {
  readonly minLength: number;
  readonly complexity: boolean;
}

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\d/, /[^\p{L}\d\s]/u, /[\p{Lo}\p{Lt}\p{Lm}]/u];
const KINDS_NEEDED = 3;
const SHORTEST_NAME_PART = 3;

/**
 * The password inside a `unicodePwd` value: quoted, UTF-16 with the low byte first.
 *
 * @throws LdapRefusal (53, 00002035) for anything else
 */
export function decodePassword(value: Buffer | undefined): string {
  const text = value === undefined || value.length % 2 !== 0 ? '' : value.toString('utf16le');
  if (text.length >= 2 && text.startsWith('"') && text.endsWith('"')) return text.slice(1, -1);
  throw new LdapRefusal(
    ResultCode.UnwillingToPerform,
    '00002035',
    'SvcErr: unicodePwd is not a quoted text in UTF-16LE, problem 5003 (WILL_NOT_PERFORM), data 0',
  );
}

/** @throws LdapRefusal (53, 0000052D), as Windows answers an administrator's reset */
export function checkPassword(password: string, rule: PasswordRule, entry: StoredEntry): void {
  const [accountName = ''] = entry.attributes['samaccountname'] ?? [];
  const [displayName = ''] = entry.attributes['displayname'] ?? [];
  const parts = [accountName, ...displayName.split(/[\s,.\-_#]+/)].filter((part) => part.length >= SHORTEST_NAME_PART);
  const lowered = password.toLowerCase();
  const kinds = KINDS.filter((kind) => kind.test(password)).length;
  const simple = kinds < KINDS_NEEDED || parts.some((part) => lowered.includes(part.toLowerCase()));
  if (password.length < rule.minLength || (rule.complexity && simple)) throw policyRefusal();
}

/** The refusal of a password, or of an enabled account without one. */
export const policyRefusal = (): LdapRefusal =>
  new LdapRefusal(ResultCode.UnwillingToPerform, '0000052D', 'SvcErr: problem 5003 (WILL_NOT_PERFORM), data 0');

/**
 * What a password is checked against. Fast on purpose: these passwords open nothing but a simulated directory, and a
 * slow hash would be what a benchmark of joiners measures.
 */
export function secretOf(password: string): string {
  const salt = randomBytes(16).toString('hex');
  return `${salt}:${digest(salt, password).toString('hex')}`;
}

const digest = (salt: string, password: string): Buffer => createHmac('sha256', salt).update(password).digest();

/** Whether a password is the one that was set. */
export function isPassword(entry: StoredEntry, password: string): boolean {
  const [salt = '', expected = ''] = entry.secret?.split(':') ?? [];
  return expected !== '' && timingSafeEqual(digest(salt, password), Buffer.from(expected, 'hex'));
}

/** @throws LdapRefusal (49) with the reason why this account cannot sign in with this password */
export function checkLogon(entry: StoredEntry | undefined, password: string): StoredEntry {
  if (entry === undefined || !isPassword(entry, password)) throw logonRefusal('52e');
  if (hasFlag(entry, UserFlag.Disabled)) throw logonRefusal('533');
  const mustChange = entry.attributes['pwdlastset']?.[0] === '0' && !hasFlag(entry, UserFlag.PasswordNeverExpires);
  if (mustChange) throw logonRefusal('773');
  return entry;
}
