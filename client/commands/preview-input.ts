import { statSync } from 'node:fs';

import { DateTime } from 'luxon';

import { previewParamsSchema } from '../../domain/preview-params.js';
import type { PreviewParams } from '../../domain/preview-params.js';
import type { UserProfile } from '../../domain/profile.js';
import { reportRows } from '../../domain/report-reader.js';
import type { CommandContext } from '../context.js';
import { optionFault } from '../faults.js';
import { InputFiles } from '../input-files.js';
import { checkProfiles } from '../profiles/rules.js';

/** Options of `ilm report preview`. */
export interface PreviewOptions {
  readonly report?: string;
  readonly profiles?: string;
  readonly params?: string;
  readonly now?: string;
}

/** What was handed over. */
export interface PreviewFiles {
  /** The report document; undefined when none was handed over. */
  readonly report: unknown;
  readonly profiles: readonly UserProfile[] | undefined;
  /** Every setting, with its default. */
  readonly params: PreviewParams;
  /** The settings that the file really names. */
  readonly given: Partial<PreviewParams>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Reading a larger file takes long enough to say so. */
const LARGE_BYTES = 16 * 1024 * 1024;

/**
 * Reads and checks every file and option of a preview; configuration and servers are left alone.
 *
 * @throws InputError with the faults of all of them at once
 */
export function readPreviewFiles(context: CommandContext, options: PreviewOptions): PreviewFiles {
  const files = new InputFiles();
  const now = instantOf(files, options.now);
  const { params, given } = readParams(files, options.params);
  const report = options.report === undefined ? undefined : readReport(context, files, options.report);
  const profiles = options.profiles === undefined ? undefined : readProfiles(context, files, options.profiles);
  files.throwIfFaulty();
  return { report, profiles, params, given, now };
}

function readParams(files: InputFiles, file: string | undefined): Pick<PreviewFiles, 'params' | 'given'> {
  const found = file === undefined ? undefined : files.checked('--params', file, previewParamsSchema);
  if (found === undefined) return { params: previewParamsSchema.parse({}), given: {} };
  const named = Object.keys(found.raw as object) as (keyof PreviewParams)[];
  return { params: found.value, given: Object.fromEntries(named.map((name) => [name, found.value[name]])) };
}

function readReport(context: CommandContext, files: InputFiles, file: string): unknown {
  announce(context, file);
  // Workday answers with nothing at all when a report has no entries.
  const document = files.json('--report', file, '');
  if (document === undefined) return undefined;
  try {
    reportRows(document);
  } catch {
    const isObject = typeof document === 'object' && !Array.isArray(document);
    files.add({
      file,
      path: isObject ? 'Report_Entry' : '',
      problem: isObject ? 'must be a list' : 'is no report',
      remedy: 'Hand over a report as Workday gives it: { "Report_Entry": [...] }.',
    });
  }
  return document;
}

function readProfiles(context: CommandContext, files: InputFiles, file: string): readonly UserProfile[] {
  announce(context, file);
  const value = files.json('--profiles', file);
  if (value === undefined) return [];
  const { profiles, faults } = checkProfiles(file, value);
  files.add(...faults);
  return profiles;
}

function announce(context: CommandContext, file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LARGE_BYTES) context.progress(`reading ${file}, ${Math.round(size / 1024 / 1024)} MB`);
}

function instantOf(files: InputFiles, text: string | undefined): number {
  if (text === undefined) return Date.now();
  const instant = DateTime.fromISO(text, { zone: 'utc' });
  if (!instant.isValid || !/^\d{4}-\d{2}-\d{2}/.test(text)) {
    files.add(optionFault('--now', 'is no instant', 'Write ISO 8601, such as 2026-03-01T09:00:00Z.', text));
  }
  return instant.toMillis();
}
