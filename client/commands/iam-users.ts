import { undecidedAccount } from '../../activities/adoption/undecided.js';
import { knownAccount } from '../../activities/known-account.js';
import { runUserCommand } from '../../activities/connectors/commands.js';
import type { UserCommand, UserCommandResult } from '../../activities/connectors/types.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import type { UserProfile } from '../../domain/profile.js';
import { ExitCode } from '../command.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';
import { InputFiles } from '../input-files.js';
import { facts } from '../output.js';
import { fieldFault, profileFaults } from '../profiles/rules.js';
import { attempt, connectorsWith, leaveEvidence } from './iam-instance.js';
import { personByEmail } from './profile-show.js';

/** Options of the account commands. */
export interface UserOptions {
  readonly instance: string;
  readonly profile?: string;
  readonly email?: string;
  readonly allowEnable?: boolean;
}

/** `ilm iam get-user|create-user|update-user|disable-user`. */
export async function runByHand(
  context: CommandContext,
  command: UserCommand,
  options: UserOptions,
): Promise<ExitCode> {
  const { instance, allowEnable = false } = options;
  const given = profileOf(options);
  const connectors = await connectorsWith(context, instance);
  const isReading = command === 'get-user';
  const by = isReading ? null : (await context.actor()).id;
  const person = await personOf(context, given, isReading);
  if (!isReading) refuseWhileBusy(person);
  if (!isReading) refuseWhileUndecided(person, instance);
  const profile = given.profile ?? person?.profile ?? {};
  const owners = isReading ? undefined : (await context.store()).accountOwners;
  const result = await attempt(context, instance, () =>
    runUserCommand(connectors.get(instance), connectors.flags(instance), command, {
      profile,
      known: person === null ? null : knownAccount(person, instance),
      ...(owners === undefined
        ? {}
        : { ownerOf: (accountId) => owners.ownerOf(instance, accountId, person?.personId ?? null) }),
      allowEnable,
    }),
  );
  if (by !== null) {
    const personId = person?.personId ?? null;
    await leaveEvidence(context, by, { personId, instance, action: command, outcome: outcomeOf(result) });
  }
  const { user: _account, ...shown } = result;
  const record = { brand: connectors.brandOf(instance), instanceName: instance, email: profile.email ?? '', ...shown };
  context.print(record, () => textOf(record));
  return result.success ? ExitCode.Done : ExitCode.Failed;
}

type Given = { readonly email: string; readonly profile?: UserProfile };

/** Whose account is meant. */
function profileOf({ email, profile: text }: UserOptions): Given {
  if (email !== undefined && text === undefined) return { email };
  if (text === undefined || email !== undefined) {
    throw inputError('--email, --profile', 'say whose account is meant, one of them', 'Give exactly one of the two.');
  }
  const isText = text.trimStart().startsWith('{');
  const file = isText ? '--profile' : text;
  const files = new InputFiles();
  const value = isText ? files.parse(file, text) : files.json('--profile', text);
  if (value !== undefined) {
    files.add(...profileFaults(file, value));
    for (const field of ['email', 'username'] as const) {
      const found = (value as UserProfile | null)?.[field];
      if (found === undefined || found === '') files.add(fieldFault(file, [field], 'is missing'));
    }
  }
  files.throwIfFaulty();
  const profile = value as UserProfile;
  return { email: profile.email ?? '', profile };
}

/** The stored person; somebody who is not stored can be worked with by a profile that was handed over. */
async function personOf(
  context: CommandContext,
  { email, profile }: Given,
  isReading: boolean,
): Promise<PersonDocument | null> {
  if (profile === undefined) return await personByEmail((await context.store()).people, email);
  // Reading with a profile at hand needs no store at all.
  return isReading ? null : await (await context.store()).people.byEmail(email);
}

/** At most one flow writes a person's accounts at a time. */
function refuseWhileBusy(person: PersonDocument | null): void {
  const [holder] = person?.queue ?? [];
  if (holder === undefined) return;
  throw new CommandFailed(
    `${holder.incidentId} works on this person. Wait until it gives the turn back: ilm incident show ${holder.incidentId}`,
  );
}

/** Adoption found several accounts that could be this person's. */
function refuseWhileUndecided(person: PersonDocument | null, instance: string): void {
  const undecided = person === null ? null : undecidedAccount(person, instance);
  if (undecided !== null) throw new CommandFailed(undecided.message, { cause: undecided });
}

function outcomeOf({
  action,
  success,
  skipped,
  reason,
  errorCode,
  id,
}: UserCommandResult): Readonly<Record<string, unknown>> {
  const known = { action, success, skipped, reason, errorCode, accountId: id };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

const textOf = ({
  instanceName,
  profile,
  ...result
}: Omit<UserCommandResult, 'user'> & { readonly instanceName: string }): string =>
  facts([
    ['instance', instanceName],
    ['action', result.action],
    ['outcome', result.skipped ? `skipped: ${result.reason ?? ''}` : result.success ? 'done' : 'failed'],
    ['account', result.id],
    ['user name', result.username],
    ['active', result.active],
    ['code', result.errorCode],
    ['message', result.errorMessage],
    ...(result.warnings ?? []).map((warning): [string, unknown] => ['warning', warning]),
    ...Object.entries(profile ?? {}),
  ]);
