import { randomUUID } from 'node:crypto';

import type { UserProfile } from '../../domain/profile.js';
import { runUserCommand } from '../../activities/connectors/commands.js';
import { ConnectorError } from '../../activities/connectors/types.js';
import type { UserCommand, UserCommandResult } from '../../activities/connectors/types.js';
import { knownAccount } from '../../activities/application-commands.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, InputError, inputError } from '../faults.js';
import { InputFiles } from '../input-files.js';
import { facts } from '../output.js';
import { profileSchema } from '../profile-schema.js';
import { ExitCode } from '../command.js';
import type { Registrar } from '../command.js';

const COMMANDS: Readonly<Record<UserCommand, string>> = {
  'get-user': 'read an account',
  'create-user': 'create an account, or update the one that is there',
  'update-user': 'update an account, or create it where the instance allows it',
  'disable-user': 'disable an account',
};

interface IamOptions {
  readonly instance: string;
  readonly profile?: string;
  readonly email?: string;
  readonly allowEnable?: boolean;
}

/** `ilm iam <command> --instance I`: the generic management operations by hand. */
export const registerIam: Registrar = (program, run) => {
  const iam = program.command('iam').description('management operations by hand, on one application instance');
  for (const [name, text] of Object.entries(COMMANDS)) {
    const command = iam
      .command(name)
      .description(text)
      .requiredOption('--instance <name>', 'name of the application instance in ilm.yaml')
      .option('--email <address>', 'work with the stored profile of this person')
      .option('--profile <file>', 'work with the profile in this JSON file; it must hold email and username');
    if (name === 'create-user' || name === 'update-user')
      command.option('--allow-enable', 'enable an inactive account');
    command
      .action(run((context, options: IamOptions) => runCommand(context, name as UserCommand, options)))
      .addHelpText(
        'after',
        `\nExample:\n  ilm --as admin@example.com iam ${name} --instance "Active Directory" --email robin@example.com`,
      );
  }
};

async function runCommand(context: CommandContext, command: UserCommand, options: IamOptions): Promise<ExitCode> {
  const connectors = context.connectors();
  if (!connectors.instances().includes(options.instance)) {
    throw inputError(
      '--instance',
      'there is no such instance',
      `use one of ${connectors.instances().join(', ')}`,
      options.instance,
    );
  }
  const subject = await subjectOf(context, options);
  const by = command === 'get-user' ? undefined : context.actor.id;
  const result = await attempt(() =>
    runUserCommand(connectors.get(options.instance), connectors.flags(options.instance), command, {
      profile: subject.profile,
      known: subject.known,
      allowEnable: options.allowEnable === true,
    }),
  );
  if (by !== undefined) await leaveEvidence(context, subject.personId, options.instance, command, by, result);
  const { user: _account, profile, ...shown } = result;
  context.print(
    { ...shown, ...(profile === undefined ? {} : { profile }) },
    facts([
      ['instance', options.instance],
      ['action', result.action],
      ['outcome', result.skipped ? `skipped: ${result.reason ?? ''}` : result.success ? 'done' : 'failed'],
      ['account', result.id],
      ['user name', result.username],
      ['active', result.active],
      ['code', result.errorCode],
      ['message', result.errorMessage],
      ...(result.warnings ?? []).map((warning): [string, unknown] => ['warning', warning]),
      ...Object.entries(profile ?? {}),
    ]),
  );
  return result.success ? ExitCode.Done : ExitCode.Failed;
}

async function attempt(work: () => Promise<UserCommandResult>): Promise<UserCommandResult> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorError)
      throw new CommandFailed(`${error.message} Try again later, or run \`ilm check\`.`);
    throw error;
  }
}

interface Subject {
  readonly profile: UserProfile;
  readonly personId: string | null;
  readonly known: ReturnType<typeof knownAccount>;
}

async function subjectOf(context: CommandContext, { profile, email, instance }: IamOptions): Promise<Subject> {
  if ((profile === undefined) === (email === undefined)) {
    throw inputError('--email, --profile', 'exactly one of the two says whose account is meant', 'give one of them');
  }
  if (email !== undefined) {
    const person = await (await context.store()).people.byEmail(email);
    if (person?.profile === undefined)
      throw inputError('--email', 'nobody has this e-mail', 'run `ilm profile list`', email);
    return { profile: person.profile, personId: person.personId, known: knownAccount(person, instance) };
  }
  const file = profile ?? '';
  const files = new InputFiles();
  const value = files.json('--profile', file);
  const checked =
    value === undefined
      ? undefined
      : files.check(file, profileSchema, value, 'write it like an entry of `ilm profile export`');
  files.throwIfFaulty();
  const missing = (['email', 'username'] as const).filter((field) => (checked?.[field] ?? '') === '');
  if (missing.length > 0) {
    throw new InputError(
      missing.map((path) => ({
        place: file,
        path,
        problem: 'is missing',
        remedy: 'the profile must hold email and username',
      })),
    );
  }
  return { profile: (checked ?? {}) as UserProfile, personId: null, known: null };
}

async function leaveEvidence(
  context: CommandContext,
  personId: string | null,
  instance: string,
  command: UserCommand,
  by: string,
  result: UserCommandResult,
): Promise<void> {
  const { evidence } = await context.store();
  const { success, skipped, reason, errorCode, action, id } = result;
  await evidence.append([
    {
      _id: `by-hand/${randomUUID()}`,
      at: new Date().toISOString(),
      kind: 'command',
      phase: 'done',
      personId,
      cause: `by hand: ${by}`,
      instance,
      action: command,
      outcome: {
        action,
        success,
        skipped,
        ...(reason === undefined ? {} : { reason }),
        ...(errorCode === undefined ? {} : { errorCode }),
        ...(id === undefined ? {} : { accountId: id }),
      },
    },
  ]);
}
