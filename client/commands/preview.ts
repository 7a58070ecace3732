import type { UserProfile } from '../../domain/profile.js';
import { compileMapper, mapperSchema } from '../../domain/mapping.js';
import { previewReport } from '../../domain/preview.js';
import type { Preview, PreviewInput } from '../../domain/preview.js';
import { previewParamsSchema } from '../../domain/preview-params.js';
import { reportRows } from '../../domain/report-reader.js';
import { downloadRows } from '../../activities/report/download.js';
import { settingsOf } from '../../activities/report/settings.js';
import type { CommandContext } from '../context.js';
import { InputFiles } from '../input-files.js';
import { inputError } from '../faults.js';
import { facts, table } from '../output.js';
import { profilesSchema } from '../profile-schema.js';

/** Options of `ilm report preview`. */
export interface PreviewOptions {
  readonly report?: string;
  readonly profiles?: string;
  readonly params?: string;
  readonly now?: string;
}

const MOST_PRINTED = 100;

/** What the next cycle would do, writing nothing; from files it needs no server and no configuration. */
export async function preview(
  context: CommandContext,
  instance: string | undefined,
  options: PreviewOptions,
): Promise<void> {
  const input =
    options.report === undefined
      ? await fromServers(context, instance, options)
      : fromFiles(context, instance, options.report, options);
  const result = await previewReport(input);
  context.print(result, textOf(result, input));
}

function fromFiles(
  context: CommandContext,
  instance: string | undefined,
  report: string,
  options: PreviewOptions,
): PreviewInput {
  const files = new InputFiles();
  const document = files.json('--report', report);
  if (document !== undefined) checkReport(files, report, document);
  const profiles = profilesFrom(files, options.profiles);
  const given = options.params === undefined ? {} : files.yaml('--params', options.params);
  const settings = files.check(
    options.params ?? '--params',
    previewParamsSchema,
    given ?? {},
    'use the settings of a Workday instance, camelCase',
  );
  const now = instantOf(files, options.now);
  files.throwIfFaulty();
  if (settings === undefined) throw inputError('--params', 'the settings cannot be used', 'correct them');
  const configured = instance === undefined ? {} : configuredMapper(context, instance);
  return { report: document, profiles, settings, now, ...configured };
}

/** The mapper of a configured instance, when one is named beside the files. */
function configuredMapper(context: CommandContext, name: string): Partial<PreviewInput> {
  const { ilm, mappers } = context.configuration;
  const instance = ilm.workday.find((candidate) => candidate.name === name);
  if (instance === undefined) throw unknownInstance(context, name);
  return {
    mapper: compileMapper(mapperSchema.parse(mappers[instance.mapper]), { name: instance.mapper }),
    customFields: ilm.customFields,
    instance: name,
    isSole: ilm.workday.length === 1,
    limits: ilm.limits,
  };
}

/** The instance that a command means: the named one, or the only one. */
export function instanceName(context: CommandContext, name: string | undefined): string {
  const { workday } = context.configuration.ilm;
  if (name === undefined) {
    const [only] = workday;
    if (only !== undefined && workday.length === 1) return only.name;
    throw inputError('<instance>', 'no Workday instance is named', `name one of ${namesOf(context)}`);
  }
  if (!workday.some((candidate) => candidate.name === name)) throw unknownInstance(context, name);
  return name;
}

const namesOf = (context: CommandContext): string =>
  context.configuration.ilm.workday.map(({ name }) => `'${name}'`).join(', ');

const unknownInstance = (context: CommandContext, name: string): Error =>
  inputError('<instance>', 'there is no such Workday instance', `use one of ${namesOf(context)}`, name);

async function fromServers(
  context: CommandContext,
  name: string | undefined,
  options: PreviewOptions,
): Promise<PreviewInput> {
  const files = new InputFiles();
  const now = instantOf(files, options.now);
  const profilesGiven = options.profiles === undefined ? undefined : profilesFrom(files, options.profiles);
  files.throwIfFaulty();
  const { configuration } = context;
  const instance = instanceName(context, name);
  const settings = settingsOf({ current: () => configuration }, instance);
  context.progress(`downloading the report of ${instance}`);
  const rows: unknown[] = [];
  for await (const batch of downloadRows(settings.instance, configuration.directory, AbortSignal.timeout(600_000))) {
    rows.push(...batch);
  }
  const profiles = profilesGiven ?? (await storedProfiles(context));
  return {
    report: { Report_Entry: rows },
    profiles,
    settings: { ...settings.instance, ...settings.detection },
    now,
    mapper: settings.mapper,
    customFields: configuration.ilm.customFields,
    instance,
    isSole: configuration.ilm.workday.length === 1,
    limits: configuration.ilm.limits,
  };
}

async function storedProfiles(context: CommandContext): Promise<UserProfile[]> {
  const { people } = await context.store();
  const profiles: UserProfile[] = [];
  for await (const { profile } of people.profiles()) if (profile !== undefined) profiles.push(profile);
  return profiles;
}

function profilesFrom(files: InputFiles, file: string | undefined): readonly UserProfile[] {
  if (file === undefined) return [];
  const value = files.json('--profiles', file);
  if (value === undefined) return [];
  const checked = files.check(file, profilesSchema, value, 'write it with `ilm profile export`');
  return (checked ?? []) as readonly UserProfile[];
}

function checkReport(files: InputFiles, file: string, document: unknown): void {
  try {
    reportRows(document);
  } catch (error) {
    files.add({
      place: file,
      problem: error instanceof Error ? error.message.replace(/\.$/, '') : 'is no report',
      remedy: 'hand over a report as Workday gives it: { "Report_Entry": [...] }',
    });
  }
}

function instantOf(files: InputFiles, text: string | undefined): number {
  if (text === undefined) return Date.now();
  const instant = Date.parse(text);
  if (Number.isNaN(instant) || !/^\d{4}-\d{2}-\d{2}/.test(text)) {
    files.add({
      place: '--now',
      value: text,
      problem: 'this is no instant',
      remedy: 'write ISO 8601, e.g. 2026-03-01T09:00:00Z',
    });
  }
  return instant;
}

function textOf(result: Preview, input: PreviewInput): string {
  const { events, rejected, orphans, summary } = result;
  return [
    facts([
      ['entries', summary.entries],
      ...Object.entries(summary.events)
        .filter(([, count]) => count > 0)
        .map(([type, count]): [string, unknown] => [type, count]),
      ['unchanged', summary.unchanged],
      ['skipped', reasonCounts(result.skipped)],
      ['rejected', summary.rejected],
      ['orphans', summary.orphans],
      ['runs of the cycle', summary.runs],
    ]),
    ...summary.guards.map(({ message }) => `! ${message}`),
    ...explanations(result, input),
    ...rowsOf('Events', ['type', 'person', 'changed', 'note'], events, (event) => [
      event.type,
      event.email,
      Object.keys(event.changedFields).join(', '),
      noteOf(event),
    ]),
    ...rowsOf('Rejected', ['entry', 'person', 'field', 'value', 'reason'], rejected, (entry) => [
      entry.entry + 1,
      entry.email ?? entry.employeeId ?? '',
      entry.field,
      entry.value,
      entry.reason,
    ]),
    ...rowsOf('Orphans', ['person', 'employee id'], orphans, ({ email, employeeId }) => [email, employeeId]),
  ].join('\n');
}

function noteOf(event: Preview['events'][number]): string {
  return [
    ...(event.mergedWith === null ? [] : [`name taken by ${event.mergedWith}`]),
    ...(event.conversionHire ? ['conversion hire'] : []),
    ...(event.forced ? ['forced'] : []),
    ...(event.addressReuse === true ? ['e-mail known under another employee id'] : []),
  ].join('; ');
}

function rowsOf<T>(
  title: string,
  head: readonly string[],
  items: readonly T[],
  row: (item: T) => readonly unknown[],
): string[] {
  if (items.length === 0) return [];
  const more = items.length > MOST_PRINTED ? [`… and ${items.length - MOST_PRINTED} more; --json prints all`] : [];
  return [`\n${title}`, table(head, items.slice(0, MOST_PRINTED).map(row)), ...more];
}

function reasonCounts(skipped: Preview['skipped']): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).join(', ');
}

/** The guide's troubleshooting symptoms that a preview can tell (guide, *Troubleshooting*). */
function explanations({ events, orphans, rejected, summary }: Preview, input: PreviewInput): string[] {
  const isQuiet = events.length === 0 && orphans.length === 0;
  const missing = rejected.filter(({ reason }) => reason === 'missingValue');
  return [
    ...(input.profiles.length === 0 && summary.entries > 0
      ? [
          '* No profile is stored: before the first sync every active entry looks like a new hire. The first sync makes profiles only.',
        ]
      : []),
    ...(isQuiet && summary.unchanged > 0 && summary.unchanged === summary.entries
      ? ['* Nothing has changed in the report since the profiles were written, so there is nothing to provision.']
      : []),
    ...(missing.length > 0
      ? [
          `* ${missing.length} entries lack ${[...new Set(missing.map(({ field }) => field))].join(', ')}, which the report must hold for everybody. Add the columns to the report, or correct the mapper.`,
        ]
      : []),
  ];
}
