import type { Store } from '../activities/store/index.js';
import { isDuplicateKey } from '../activities/store/database.js';
import { sourceKey } from '../activities/store/person-document.js';
import type { UserProfile } from '../domain/profile.js';
import { InputError } from './faults.js';
import type { InputFault } from './faults.js';

/** What an import did. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
}

const DEFAULT_SOURCE = 'Workday';

/**
 * Creates or updates one profile per entry of an export, found by its HR key. Every entry is checked before the first
 * is written; repeating an import changes nothing.
 *
 * @throws InputError naming every entry without e-mail or employee id, or whose e-mail is there twice
 */
export async function importProfiles(
  { people, evidence }: Store,
  profiles: readonly UserProfile[],
  file: string,
  by: string,
): Promise<ImportResult> {
  check(profiles, file);
  let created = 0;
  const faults: InputFault[] = [];
  for (const [index, profile] of profiles.entries()) {
    const { employeeId = '', email = '', sourceOfTruth = DEFAULT_SOURCE } = profile;
    const personId = (await people.reserve(sourceOfTruth, [employeeId])).get(employeeId);
    const person = personId === undefined ? null : await people.get(personId);
    if (person === null) continue;
    const { processedBy: _owner, ...fields } = profile;
    try {
      await people.writeVersion(person._id, person.version, {
        set: { ...fields, personId: person.personId, email: email.toLowerCase(), isProcessed: false },
        emailKey: email.toLowerCase(),
        employeeKey: profile.isTemporaryUser === true ? null : sourceKey(sourceOfTruth, employeeId),
      });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      faults.push({
        place: file,
        path: `${index}.email`,
        problem: 'another person has this e-mail',
        remedy: 'correct one of the two',
      });
      continue;
    }
    await evidence.append([
      {
        _id: `${person.personId}/import/${person.version}`,
        at: new Date().toISOString(),
        kind: 'profile',
        personId: person.personId,
        cause: `import by ${by}`,
      },
    ]);
    if (person.profile === undefined) created += 1;
  }
  if (faults.length > 0) throw new InputError(faults);
  return { created, updated: profiles.length - created };
}

function check(profiles: readonly UserProfile[], file: string): void {
  const faults: InputFault[] = [];
  const seen = new Map<string, number>();
  profiles.forEach(({ email = '', employeeId = '' }, index) => {
    for (const [field, value] of [
      ['email', email],
      ['employeeId', employeeId],
    ] as const) {
      if (value === '')
        faults.push({ place: file, path: `${index}.${field}`, problem: 'is missing', remedy: 'every profile has one' });
    }
    const before = seen.get(email.toLowerCase());
    if (email !== '' && before !== undefined) {
      faults.push({
        place: file,
        path: `${index}.email`,
        problem: `is the e-mail of entry ${before} too`,
        remedy: 'keep one of them',
      });
    }
    seen.set(email.toLowerCase(), index);
  });
  if (faults.length > 0) throw new InputError(faults);
}
