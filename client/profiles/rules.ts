import { z } from 'zod';

import { pathText, shownValue } from '../../activities/configuration/faults.js';
import { AdAccountStatus, TerminationTrigger } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import type { InputFault } from '../faults.js';

/** Says what is wrong with a value, as the end of a sentence; undefined when nothing is. */
type Rule = (value: unknown) => string | undefined;

const isText: Rule = (value) => (typeof value === 'string' ? undefined : 'must be a text');
const isFlag: Rule = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false');
const isWhole: Rule = (value) => (Number.isInteger(value) ? undefined : 'must be a whole number');
const isAddress: Rule = (value) =>
  typeof value === 'string' && z.regexes.email.test(value) ? undefined : 'must be an e-mail address';
const isPlain: Rule = (value) =>
  typeof value !== 'object' || value === null ? undefined : 'must be a text, a number, true, false or null';

const isOneOf = (...values: readonly string[]): Rule => {
  const names = values.filter((value) => value !== '').join(', ');
  return (value) => (values.includes(value as string) ? undefined : `must be ${names} or empty`);
};

const isSourceKey = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  const { source, employeeId, correlationId = '', ...rest } = value as Readonly<Record<string, unknown>>;
  const isTyped = [source, employeeId, correlationId].every((part) => typeof part === 'string');
  return isTyped && Object.keys(rest).length === 0;
};

const hasSourceKeys: Rule = (value) =>
  Array.isArray(value) && value.every(isSourceKey) ? undefined : 'must be a list of { source, employeeId }';

/**
 * Rules of the fields that have one; every other field is a plain value. Plain functions instead of a schema, because a
 * preview of 100,000 profiles must not take much longer than parsing them.
 */
const RULES: Readonly<Record<string, Rule | undefined>> = Object.assign(Object.create(null), {
  email: isAddress,
  username: isText,
  employeeId: isText,
  displayName: isText,
  adAccountStatus: isOneOf(...Object.values(AdAccountStatus)),
  isProcessed: isFlag,
  isTemporaryUser: isFlag,
  forceSync: isFlag,
  sourcePriority: isWhole,
  sourceOfTruth: isText,
  sourceInstance: isText,
  sourceReleased: isFlag,
  conversionHire: isFlag,
  terminationTrigger: isOneOf(...Object.values(TerminationTrigger)),
  active: isFlag,
  keptAs: isOneOf('orphan', 'limit', 'adDeactivation', ''),
  keptUntil: isText,
  lastSeenAt: isText,
  personId: isText,
  processedBy: isText,
  applications: isText,
  sourceKeys: hasSourceKeys,
} satisfies Record<string, Rule>) as Readonly<Record<string, Rule | undefined>>;

/** Fields that `ilm profile set` may write: bookkeeping that HR does not own. */
export const SETTABLE_FIELDS: readonly string[] = [
  'forceSync',
  'adAccountStatus',
  'isProcessed',
  'conversionHire',
  'terminationTrigger',
  'active',
  'keptAs',
  'sourceReleased',
];

/** What is wrong with the value of a field, as the end of a sentence; undefined when nothing is. */
export const fieldProblem = (field: string, value: unknown): string | undefined => (RULES[field] ?? isPlain)(value);

const REMEDY = 'Write it as `ilm profile export` does.';

/** Faults of one profile; `index` is its place in a list. */
export function profileFaults(file: string, value: unknown, index?: number): InputFault[] {
  const at = index === undefined ? [] : [index];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ file, path: pathText(at), problem: 'must be a profile, an object with named fields', remedy: REMEDY }];
  }
  const faults: InputFault[] = [];
  const profile = value as Readonly<Record<string, unknown>>;
  for (const field in profile) {
    const problem = fieldProblem(field, profile[field]);
    if (problem !== undefined) faults.push(fieldFault(file, [...at, field], problem, profile[field]));
  }
  return faults;
}

/** A fault of a whole file of profiles. */
export const fileFault = (file: string, problem: string): InputFault => ({ file, path: '', problem, remedy: REMEDY });

/** A fault of one field of a profile in a file. */
export function fieldFault(file: string, path: readonly PropertyKey[], problem: string, value?: unknown): InputFault {
  const shown = shownValue(value, path);
  return { file, path: pathText(path), ...(shown === undefined ? {} : { value: shown }), problem, remedy: REMEDY };
}

/** Checks a whole export. Profiles are only typed, so that one pass over a large one is cheap. */
export function checkProfiles(
  file: string,
  value: unknown,
): { readonly profiles: readonly UserProfile[]; readonly faults: readonly InputFault[] } {
  if (!Array.isArray(value)) {
    return { profiles: [], faults: [fileFault(file, 'must be a list of profiles')] };
  }
  const faults: InputFault[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const found = profileFaults(file, value[index], index);
    if (found.length > 0) faults.push(...found);
  }
  return { profiles: value as readonly UserProfile[], faults };
}
