import type { WorkdayInstance } from '../../domain/config.js';
import { compileMapper, mapperSchema, WORKDAY_MAPPER } from '../../domain/mapping.js';
import { previewReport } from '../../domain/preview.js';
import type { PreviewInput } from '../../domain/preview.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import type { CommandContext } from '../context.js';
import { explanationsOf } from './preview-explanations.js';
import { readPreviewFiles } from './preview-input.js';
import type { PreviewFiles, PreviewOptions } from './preview-input.js';
import { previewText } from './preview-text.js';
import { workdayInstance } from './workday-instance.js';

/** Reports larger than this take long enough to say what is being done. */
const MANY_ENTRIES = 20_000;

/** What a preview works on, and what its explanations want to know. */
interface PreparedPreview {
  readonly input: PreviewInput;
  /** The mapper as it is written, to name columns. */
  readonly mapper: unknown;
  /** The next run only makes profiles. */
  readonly isFirstSync: boolean;
}

/**
 * `ilm report preview`: what the next cycle would do, writing nothing. With a report in a file and neither instance nor
 * configuration directory named, it works on files alone; otherwise settings and mapper are the instance's, and what
 * is not handed over is downloaded and read from the store.
 */
export async function preview(
  context: CommandContext,
  instance: string | undefined,
  options: PreviewOptions,
): Promise<void> {
  const files = readPreviewFiles(context, options);
  const isConfigured = instance !== undefined || options.report === undefined || context.options.isConfigNamed;
  const { input, mapper, isFirstSync } = isConfigured ? await configured(context, instance, files) : fromFiles(files);
  const entries = (input.report as { readonly Report_Entry?: readonly unknown[] } | null)?.Report_Entry?.length ?? 0;
  if (entries > MANY_ENTRIES)
    context.progress(`evaluating ${entries} entries against ${input.profiles.length} profiles`);
  const result = await previewReport(input);
  context.print(result, previewText(result, explanationsOf(result, { input, mapper, isFirstSync })));
}

function fromFiles({ report, profiles = [], params, now }: PreviewFiles): PreparedPreview {
  return { input: { report, profiles, settings: params, now }, mapper: WORKDAY_MAPPER, isFirstSync: false };
}

async function configured(
  context: CommandContext,
  name: string | undefined,
  files: PreviewFiles,
): Promise<PreparedPreview> {
  const instance = await workdayInstance(context, name);
  const configuration = await context.configuration();
  const mapper = configuration.mappers[instance.mapper];
  const input = configuredInput(configuration, instance, files);
  if (files.report !== undefined) {
    return { input: { ...input, report: files.report, profiles: files.profiles ?? [] }, mapper, isFirstSync: false };
  }
  const { downloadReport, storedFacts, storedProfiles } = await import('./preview-stored.js');
  const report = await downloadReport(context, instance.name);
  if (files.profiles !== undefined) {
    return { input: { ...input, report, profiles: files.profiles }, mapper, isFirstSync: false };
  }
  const profiles = await storedProfiles(context);
  const { facts, isSynced } = await storedFacts(context, instance.name, files.now);
  return {
    input: { ...input, ...facts, report, profiles },
    mapper,
    isFirstSync: instance.syncUserProfilesOnFirstRun && !isSynced,
  };
}

function configuredInput(
  { ilm, mappers }: LoadedConfiguration,
  instance: WorkdayInstance,
  { given, now }: PreviewFiles,
): Omit<PreviewInput, 'report' | 'profiles'> {
  return {
    settings: { ...instance, timeZone: instance.timeZone ?? ilm.timeZone, ...given },
    now,
    mapper: compileMapper(mapperSchema.parse(mappers[instance.mapper]), { name: instance.mapper }),
    customFields: ilm.customFields,
    instance: instance.name,
    isSole: ilm.workday.length === 1,
    limits: ilm.limits,
  };
}
