import { gateSchema, gatedActionOf, reportGuardSchema } from './config.js';
import type { CustomField, DetectionSettings, GateLimits, GatedAction, ReportGuardLimits } from './config.js';
import { createDetector } from './detection.js';
import { evaluateReport } from './evaluate-report.js';
import type { Evaluation, RejectedEntry, SkipReason } from './evaluation.js';
import { evaluateGate } from './gate.js';
import type { ActionCounts, GateTrip } from './gate.js';
import { IncidentType } from './incident.js';
import type { DetectedEvent } from './incident.js';
import { isOwnedBy } from './instance-scope.js';
import type { InstanceScope } from './instance-scope.js';
import { employeeIdsIn, indexProfiles } from './lookup.js';
import { compileMapper } from './mapping.js';
import type { CompiledMapper } from './mapping.js';
import { findOrphans } from './orphans.js';
import { AdAccountStatus } from './profile.js';
import type { UserProfile } from './profile.js';
import { evaluateReportGuard, GUIDE_FIELDS } from './report-guard.js';
import type { GuardTrip, ReportFacts } from './report-guard.js';
import { ReportReader, reportRows } from './report-reader.js';
import { countRuns, sliceSize } from './slices.js';
import { WORKDAY_MAPPER } from './workday-mapper.js';

/** Detection settings, and how much one run looks at. */
export type PreviewSettings = DetectionSettings & {
  readonly fetchLimit: number;
  readonly processedEntriesPercentage: number;
};

/** What a preview works on. */
export interface PreviewInput {
  /** A RaaS document: `{ "Report_Entry": [...] }`. */
  readonly report: unknown;
  /** Flat profiles, as `ilm profile export` writes them. */
  readonly profiles: readonly UserProfile[];
  readonly settings: PreviewSettings;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The report's mapper; the shipped one by default. */
  readonly mapper?: CompiledMapper;
  /** Custom fields of the configuration; the personal ones stay out of event texts. */
  readonly customFields?: readonly CustomField[];
  /** Name of the Workday instance. Without one, the instance that the profiles name, if they name only one. */
  readonly instance?: string;
  /** Whether it is the only Workday instance; true by default. */
  readonly isSole?: boolean;
  readonly limits?: { readonly reportGuard: ReportGuardLimits; readonly gate: GateLimits };
  /** Facts of the last good report. Without them stored profiles stand in: their values can only come from a report. */
  readonly lastGood?: ReportFacts;
  /** Whether a Terminate incident of a person is open. */
  readonly hasOpenTerminate?: (profile: UserProfile) => boolean;
  /** What was opened within the last 24 hours; nothing by default. */
  readonly openedLast24h?: ActionCounts;
}

/** An event as preview prints it: everything but the data to provision. */
export type PreviewEvent = Omit<DetectedEvent, 'userProfile' | 'terminationTrigger'>;

/** A limit of the gate that the events would trip. */
export type PreviewGateTrip = GateTrip & { readonly guard: 'gate' };

/** What a cycle would do (design 5). The shape is stable. */
export interface Preview {
  readonly events: readonly PreviewEvent[];
  readonly skipped: ReadonlyArray<{ readonly email: string; readonly employeeId: string; readonly reason: SkipReason }>;
  readonly rejected: ReadonlyArray<Omit<RejectedEntry, 'kind'>>;
  readonly orphans: ReadonlyArray<{ readonly email: string; readonly employeeId: string }>;
  readonly summary: {
    readonly entries: number;
    /** Number of events per incident type. */
    readonly events: Readonly<Record<string, number>>;
    readonly unchanged: number;
    readonly skipped: number;
    readonly rejected: number;
    readonly orphans: number;
    /** Runs that the cycle takes, by percentage and fetch limit. */
    readonly runs: number;
    /** Guards and limits that would hold the cycle up; the events are listed all the same. */
    readonly guards: ReadonlyArray<GuardTrip | PreviewGateTrip>;
  };
}

const DETECTED_TYPES: readonly IncidentType[] = [
  IncidentType.NewHire,
  IncidentType.UpdateUser,
  IncidentType.TerminateUser,
  IncidentType.RehireUser,
  IncidentType.AdUserActivation,
  IncidentType.AdUserDeactivation,
];

const DEFAULT_LIMITS = { reportGuard: reportGuardSchema.parse(undefined), gate: gateSchema.parse(undefined) };

/** Collects the outcome of every entry. */
class PreviewLists {
  readonly events: PreviewEvent[] = [];
  readonly skipped: Array<Preview['skipped'][number]> = [];
  readonly rejected: Array<Preview['rejected'][number]> = [];
  readonly hasEvent: boolean[] = [];
  unchanged = 0;

  add(outcome: Evaluation): void {
    this.hasEvent.push(outcome.kind === 'event');
    switch (outcome.kind) {
      case 'event':
        this.events.push(printable(outcome.event));
        return;
      case 'skipped':
        this.skipped.push({ email: outcome.email, employeeId: outcome.employeeId, reason: outcome.reason });
        return;
      case 'rejected': {
        const { kind: _, ...rejected } = outcome;
        this.rejected.push(rejected);
        return;
      }
      case 'unchanged':
        this.unchanged += 1;
    }
  }
}

function printable(event: DetectedEvent): PreviewEvent {
  const { userProfile: _profile, terminationTrigger: _trigger, ...printed } = event;
  return printed;
}

/**
 * What the next cycle would do with a whole report, writing nothing (design 5). Fetch limit and percentage change only
 * the number of runs.
 *
 * @throws Error when the report is no RaaS document, or the mapper lacks a required field
 */
export async function previewReport(input: PreviewInput): Promise<Preview> {
  const { settings, profiles, now, mapper = compileMapper(WORKDAY_MAPPER, { name: 'workday' }) } = input;
  const personal = (input.customFields ?? []).filter((field) => field.personal).map((field) => field.name);
  const detector = createDetector(settings, {
    now,
    fields: mapper.targets,
    personalFields: new Set(personal),
    ...(input.hasOpenTerminate === undefined ? {} : { hasOpenTerminate: input.hasOpenTerminate }),
  });
  const reader = new ReportReader(mapper, detector);
  const lookup = indexProfiles(profiles, settings.sourceOfTruth);
  const lists = new PreviewLists();
  for (const outcome of await evaluateReport(reportRows(input.report), reader, lookup)) lists.add(outcome);
  const scope = scopeOf(input);
  const orphans = findOrphans(profiles, { ...scope, settings, presence: reader.index, now });
  return {
    events: lists.events,
    skipped: lists.skipped,
    rejected: lists.rejected,
    orphans: orphans.map(({ email = '', employeeId = '' }) => ({ email, employeeId })),
    summary: summarise(input, lists, reader, scope, orphans.length),
  };
}

function summarise(
  input: PreviewInput,
  lists: PreviewLists,
  reader: ReportReader,
  scope: InstanceScope,
  orphans: number,
): Preview['summary'] {
  const { fetchLimit, processedEntriesPercentage } = input.settings;
  const events = Object.fromEntries(DETECTED_TYPES.map((type) => [type, 0]));
  for (const { type } of lists.events) events[type] = (events[type] ?? 0) + 1;
  const limits = { sliceSize: sliceSize(lists.hasEvent.length, processedEntriesPercentage), fetchLimit };
  return {
    entries: lists.hasEvent.length,
    events,
    unchanged: lists.unchanged,
    skipped: lists.skipped.length,
    rejected: lists.rejected.length,
    orphans,
    runs: countRuns(lists.hasEvent, orphans, limits),
    guards: guardsOf(input, lists, reader, scope, orphans),
  };
}

function guardsOf(
  input: PreviewInput,
  lists: PreviewLists,
  reader: ReportReader,
  scope: InstanceScope,
  orphans: number,
): Preview['summary']['guards'] {
  const { settings, limits = DEFAULT_LIMITS, openedLast24h = {} } = input;
  const owned = input.profiles.filter((profile) => profile.isTemporaryUser !== true && isOwnedBy(profile, scope));
  const standIn = input.lastGood === undefined ? factsFromProfiles(owned, reader, settings.sourceOfTruth) : undefined;
  const trips = evaluateReportGuard({
    limits: limits.reportGuard,
    settings,
    report: reader.facts(),
    lastGood: input.lastGood ?? standIn?.facts,
    rejected: lists.rejected.length,
    isDeactivationDateStored: owned.some((profile) => isFilled(profile[settings.deactivationDateField])),
    ...(standIn === undefined ? {} : { missingRows: standIn.missing }),
  });
  const planned: Partial<Record<GatedAction, number>> = { terminate: orphans };
  for (const { type, changedFields } of lists.events) {
    const action = gatedActionOf(type, Object.hasOwn(changedFields, 'email'));
    planned[action] = (planned[action] ?? 0) + 1;
  }
  const gate = evaluateGate({ limits: limits.gate, ownedProfiles: owned.length, planned, openedLast24h });
  return [...trips, ...gate.map((trip): PreviewGateTrip => ({ guard: 'gate', ...trip }))];
}

const isFilled = (value: UserProfile[string]): boolean => value !== undefined && value !== null && value !== '';

/** What the last good report must have held, as far as the profiles of people who have not left can tell. */
function factsFromProfiles(
  owned: readonly UserProfile[],
  { index }: ReportReader,
  source: string,
): { readonly facts: ReportFacts; readonly missing: number } {
  const current = owned.filter((profile) => profile.adAccountStatus !== AdAccountStatus.Disabled);
  const missing = current.filter(
    (profile) =>
      !index.hasEmail((profile.email ?? '').toLowerCase()) &&
      !employeeIdsIn(profile, source).some((employeeId) => index.hasEmployeeId(employeeId)),
  ).length;
  const fields = GUIDE_FIELDS.filter((field) => owned.some((profile) => isFilled(profile[field])));
  return { facts: { rows: current.length, fields }, missing };
}

function scopeOf({ instance, isSole = true, profiles, settings }: PreviewInput): InstanceScope {
  const { sourcePriority } = settings;
  if (instance !== undefined) return { instance, isSole, sourcePriority };
  const named = new Set(profiles.flatMap(({ sourceInstance }) => (sourceInstance ? [sourceInstance] : [])));
  const [only = ''] = named;
  return { instance: named.size === 1 ? only : '', isSole, sourcePriority };
}
