import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { downloadRows } from '../../activities/report/download.js';
import type { WorkdayInstance } from '../../domain/config.js';
import { GUIDE_FIELDS } from '../../domain/report-guard.js';
import type { Look } from './finding.js';
import { columnOf } from './preview-explanations.js';

const DOWNLOAD_LIMIT_MS = 120_000;
/** Fields without which an entry is never processed (spec workday-cycle 7.3, G1). */
const DEMANDED: ReadonlySet<string> = new Set(['email', 'employeeId', 'hireDate']);

/** Downloads a report and holds its columns against what the guide demands of every report (guide, *Before You Start*). */
export async function lookAtReport(configuration: LoadedConfiguration, instance: WorkdayInstance): Promise<Look[]> {
  const filled = new Set<string>();
  let rows = 0;
  const signal = AbortSignal.timeout(DOWNLOAD_LIMIT_MS);
  for await (const batch of downloadRows(instance, configuration.directory, signal)) {
    rows += batch.length;
    for (const row of batch) addFilled(filled, row);
  }
  if (rows === 0) return [{ state: 'warning', note: 'The report has no entries, so a cycle refuses it.' }];
  const mapper = configuration.mappers[instance.mapper];
  return [
    { state: 'ok', note: `${rows} entries` },
    ...GUIDE_FIELDS.flatMap((field) => {
      const column = columnOf(mapper, field);
      return column === undefined || filled.has(column) ? [] : [lacking(field, column)];
    }),
  ];
}

function addFilled(filled: Set<string>, row: unknown): void {
  if (typeof row !== 'object' || row === null) return;
  for (const [column, value] of Object.entries(row)) if (value !== '' && value !== null) filled.add(column);
}

function lacking(field: string, column: string): Look {
  return DEMANDED.has(field)
    ? {
        state: 'fault',
        note: `No entry has a value in ${column} (${field}), so no incident is ever opened. Add the column to the report.`,
      }
    : {
        state: 'warning',
        note: `No entry has a value in ${column} (${field}). Is the column in the report, spelled like in the mapper?`,
      };
}
