import { randomUUID } from 'node:crypto';

import { profileChanges } from '../../activities/incidents/entry.js';
import type { Evidence } from '../../activities/store/evidence.js';
import type { PersonChange } from '../../activities/store/people.js';
import type { FieldChange } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, InputError, allOf, inputError, optionFault } from '../faults.js';
import { SETTABLE_FIELDS, fieldProblem } from '../profiles/rules.js';
import { personByEmail } from './profile-show.js';
import type { PersonWithProfile } from './profile-show.js';

const ARGUMENT = '<field=value>';

/** `ilm profile set`. */
export async function setFields(context: CommandContext, email: string, pairs: readonly string[]): Promise<void> {
  const [set, { id: by }] = await allOf(
    () => parsePairs(pairs),
    () => context.actor(),
  );
  const { people } = await context.store();
  const person = await personByEmail(people, email);
  await change(context, person, { set }, `profile set by ${by}`);
  const holder = person.queue[0];
  if (holder !== undefined) context.progress(`${holder.incidentId} works on ${email} and may write these fields too.`);
  context.print({ email, set }, `${email}: ${pairs.join(', ')}`);
}

/** @throws InputError with every pair that is faulty */
function parsePairs(pairs: readonly string[]): UserProfile {
  const parsed = pairs.map((pair) => {
    const [field = '', ...rest] = pair.split('=');
    const text = rest.join('=');
    const value = text === 'true' ? true : text === 'false' ? false : text;
    if (!pair.includes('=')) {
      return { fault: optionFault(ARGUMENT, 'gives no value', 'Write field=value.', pair) };
    }
    if (!SETTABLE_FIELDS.includes(field)) {
      const remedy = `Use ${SETTABLE_FIELDS.join(', ')}; the rest comes from the report.`;
      return { fault: optionFault(ARGUMENT, 'is no field to set by hand', remedy, field) };
    }
    const problem = fieldProblem(field, value);
    return problem === undefined
      ? { entry: [field, value] as const }
      : { fault: optionFault(ARGUMENT, problem, 'Use an allowed value.', pair) };
  });
  const faults = parsed.flatMap(({ fault }) => fault ?? []);
  if (faults.length > 0) throw new InputError(faults);
  return Object.fromEntries(parsed.flatMap(({ entry }) => (entry === undefined ? [] : [entry])));
}

/** `ilm profile keep` and `ilm profile remove`: decides a temporary profile that no incident asks about. */
export async function decideTemporary(
  context: CommandContext,
  email: string,
  decision: 'keep' | 'remove',
): Promise<void> {
  const { id: by } = await context.actor();
  const { people, evidence } = await context.store();
  const person = await personByEmail(people, email);
  if (person.profile.isTemporaryUser !== true) {
    throw new CommandFailed(`The profile of ${email} is not temporary, so there is nothing to decide.`);
  }
  // A proposal has no queue of its own: the turn lies with the permanent record.
  const { queue = [] } = (person.proposal === true ? await people.get(person.personId) : person) ?? {};
  const [holder] = queue;
  if (holder !== undefined) {
    throw new CommandFailed(`${holder.incidentId} works on ${email}. Answer its question instead: ilm task list`);
  }
  if (person.proposal === true) {
    if (decision === 'keep') {
      throw inputError(
        '<email>',
        'is a proposed new address, which only its incident can approve',
        'Answer the question D3 of `ilm task list`, or remove it; the next report proposes it again.',
        email,
      );
    }
    await leaveEvidence(evidence, person.personId, `proposed profile removed by ${by}`, {});
    await people.removeProposal(person.personId);
  } else if (decision === 'remove') {
    await change(context, person, { removeProfile: true }, `profile removed by ${by}`);
  } else {
    const kept: PersonChange = { set: { isTemporaryUser: false, isProcessed: false }, unset: ['processedBy'] };
    await change(context, person, kept, `profile kept by ${by}`);
  }
  context.print({ email, decision }, `${email}: ${decision === 'keep' ? 'kept' : 'removed'}`);
}

/** Writes guarded by the version that was read, and leaves evidence of who changed what. */
async function change(
  context: CommandContext,
  { _id, personId, version, profile }: PersonWithProfile,
  written: PersonChange,
  cause: string,
): Promise<void> {
  const { people, evidence } = await context.store();
  if (!(await people.writeVersion(_id, version, written))) {
    throw new CommandFailed(`The profile of ${profile.email ?? personId} changed meanwhile. Look at it and try again.`);
  }
  const after = written.removeProfile === true ? {} : { ...profile, ...written.set };
  await leaveEvidence(evidence, personId, cause, profileChanges(profile, after));
}

async function leaveEvidence(
  evidence: Evidence,
  personId: string,
  cause: string,
  changes: Readonly<Record<string, FieldChange>>,
): Promise<void> {
  await evidence.append([
    {
      _id: `${personId}/by-hand/${randomUUID()}`,
      at: new Date().toISOString(),
      kind: 'profile',
      personId,
      cause,
      changes,
    },
  ]);
}
