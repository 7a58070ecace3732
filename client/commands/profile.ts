import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';

import type { UserProfile } from '../../domain/profile.js';
import { profileChanges } from '../../activities/incidents/entry.js';
import type { People, PersonChange } from '../../activities/store/people.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, InputError, inputError } from '../faults.js';
import type { InputFault } from '../faults.js';
import { InputFiles } from '../input-files.js';
import { facts, table } from '../output.js';
import { SETTABLE, profilesSchema } from '../profile-schema.js';
import type { Registrar } from '../command.js';
import { importProfiles } from '../profile-import.js';

/** `ilm profile list|show|set|keep|remove|export|import`. */
export const registerProfile: Registrar = (program, run) => {
  const profile = program.command('profile').description('User Profiles');
  profile
    .command('list')
    .description('people and their state')
    .option('--status <status>', 'AD Account Status: Enabled, Disabled, Pending or empty')
    .option('--temporary', 'only profiles that are not decided yet')
    .action(run(listProfiles))
    .addHelpText('after', '\nExample:\n  ilm profile list --status Pending');
  profile
    .command('show')
    .description('one profile, whole')
    .argument('<email>')
    .action(run(showProfile))
    .addHelpText('after', '\nExample:\n  ilm profile show robin@example.com');
  profile
    .command('set')
    .description(`set bookkeeping fields: ${Object.keys(SETTABLE).join(', ')}`)
    .argument('<email>')
    .argument('<field=value...>')
    .action(run(setFields))
    .addHelpText('after', '\nExample:\n  ilm --as admin@example.com profile set robin@example.com forceSync=true');
  for (const [name, text] of [
    ['keep', 'decide by hand that a temporary profile stays'],
    ['remove', 'decide by hand that a temporary profile goes'],
  ] as const) {
    profile
      .command(name)
      .description(text)
      .argument('<email>')
      .action(run((context, email: string) => decideTemporary(context, email, name)))
      .addHelpText('after', `\nExample:\n  ilm --as admin@example.com profile ${name} robin@example.com`);
  }
  profile
    .command('export')
    .description('every profile as a JSON list')
    .option('--file <file>', 'where to write it; without it, standard output')
    .action(run(exportProfiles))
    .addHelpText('after', '\nExample:\n  ilm profile export --file profiles.json');
  profile
    .command('import')
    .description('create or update profiles from an export')
    .argument('<file>')
    .action(run(importFile))
    .addHelpText('after', '\nExample:\n  ilm --as admin@example.com profile import profiles.json');
};

async function listProfiles(
  context: CommandContext,
  options: { readonly status?: string; readonly temporary?: boolean },
): Promise<void> {
  const { people } = await context.store();
  const found: UserProfile[] = [];
  for await (const { profile } of people.profiles()) {
    if (profile === undefined) continue;
    if (options.status !== undefined && (profile.adAccountStatus ?? '') !== options.status) continue;
    if (options.temporary === true && profile.isTemporaryUser !== true) continue;
    found.push(profile);
  }
  context.print(
    found,
    found.length === 0
      ? 'No profile. Before the first sync there is none: start it with `ilm report start`.'
      : table(
          ['e-mail', 'employee id', 'name', 'AD', 'in process', 'temporary', 'source'],
          found.map((profile) => [
            profile.email,
            profile.employeeId,
            profile.displayName,
            profile.adAccountStatus,
            profile.isProcessed === true ? 'yes' : '',
            profile.isTemporaryUser === true ? 'yes' : '',
            profile.sourceOfTruth,
          ]),
        ),
  );
}

async function findPerson(people: People, email: string): Promise<PersonDocument & { readonly profile: UserProfile }> {
  const person = await people.byEmail(email);
  if (person?.profile === undefined)
    throw inputError('<email>', 'nobody has this e-mail', 'run `ilm profile list`', email);
  return { ...person, profile: person.profile };
}

async function showProfile(context: CommandContext, email: string): Promise<void> {
  const { people } = await context.store();
  const person = await findPerson(people, email);
  const accounts = Object.entries(person.accounts ?? {});
  const waiting = person.queue.map(({ incidentId, since }, place) => [
    place === 0 ? 'holds the turn' : 'waits',
    incidentId,
    since,
  ]);
  const intents = Object.values(person.intents ?? {});
  context.print(
    { ...person.profile, accounts: person.accounts ?? {}, queue: person.queue, openIntents: intents },
    [
      facts(
        Object.entries(person.profile).map(([field, value]) => [
          field,
          typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
        ]),
      ),
      ...(accounts.length === 0
        ? []
        : [
            '\nAccounts',
            table(
              ['instance', 'id', 'created', 'first password', 'delivered'],
              accounts.map(([name, facts_]) => [
                decodeURIComponent(name),
                facts_.id,
                facts_.createdAt,
                facts_.initialisedAt,
                facts_.deliveredAt,
              ]),
            ),
          ]),
      ...(waiting.length === 0 ? [] : ['\nTurns', table(['place', 'incident', 'since'], waiting)]),
      ...(intents.length === 0
        ? []
        : [
            '\nOutcome unknown until the next look-up',
            table(
              ['instance', 'command', 'incident', 'since'],
              intents.map((intent) => [intent.instance, intent.command, intent.incidentId, intent.at]),
            ),
          ]),
    ].join('\n'),
  );
}

async function setFields(context: CommandContext, email: string, pairs: readonly string[]): Promise<void> {
  const set = parsePairs(pairs);
  await change(context, email, { set }, 'profile set');
  context.print({ email, set }, `${email}: ${pairs.join(', ')}`);
}

function parsePairs(pairs: readonly string[]): UserProfile {
  const faults: InputFault[] = [];
  const set: Record<string, string | boolean> = {};
  for (const pair of pairs) {
    const [field = '', ...rest] = pair.split('=');
    const text = rest.join('=');
    const value = text === 'true' ? true : text === 'false' ? false : text;
    const schema = SETTABLE[field as keyof typeof SETTABLE];
    if (schema === undefined || !pair.includes('=')) {
      faults.push({
        place: '<field=value>',
        value: pair,
        problem: 'this field cannot be set by hand',
        remedy: `use ${Object.keys(SETTABLE).join(', ')}`,
      });
      continue;
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) set[field] = value;
    else
      faults.push({
        place: '<field=value>',
        value: pair,
        problem: parsed.error.issues[0]?.message ?? 'is faulty',
        remedy: 'use an allowed value',
      });
  }
  if (faults.length > 0) throw new InputError(faults);
  return set;
}

/** Writes guarded by the version that was read, and leaves evidence of who changed what. */
async function change(context: CommandContext, email: string, written: PersonChange, what: string): Promise<void> {
  const { people, evidence } = await context.store();
  const actor = context.actor;
  const person = await findPerson(people, email);
  if (!(await people.writeVersion(person._id, person.version, written))) {
    throw new CommandFailed(`The profile of ${email} changed meanwhile. Look at it and try again.`);
  }
  await evidence.append([
    {
      _id: `${person.personId}/by-hand/${randomUUID()}`,
      at: new Date().toISOString(),
      kind: 'profile',
      personId: person.personId,
      cause: `${what} by ${actor.id}`,
      changes: profileChanges(person.profile, { ...person.profile, ...written.set }),
    },
  ]);
}

async function decideTemporary(context: CommandContext, email: string, decision: 'keep' | 'remove'): Promise<void> {
  const { people } = await context.store();
  const person = await findPerson(people, email);
  if (person.profile.isTemporaryUser !== true) {
    throw new CommandFailed(`The profile of ${email} is not temporary, so there is nothing to decide.`);
  }
  if (person.queue.length > 0) {
    throw new CommandFailed(`An incident works on ${email}. Answer its question instead: ilm task list`);
  }
  if (person.proposal === true && decision === 'keep') {
    throw new CommandFailed(`${email} is a proposed new address. Answer the question D3 instead: ilm task list`);
  }
  if (person.proposal === true) await people.removeProposal(person.personId);
  else if (decision === 'remove') await change(context, email, { removeProfile: true }, 'profile removed');
  else
    await change(
      context,
      email,
      { set: { isTemporaryUser: false, isProcessed: false }, unset: ['processedBy'] },
      'profile kept',
    );
  context.print({ email, decision }, `${email}: ${decision === 'keep' ? 'kept' : 'removed'}`);
}

async function exportProfiles(context: CommandContext, { file }: { readonly file?: string }): Promise<void> {
  const { people } = await context.store();
  const profiles: UserProfile[] = [];
  for await (const { profile } of people.profiles()) if (profile !== undefined) profiles.push(profile);
  const text = JSON.stringify(profiles, null, 2);
  if (file === undefined) return console.log(text);
  // Personal data: readable by its owner only.
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  context.print({ file, profiles: profiles.length }, `${profiles.length} profiles written to ${file}`);
}

async function importFile(context: CommandContext, file: string): Promise<void> {
  const files = new InputFiles();
  const value = files.json('<file>', file);
  const profiles =
    value === undefined ? undefined : files.check(file, profilesSchema, value, 'write it with `ilm profile export`');
  files.throwIfFaulty();
  const store = await context.store();
  const result = await importProfiles(store, (profiles ?? []) as readonly UserProfile[], file, context.actor.id);
  context.print(result, `${result.created} created, ${result.updated} updated`);
}
