import { createHash, randomBytes } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import type { RejectedEntry, ReportEntry } from '../../domain/evaluation.js';
import { FailureType } from '../../domain/failures.js';
import { evaluateReportGuard } from '../../domain/report-guard.js';
import type { GuardTrip, ReportFacts } from '../../domain/report-guard.js';
import { ReportReader } from '../../domain/report-reader.js';
import { sliceSize } from '../../domain/slices.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { CycleDocument, CycleStage } from '../store/report-cycles.js';
import { REJECTED_LISTED } from '../store/report-snapshots.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';
import { ChunkCutter, packChunk, unpack } from './chunks.js';
import type { Chunk, RowKeys } from './chunks.js';
import { downloadRows } from './download.js';
import { Fingerprints } from './marks.js';
import type { Progress } from './progress.js';
import { detectorOf, settingsOf } from './settings.js';
import type { ReportSettings } from './settings.js';

/** Rows that are mapped side by side when a mapper has expressions. */
const PORTION = 200;

/** What the cycle learns about a download. Counts and messages without names. */
export interface StagedReport {
  /** Absent when the guard refused the report. */
  readonly snapshotId?: string;
  /** Number of the cycle that began, or of the last one when none did. */
  readonly cycle: number;
  readonly entries: number;
  readonly rejected: number;
  /** Why the report was refused, in words. */
  readonly refused: readonly string[];
}

/** Which download, and what for. */
export interface StageRequest {
  readonly instance: string;
  readonly stage: Extract<CycleStage, 'syncing' | 'evaluating'>;
  /** An operator takes the report as it is: only an empty one is still refused. */
  readonly acceptReport: boolean;
}

type ReportDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'clock'>;

/**
 * Downloads a report, maps it, stores it as a snapshot and begins the cycle with it, unless the report guard refuses
 * it. Streams: memory holds one batch of rows and the keys of all. A repeat makes a snapshot of its own; only the one
 * that the cycle's state names counts.
 */
export async function stageReport(
  deps: ReportDependencies,
  { instance, stage, acceptReport }: StageRequest,
  progress: Progress,
): Promise<StagedReport> {
  const settings = settingsOf(deps.configuration, instance);
  const state = await deps.store.cycles.get(instance);
  const takenAt = deps.clock.now();
  const staging = new Staging(deps, settings, state, takenAt);
  for await (const rows of downloadRows(settings.instance, settings.configuration.directory, progress.signal)) {
    progress.check();
    await staging.add(rows);
  }
  const { reader } = staging;
  const cycle = state.cycle + 1;
  const found = { entries: reader.index.size, rejected: reader.rejected };
  const trips = await guard(deps, settings, state, staging);
  const refused = trips.filter(({ guard: name }) => !acceptReport || name === 'emptyReport');
  if (refused.length > 0) {
    return { ...found, cycle: state.cycle, refused: refused.map(({ message }) => message) };
  }

  const snapshot = await staging.finish(
    cycle,
    trips.map(({ message }) => message),
  );
  const { _id: snapshotId, entries: rows, fields } = snapshot;
  await deps.store.cycles.set(instance, {
    lastGood: { snapshotId, rows, fields },
    // Without a first sync the first cycle stands in for it (spec workday-cycle 5.1).
    ...(stage === 'evaluating' && state.syncedAt === undefined ? { syncedAt: takenAt.toISOString() } : {}),
  });
  await deps.store.cycles.begin(instance, cycle, snapshotId, stage);
  return { ...found, cycle, snapshotId, refused: [] };
}

async function guard(
  { store, configuration }: ReportDependencies,
  settings: ReportSettings,
  state: CycleDocument,
  staging: Staging,
): Promise<readonly GuardTrip[]> {
  const { reader } = staging;
  const report = reader.facts();
  const missingRows = await staging.missingRows();
  return evaluateReportGuard({
    limits: configuration.current().ilm.limits.reportGuard,
    settings: settings.detection,
    report,
    lastGood: state.lastGood,
    rejected: reader.rejected,
    isDeactivationDateStored: await isDeactivationDateStored(store, settings, report),
    ...(missingRows === undefined ? {} : { missingRows }),
  });
}

/** Whether some profile of this instance has a deactivation date; asked only when the report has no such column. */
async function isDeactivationDateStored(
  { people }: ReportDependencies['store'],
  { detection, scope }: ReportSettings,
  report: ReportFacts,
): Promise<boolean> {
  const field = detection.deactivationDateField;
  if (report.fields.includes(field)) return false;
  const profile = await people.collection.findOne({
    [`profile.${field}`]: { $nin: [null, ''] },
    'profile.sourceInstance': { $in: scope.isSole ? [scope.instance, null, ''] : [scope.instance] },
  });
  return profile !== null;
}

/** A report on its way into the store. */
class Staging {
  readonly reader: ReportReader;
  readonly #cutter: ChunkCutter;
  readonly #chunks: Array<{ readonly id: string; readonly rows: number }> = [];
  readonly #rejected: RejectedEntry[] = [];
  #previous: SnapshotDocument | null | undefined;
  #known: ReadonlySet<string> = new Set();
  /** The write of the chunk before, which goes on while the next one is read. */
  #pending: Promise<void> = Promise.resolve();

  constructor(
    readonly deps: ReportDependencies,
    readonly settings: ReportSettings,
    readonly state: CycleDocument,
    readonly takenAt: Date,
  ) {
    const { mapper, instance, detection } = settings;
    this.reader = new ReportReader(mapper, detectorOf(settings, { now: takenAt, from: 'report' }));
    const { deactivationDateField, employmentStatuses } = detection;
    this.#cutter = new ChunkCutter(
      JSON.stringify([instance.name, mapper.targets, deactivationDateField, employmentStatuses]),
      new Fingerprints(mapper.targets, deactivationDateField),
    );
  }

  async add(rows: readonly unknown[]): Promise<void> {
    await this.#loadPrevious();
    for (let from = 0; from < rows.length; from += PORTION) {
      for (const entry of await this.#read(rows.slice(from, from + PORTION))) {
        if (entry.kind === 'rejected' && this.#rejected.length < REJECTED_LISTED) this.#rejected.push(entry);
        const chunk = this.#cutter.add(entry);
        if (chunk !== undefined) await this.#put(chunk);
      }
    }
  }

  async #read(rows: readonly unknown[]): Promise<ReadonlyArray<ReportEntry | RejectedEntry>> {
    return this.reader.mapper.isAsync ? await this.reader.readAll(rows) : rows.map((row) => this.reader.read(row));
  }

  /** Rows of the last good report that this one lacks, counted one by one; `undefined` when that report is gone. */
  async missingRows(): Promise<number | undefined> {
    await this.#finishChunks();
    if (this.#previous === null || this.#previous === undefined) return undefined;
    const own = new Set(this.#chunks.map(({ id }) => id));
    const replaced = this.#previous.chunks.filter(({ id }) => !own.has(id)).map(({ id }) => id);
    const chunks = this.deps.store.snapshots.chunks.find({ _id: { $in: replaced } }, { projection: { keys: 1 } });
    let missing = 0;
    let read = 0;
    for await (const { keys } of chunks) {
      read += 1;
      for (const line of (await unpack(keys)).toString('utf8').split('\n')) {
        if (!this.#isPresent(JSON.parse(line) as RowKeys)) missing += 1;
      }
    }
    return read === new Set(replaced).size ? missing : undefined;
  }

  #isPresent([email, employeeId]: RowKeys): boolean {
    const { index } = this.reader;
    if (email === null && employeeId === null) return true;
    if (employeeId !== null && index.hasEmployeeId(employeeId)) return true;
    return email !== null && index.hasEmail(email.toLowerCase());
  }

  /** Completes the snapshot. */
  async finish(cycle: number, accepted: readonly string[]): Promise<SnapshotDocument> {
    await this.#finishChunks();
    const { instance, mapper } = this.settings;
    const takenAt = this.takenAt.toISOString();
    const ids = this.#chunks.map(({ id }) => id);
    const { rows, fields } = this.reader.facts();
    if (!(await this.deps.store.snapshots.touchChunks(ids, takenAt))) {
      throw ApplicationFailure.create({
        type: FailureType.ReportUnavailable,
        message: `Entries of the report of '${instance.name}' were deleted while it was stored; it is downloaded again.`,
      });
    }
    const snapshot: SnapshotDocument = {
      _id: snapshotIdOf(instance.name, cycle),
      instance: instance.name,
      cycle,
      takenAt,
      targets: mapper.targets,
      entries: rows,
      fields,
      rejectedCount: this.reader.rejected,
      rejected: this.#rejected,
      ...(accepted.length === 0 ? {} : { accepted }),
      hash: createHash('sha256').update(ids.join('\n')).digest('hex'),
      chunks: this.#chunks,
      dateField: this.settings.detection.deactivationDateField,
      sliceSize: sliceSize(rows, instance.processedEntriesPercentage),
      cursor: 0,
      counts: { unchanged: 0, skipped: {}, alreadyOpen: 0 },
    };
    await this.deps.store.snapshots.insert(snapshot);
    return snapshot;
  }

  /** Chunks of the last good report need neither compressing nor storing again. */
  async #loadPrevious(): Promise<void> {
    if (this.#previous !== undefined) return;
    const { lastGood } = this.state;
    const { snapshots } = this.deps.store;
    this.#previous = lastGood === undefined ? null : await snapshots.get(lastGood.snapshotId);
    this.#known = await snapshots.storedChunks(this.#previous?.chunks.map(({ id }) => id) ?? []);
  }

  async #put(chunk: Chunk): Promise<void> {
    this.#chunks.push({ id: chunk.id, rows: chunk.rows });
    if (this.#known.has(chunk.id)) return;
    await this.#pending;
    this.#pending = this.#store(chunk);
    // Awaited with the next chunk or at the end; until then a failure must not count as unhandled.
    this.#pending.catch(() => undefined);
  }

  async #store(chunk: Chunk): Promise<void> {
    const document = await packChunk(chunk, this.settings.instance.name, this.takenAt.toISOString());
    await this.deps.store.snapshots.putChunk(document);
  }

  async #finishChunks(): Promise<void> {
    const last = this.#cutter.finish();
    if (last !== undefined) await this.#put(last);
    await this.#pending;
  }
}

/** Readable and unique: `<instance>-<cycle>-<six random characters>`. */
function snapshotIdOf(instance: string, cycle: number): string {
  const name = instance.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return `${name}-${cycle}-${randomBytes(3).toString('hex')}`;
}
