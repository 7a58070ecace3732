import { randomInt } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { PasswordPolicy } from './connectors/types.js';

/** What a password must fit: the account's names and the domain's rules, as far as they are known. */
export interface PasswordContext {
  readonly accountName?: string;
  readonly displayName?: string;
  readonly policy?: PasswordPolicy;
}

/** Settings of the built-in generator. */
export interface PasswordRules {
  /** Characters; the domain's minimum wins when it is larger. */
  readonly length?: number;
  readonly minLower?: number;
  readonly minUpper?: number;
  readonly minDigits?: number;
  readonly minSymbols?: number;
  /** Leave out characters that people confuse when they read a password aloud: 0 O o, 1 l I. */
  readonly excludeLookAlikes?: boolean;
}

/** Makes one password per call. It never logs, stores or returns anything else. */
export type PasswordGenerator = (context: PasswordContext) => Promise<string>;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';

// Symbols that survive HTML, a shell, a mail's line breaks and keyboards without dead keys.
const SYMBOLS = '!#%*+-?@_';
const LOOK_ALIKES = /[0Oo1lI]/g;

/** A random password breaks the rule about names about once in 10,000 times; more draws mean that no draw can fit. */
const MOST_DRAWS = 100;

/**
 * The built-in generator: 16 characters, at least two of each class, drawn and shuffled with a cryptographic source.
 * The result passes Windows' complexity rule whatever the settings (spec active-directory 6).
 *
 * @throws Error when the settings are negative, or leave nothing that could pass
 */
export function generatePassword(context: PasswordContext = {}, rules: PasswordRules = {}): string {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const password = drawPassword(context, rules);
    if (passwordFault(password, context) === null) return password;
  }
  throw new Error(
    'No password with these settings passes the complexity rule; raise the length or the minima of the classes.',
  );
}

/**
 * Why a password breaks the domain's length or Windows' complexity rule, `null` when it breaks neither. Without a known
 * policy complexity is demanded and length is not. The answer never holds the password.
 */
export function passwordFault(password: string, { accountName, displayName, policy }: PasswordContext): string | null {
  if (password.length < (policy?.minLength ?? 0)) return 'is shorter than the domain demands';
  if (policy?.complexity === false) return null;
  if (kindsIn(password) < 3) return 'has fewer than three kinds of characters';
  const lower = password.toLowerCase();
  const account = (accountName ?? '').toLowerCase();
  if (account.length >= 3 && lower.includes(account)) return 'contains the account name';
  const parts = (displayName ?? '').toLowerCase().split(/[,.\-_ #\t]+/);
  if (parts.some((part) => part.length >= 3 && lower.includes(part))) return 'contains a part of the display name';
  return null;
}

/**
 * The generator that an operator configured, or the built-in one. A configured one is a module that exports
 * `generatePassword(context)` and returns, or promises, a text or an object with a text `NEW_PASSWORD`.
 *
 * @param module path of the module, relative to `directory`; empty or absent = built in
 * @throws Error naming the module when it cannot be loaded, exports no such function, or answers anything else
 */
export async function loadPasswordGenerator(module: string | undefined, directory: string): Promise<PasswordGenerator> {
  if (module === undefined || module === '') return (context) => Promise.resolve(generatePassword(context));
  const exported = await importModule(module, directory);
  const generate = exported['generatePassword'];
  if (typeof generate !== 'function') {
    throw new Error(`The password generator '${module}' exports no function 'generatePassword'.`);
  }
  return async (context) => passwordOf(await (generate as (context: PasswordContext) => unknown)(context), module);
}

async function importModule(module: string, directory: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(resolve(directory, module)).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`The password generator '${module}' cannot be loaded; check the path and the module.`, { cause });
  }
}

function passwordOf(answer: unknown, module: string): string {
  const password =
    typeof answer === 'object' && answer !== null && 'NEW_PASSWORD' in answer ? answer.NEW_PASSWORD : answer;
  if (typeof password === 'string' && password !== '') return password;
  throw new Error(
    `The password generator '${module}' must return a text or an object with a text NEW_PASSWORD, and did not.`,
  );
}

function drawPassword({ policy }: PasswordContext, rules: PasswordRules): string {
  const alphabets = [LOWER, UPPER, DIGITS, SYMBOLS].map((alphabet) =>
    rules.excludeLookAlikes === true ? alphabet.replace(LOOK_ALIKES, '') : alphabet,
  );
  const minima = [rules.minLower ?? 2, rules.minUpper ?? 2, rules.minDigits ?? 2, rules.minSymbols ?? 2];
  if (minima.some((minimum) => minimum < 0)) throw new Error('A minimum of characters must not be negative.');
  const drawn = alphabets.flatMap((alphabet, index) => drawFrom(alphabet, minima[index] ?? 0));
  const length = Math.max(rules.length ?? 16, policy?.minLength ?? 0, drawn.length);
  return shuffled([...drawn, ...drawFrom(alphabets.join(''), length - drawn.length)]).join('');
}

const drawFrom = (alphabet: string, count: number): string[] =>
  Array.from({ length: count }, () => alphabet.charAt(randomInt(alphabet.length)));

/** Fisher-Yates with the cryptographic source: every order is equally likely. */
function shuffled(characters: readonly string[]): string[] {
  const order = [...characters];
  for (let last = order.length - 1; last > 0; last--) {
    const chosen = randomInt(last + 1);
    const [kept = '', moved = ''] = [order[last], order[chosen]];
    order[chosen] = kept;
    order[last] = moved;
  }
  return order;
}

/** Kinds of Windows' rule: upper, lower, digit, ASCII symbol, other letter. */
function kindsIn(password: string): number {
  return [/[A-Z]/, /[a-z]/, /\d/, /[!-/:-@[-`{-~]/, /(?!\p{ASCII})\p{L}/u].filter((kind) => kind.test(password)).length;
}
