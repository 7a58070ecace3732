import { isDeepStrictEqual } from 'node:util';

import type { AppAttributes } from './types.js';

/** What distinguishes how a vendor answers from what it was sent. */
export interface FlatOptions {
  /** Attributes that have commands of their own or belong to the application; never part of the changes. */
  readonly except?: ReadonlySet<string>;
  /**
   * A text as the application would answer it after it was sent, e.g. in lower case. Both sides are passed through it
   * before they are compared; what is sent stays as it is.
   */
  readonly asAnswered?: (attribute: string, text: string) => string;
}

/**
 * The real differences between a wanted flat record and the current one, for applications whose accounts are one level
 * of columns: `null` clears and is left out where nothing is to be cleared. Numbers and booleans equal their texts, since
 * several applications answer with texts only. Empty when the account is so already.
 */
export function flatChanges(wanted: AppAttributes, current: AppAttributes, options: FlatOptions = {}): AppAttributes {
  const changes = Object.entries(wanted).filter(
    ([attribute, value]) =>
      value !== undefined &&
      options.except?.has(attribute) !== true &&
      !sameValue(answered(options, attribute, value), answered(options, attribute, current[attribute])),
  );
  return Object.fromEntries(changes);
}

/** Text of a text, number or boolean; `undefined` for anything else and for the empty text. */
export function flatText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function answered({ asAnswered }: FlatOptions, attribute: string, value: unknown): unknown {
  const text = flatText(value);
  return text === undefined || asAnswered === undefined ? (text ?? value) : asAnswered(attribute, text);
}

function sameValue(wanted: unknown, current: unknown): boolean {
  return isEmpty(wanted) ? isEmpty(current) : isDeepStrictEqual(wanted, current);
}

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === '';
