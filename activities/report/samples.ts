import { ApplicationFailure } from '@temporalio/common';
import { FailureType } from '../../domain/failures.js';
import { CloseReason, IncidentType } from '../../domain/incident.js';
import { SAMPLE_SIZE, samplesOf } from '../../domain/samples.js';
import type { Sample } from '../../domain/samples.js';
import { ReportReader } from '../../domain/report-reader.js';
import type { MapperSource } from '../../domain/mapping.js';
import type { ActivityDependencies } from '../dependencies.js';
import { downloadRows } from './download.js';
import type { Progress } from './progress.js';
import { detectorOf, settingsOf } from './settings.js';
import type { ReportSettings } from './settings.js';

/**
 * The first five entries of a report as mapped profiles (guide, *Fetching Samples*); `ilm report sample` shows them.
 * The download ends as soon as they are there.
 */
export async function readSamples(settings: ReportSettings, now: Date, signal: AbortSignal): Promise<Sample[]> {
  const detector = detectorOf(settings, { now, from: 'report' });
  const reader = new ReportReader(settings.mapper, detector);
  const rows: unknown[] = [];
  for await (const batch of downloadRows(settings.instance, settings.configuration.directory, signal)) {
    rows.push(...batch.slice(0, SAMPLE_SIZE - rows.length));
    if (rows.length === SAMPLE_SIZE) break;
  }
  const read = await reader.readAll(rows);
  const mapped = await settings.mapper.toValuesOfAll(
    rows.map((row) => (typeof row === 'object' && row !== null ? (row as MapperSource) : {})),
    () => undefined,
  );
  const { targets } = settings.mapper;
  return samplesOf(
    read.map((entry, position) => ({
      read: entry,
      mapped: Object.fromEntries(targets.flatMap((target, at) => fieldOf(target, mapped[position]?.[at]))),
    })),
    detector,
  );
}

const fieldOf = (target: string, value: string | undefined): ReadonlyArray<readonly [string, string]> =>
  value === undefined ? [] : [[target, value]];

/**
 * Records the samples as incidents that are closed at birth and start nothing (design decision 24). Done once per
 * instance; a repeat adds nothing.
 */
export async function recordSamples(
  { store, configuration, clock }: Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>,
  { instance }: { readonly instance: string },
  progress: Progress,
): Promise<{ readonly samples: number }> {
  const settings = settingsOf(configuration, instance);
  const now = clock.now();
  const samples = await readSamples(settings, now, progress.signal);
  if (samples.length === 0) {
    throw ApplicationFailure.create({
      type: FailureType.ReportUnusable,
      message: `The report of '${instance}' has no entries to take samples of.`,
      nonRetryable: true,
    });
  }
  await store.incidents.recordClosed(
    samples.map(({ name, fields, fault }, number) => ({
      eventKey: `workday/${instance}/sample/${number}`,
      type: IncidentType.SyncUser,
      personId: null,
      source: { instance, sourceOfTruth: settings.detection.sourceOfTruth },
      email: name,
      employeeId: typeof fields.employeeId === 'string' ? fields.employeeId : '',
      details: fault === undefined ? 'A sample of the report.' : `A sample of the report, rejected: ${fault.reason}.`,
      changedFields: {},
      mergedWith: null,
      conversionHire: false,
      forced: false,
      userProfile: { fields },
    })),
    CloseReason.Sample,
    now.toISOString(),
  );
  await store.cycles.set(instance, { samplesAt: now.toISOString() });
  return { samples: samples.length };
}
