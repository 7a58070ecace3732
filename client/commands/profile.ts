import { AdAccountStatus } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';
import { table } from '../output.js';
import { SETTABLE_FIELDS } from '../profiles/rules.js';
import { showProfile } from './profile-show.js';
import { decideTemporary, setFields } from './profile-change.js';

/** `ilm profile list|show|set|keep|remove|export|import`. */
export const registerProfile: Registrar = (profile, run) => {
  profile
    .command('list')
    .description('people and their state')
    .option('--status <status>', `AD Account Status: ${STATUSES.join(', ')}, or none`)
    .option('--temporary', 'only profiles that are not decided yet')
    .action(run(listProfiles))
    .addHelpText('after', examples('ilm profile list --status Pending'));
  profile
    .command('show')
    .description('one profile, whole, with its accounts and turns')
    .argument('<email>')
    .action(run(showProfile))
    .addHelpText('after', examples('ilm profile show robin@example.com'));
  profile
    .command('set')
    .description(`set bookkeeping fields: ${SETTABLE_FIELDS.join(', ')}`)
    .argument('<email>')
    .argument('<field=value...>')
    .action(run(setFields))
    .addHelpText('after', examples('ilm profile set robin@example.com forceSync=true --as admin@example.com'));
  for (const [name, text] of [
    ['keep', 'decide by hand that a temporary profile stays'],
    ['remove', 'decide by hand that a temporary profile goes'],
  ] as const) {
    profile
      .command(name)
      .description(text)
      .argument('<email>')
      .action(run((context, email: string) => decideTemporary(context, email, name)))
      .addHelpText('after', examples(`ilm profile ${name} robin@example.com --as admin@example.com`));
  }
  profile
    .command('export')
    .description('every profile as a JSON list')
    .option('--file <file>', 'where to write it, readable by you only; without it, standard output')
    .action(run(exportProfiles))
    .addHelpText('after', examples('ilm profile export --file profiles.json'));
  profile
    .command('import')
    .description('create or replace profiles from an export')
    .argument('<file>')
    .action(run(importFile))
    .addHelpText('after', examples('ilm profile import profiles.json --as admin@example.com'));
};

const STATUSES = Object.values(AdAccountStatus).filter((status) => status !== '');

async function listProfiles(
  context: CommandContext,
  { status, temporary = false }: { readonly status?: string; readonly temporary?: boolean },
): Promise<void> {
  const wanted = status === 'none' ? AdAccountStatus.Undetermined : STATUSES.find((known) => known === status);
  if (status !== undefined && wanted === undefined) {
    throw inputError('--status', 'is no AD Account Status', `Use ${STATUSES.join(', ')} or none.`, status);
  }
  const { people } = await context.store();
  const found: UserProfile[] = [];
  await context.during(
    () => `${found.length} profiles so far`,
    async () => {
      for await (const { profile } of people.profiles()) {
        if (profile === undefined || (temporary && profile.isTemporaryUser !== true)) continue;
        if (wanted === undefined || (profile.adAccountStatus ?? '') === wanted) found.push(profile);
      }
    },
  );
  context.print(found, () => (found.length === 0 ? emptyList(status !== undefined || temporary) : tableOf(found)));
}

const emptyList = (isFiltered: boolean): string =>
  isFiltered
    ? 'No such profile.'
    : 'No profile. Before the first sync there is none: start it with `ilm report start`.';

const tableOf = (profiles: readonly UserProfile[]): string =>
  table(
    ['e-mail', 'employee id', 'name', 'AD', 'state', 'source'],
    profiles.map((profile) => [
      profile.email,
      profile.employeeId,
      profile.displayName,
      profile.adAccountStatus,
      [
        ...(profile.isProcessed === true ? ['in process'] : []),
        ...(profile.isTemporaryUser === true ? ['temporary'] : []),
      ].join(', '),
      profile.sourceOfTruth,
    ]),
  );

async function exportProfiles(context: CommandContext, { file }: { readonly file?: string }): Promise<void> {
  const { people } = await context.store();
  const { writeProfiles } = await import('../profiles/file.js');
  let count = 0;
  async function* profiles(): AsyncGenerator<UserProfile> {
    for await (const { profile } of people.profiles()) {
      if (profile === undefined) continue;
      count += 1;
      yield profile;
    }
  }
  await context.during(
    () => `${count} profiles written`,
    () => writeProfiles(profiles(), file),
  );
  if (file !== undefined) context.print({ file, profiles: count }, `${count} profiles written to ${file}`);
}

async function importFile(context: CommandContext, file: string): Promise<void> {
  const { id: by } = await context.actor();
  const store = await context.store();
  const { importProfiles } = await import('../profiles/import.js');
  let line = `reading ${file}`;
  const result = await context.during(
    () => line,
    () =>
      importProfiles(store, file, by, (what, entries) => {
        line = `${entries} profiles ${what}`;
      }),
  );
  const { created, updated, unchanged } = result;
  context.print(result, `${created} created, ${updated} updated, ${unchanged} unchanged`);
}
