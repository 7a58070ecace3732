import { REPORT_FIELDS } from '../../domain/profile.js';
import { GUIDE_FIELDS } from '../../domain/report-guard.js';
import type { MapperSource } from '../../domain/mapping.js';
import { formatFault } from '../../activities/configuration/faults.js';
import { createMailer } from '../../activities/mailer.js';
import { downloadRows } from '../../activities/report/download.js';
import { settingsOf } from '../../activities/report/settings.js';
import { missingSearchAttributes, registerCommand } from '../../worker/temporal.js';
import type { CommandContext } from '../context.js';
import { table } from '../output.js';
import { ExitCode } from '../command.js';
import type { Registrar } from '../command.js';

/** Outcome of one look. */
interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'fault';
  readonly milliseconds?: number;
  readonly note: string;
}

const DOWNLOAD_LIMIT_MS = 120_000;

/** `ilm check`: the configuration and every connection, with a remedy for whatever is wrong. */
export const registerCheck: Registrar = (program, run) => {
  program
    .command('check')
    .description('validate the configuration and test every connection')
    .option('--offline', 'the configuration only')
    .action(run(check))
    .addHelpText('after', '\nExamples:\n  ilm check\n  ilm check --offline --config ./config');
};

async function check(context: CommandContext, { offline }: { readonly offline?: boolean }): Promise<ExitCode> {
  // Faults of the configuration throw here, all at once; what follows needs a valid one.
  const { configuration } = context;
  const findings: Finding[] = [
    { what: 'configuration', state: 'ok', note: configuration.directory },
    ...(configuration.warnings ?? []).map((fault): Finding => ({
      what: fault.file,
      state: 'warning',
      note: formatFault(fault).trim(),
    })),
    ...unmappedFields(context),
  ];
  if (offline !== true) {
    const looks = [
      checkTemporal(context),
      checkStore(context),
      checkMail(context),
      ...configuration.ilm.workday.map(({ name }) => checkReport(context, name)),
      ...configuration.ilm.instances
        .filter(({ enabled }) => enabled)
        .map(({ name }) => checkApplication(context, name)),
    ];
    for (const found of await Promise.all(looks)) findings.push(...found);
  }
  context.print(
    findings,
    table(
      ['what', 'state', 'ms', 'note'],
      findings.map(({ what, state, milliseconds, note }) => [what, state, milliseconds, note]),
    ),
  );
  return findings.some(({ state }) => state === 'fault') ? ExitCode.Failed : ExitCode.Done;
}

/** Times a look; what it throws becomes a fault with the given remedy. */
async function look(
  what: string,
  remedy: string,
  work: () => Promise<readonly Omit<Finding, 'what'>[]>,
): Promise<Finding[]> {
  const began = performance.now();
  const elapsed = (): number => Math.round(performance.now() - began);
  try {
    const found = await work();
    return found.map((finding, index) => ({ what, ...(index === 0 ? { milliseconds: elapsed() } : {}), ...finding }));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [{ what, state: 'fault', milliseconds: elapsed(), note: `${reason} ${remedy}`.trim() }];
  }
}

const ok = (note: string): Omit<Finding, 'what'> => ({ state: 'ok', note });

const checkTemporal = (context: CommandContext): Promise<Finding[]> =>
  look('Temporal', '', async () => {
    const client = await context.client();
    const { namespace } = client.options;
    const missing = await missingSearchAttributes(client);
    if (missing.length === 0) return [ok(`namespace ${namespace}, search attributes registered`)];
    return [
      { state: 'fault', note: `not registered: ${missing.join(', ')}. Run: ${registerCommand(missing, namespace)}` },
    ];
  });

const checkStore = (context: CommandContext): Promise<Finding[]> =>
  look('MongoDB', '', async () => {
    const { people, incidents } = await context.store();
    const profiles = await people.collection.countDocuments({ profile: { $exists: true } });
    const open = await incidents.collection.countDocuments({ state: { $ne: 'Closed' } });
    if (profiles > 0) return [ok(`${profiles} profiles, ${open} open incidents`)];
    return [
      {
        state: 'warning',
        note: 'no profile is stored. The first run of a report only makes profiles and opens no incident; start it with `ilm report start`.',
      },
    ];
  });

const checkMail = (context: CommandContext): Promise<Finding[]> =>
  look('mail server', 'Check mail.smtpUrl in ilm.yaml.', async () => {
    const { smtpUrl, from } = context.configuration.ilm.mail;
    const mailer = createMailer({ smtpUrl, from });
    try {
      await mailer.verify();
      return [ok('takes mail')];
    } finally {
      await mailer.close();
    }
  });

/** Downloads a report and holds its columns against what the guide demands and what the mapper names. */
const checkReport = (context: CommandContext, name: string): Promise<Finding[]> =>
  look(`report ${name}`, '', async () => {
    const { configuration } = context;
    const { instance, mapper } = settingsOf({ current: () => configuration }, name);
    const filled = new Set<string>();
    let rows = 0;
    for await (const batch of downloadRows(instance, configuration.directory, AbortSignal.timeout(DOWNLOAD_LIMIT_MS))) {
      for (const row of batch) {
        rows += 1;
        for (const [column, value] of Object.entries(row as MapperSource))
          if (value !== '' && value !== null) filled.add(column);
      }
    }
    const columnOf = (field: string): string => mapperColumn(configuration.mappers[instance.mapper], field);
    const missing = GUIDE_FIELDS.filter((field) => mapper.targets.includes(field) && !filled.has(columnOf(field)));
    const unmapped = GUIDE_FIELDS.filter((field) => !mapper.targets.includes(field));
    return [
      ok(`${rows} entries`),
      ...unmapped.map((field) => ({
        state: 'fault' as const,
        note: `${instance.mapper} has no rule for ${field}, which detection needs. Add one.`,
      })),
      ...missing.map((field) => ({
        state: REQUIRED_EVERYWHERE.has(field) ? ('fault' as const) : ('warning' as const),
        note: `no entry has a value in ${columnOf(field)} (${field}). ${REQUIRED_EVERYWHERE.has(field) ? 'Without it no incident is ever opened: add the column to the report.' : 'Is the column in the report, and spelled like in the mapper?'}`,
      })),
    ];
  });

/** Fields without which an entry is never processed (spec workday-cycle 7.3, G1). */
const REQUIRED_EVERYWHERE: ReadonlySet<string> = new Set(['email', 'employeeId', 'hireDate']);

/** Name of the column that a mapper reads for a field; the field itself for an expression. */
function mapperColumn(definition: unknown, field: string): string {
  const pair = (definition as Record<string, unknown> | undefined)?.[field];
  if (typeof pair === 'string') return pair;
  if (typeof pair === 'object' && pair !== null && 'field' in pair) return String(pair.field);
  return field;
}

const checkApplication = (context: CommandContext, name: string): Promise<Finding[]> =>
  look(name, 'Check its settings in ilm.yaml.', async () => {
    const connectors = context.connectors();
    await connectors.get(name).test();
    return [ok(connectors.brandOf(name))];
  });

/** Custom fields that no Workday mapper fills, and fields that a mapper fills and nobody declared (guide, *Troubleshooting*). */
function unmappedFields({ configuration: { ilm, mappers } }: CommandContext): Finding[] {
  const filled = new Set(ilm.workday.flatMap(({ mapper }) => Object.keys((mappers[mapper] ?? {}) as object)));
  const declared = new Set<string>([...REPORT_FIELDS, ...ilm.customFields.map(({ name }) => name)]);
  return [
    ...ilm.customFields
      .filter(({ name }) => !filled.has(name))
      .map(({ name }): Finding => ({
        what: 'custom fields',
        state: 'warning',
        note: `${name} is declared and mapped nowhere, so it stays empty. Add it to the Workday mapper.`,
      })),
    ...[...filled]
      .filter((field) => !declared.has(field))
      .map((field): Finding => ({
        what: 'custom fields',
        state: 'warning',
        note: `${field} is mapped and declared nowhere, so it is never stored. Declare it under customFields in ilm.yaml.`,
      })),
  ];
}
