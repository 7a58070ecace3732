import type { ProvisioningResult } from '../incident.js';

/** One application of a person, as the profile's `applications` field spells it. */
export interface ApplicationEntry {
  readonly 'Instance Name': string;
  readonly Brand: string;
  /** The application's id of the account. */
  readonly 'User ID': string;
  readonly Active: boolean;
}

/** Thrown for a field that cannot be read, so that nothing is written over it. */
export class ApplicationsFieldError extends Error {
  override readonly name = 'ApplicationsFieldError' as const;
}

/** What a command says about a person's account. */
export type AccountResult = Pick<ProvisioningResult, 'instanceName' | 'brand' | 'accountId' | 'active'>;

/**
 * The `applications` field of a profile after some commands (spec okta-flows 7.1), as JSON text. An application of the
 * batch moves to the end; all others keep their place and whatever they hold. A result that does not say which account
 * it is about, or whether that is active, as of a skipped or failed command, changes nothing. Nothing is ever removed:
 * an account that was disabled stays with `Active` false.
 *
 * @param current the field as it is stored; absent or empty = no application
 * @throws ApplicationsFieldError when the field is no list of applications
 */
export function mergeApplications(current: string | undefined, results: readonly AccountResult[]): string {
  const changed = new Map<string, ApplicationEntry>();
  for (const { instanceName, brand, accountId, active } of results) {
    if (accountId === undefined || accountId === '' || active === undefined) continue;
    changed.set(instanceName, {
      'Instance Name': instanceName,
      Brand: brand,
      'User ID': accountId,
      Active: active,
    });
  }
  const kept = readApplications(current).filter((entry) => !changed.has(entry['Instance Name']));
  return JSON.stringify([...kept, ...changed.values()]);
}

/**
 * The applications of a person; further members of an entry stay in it.
 *
 * @throws ApplicationsFieldError as {@link mergeApplications}
 */
export function readApplications(current: string | undefined): readonly ApplicationEntry[] {
  if (current === undefined || current.trim() === '') return [];
  const entries = parse(current);
  if (Array.isArray(entries) && entries.every(isEntry)) return entries;
  throw unreadable('is no list of applications');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('is no valid JSON');
  }
}

/** An entry is known by its application; the rest of it is only handed on. */
const isEntry = (entry: unknown): entry is ApplicationEntry =>
  typeof entry === 'object' && entry !== null && 'Instance Name' in entry && typeof entry['Instance Name'] === 'string';

// The text itself stays out of the message: it holds ids of accounts.
const unreadable = (problem: string): ApplicationsFieldError =>
  new ApplicationsFieldError(
    `The field 'applications' of the profile ${problem}: correct it with \`ilm profile set\`, or empty it.`,
  );
