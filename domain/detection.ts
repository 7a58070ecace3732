import { isAddressOfAnotherId, isOwnerListed } from './address-reuse.js';
import { compileChangeFinder } from './changed-fields.js';
import type { DetectionSettings } from './config.js';
import { deactivationMinute, isDateReached, isThresholdReached, localTimes } from './dates.js';
import type { LocalTime } from './dates.js';
import { chooseEvent, isDroppedByTufe, isGoneAs, isOnLeave } from './decision-list.js';
import { compileEntryReader } from './entry.js';
import { buildEvent, mustTerminate } from './event.js';
import type { EventDraft } from './event.js';
import type { Evaluation, RejectedEntry, ReportEntry, SkipReason } from './evaluation.js';
import { IncidentType } from './incident.js';
import { sourcePriorityOf } from './lookup.js';
import type { ProfileLookup, ReportPresence } from './lookup.js';
import type { MappedValues } from './mapping.js';
import { findNameHolder } from './name-match.js';
import { BOOKKEEPING_FIELDS, EVENT_FIELDS } from './profile.js';
import type { ReportFields, UserProfile } from './profile.js';

/** What a detector needs beside the settings. */
export interface DetectorOptions {
  /** The instant at which the report is judged; milliseconds since the epoch. Every "today" derives from it. */
  readonly now: number;
  /** The mapper's targets: the profile fields that the report fills. Must hold email, employeeId and hireDate. */
  readonly fields: readonly string[];
  /** Custom fields whose values stay out of event texts. */
  readonly personalFields?: ReadonlySet<string>;
  /** Whether a Terminate incident of this person is open; it is not raised a second time (design decision 10). */
  readonly hasOpenTerminate?: (profile: UserProfile) => boolean;
}

/** Where an evaluation finds other profiles and the rest of the report. */
export interface EvaluationContext {
  readonly lookup: ProfileLookup;
  readonly presence: ReportPresence;
}

/** The rules of one report, compiled once for one instant. All methods are pure. */
export interface Detector {
  readonly settings: DetectionSettings;
  readonly fields: readonly string[];
  /**
   * Reads mapped values, dates in the pattern of the settings, and normalises them in place. Values that were normalised
   * before (from a snapshot) are read with the pattern set to `STORED_DATE_PATTERN`.
   */
  read(values: MappedValues, position: number): ReportEntry | RejectedEntry;
  /** The entry as a record, normalised, without the fields that it lacks. */
  fieldsOf(entry: ReportEntry): ReportFields;
  /** The entry's profile: by e-mail, else by employee id within the source (spec workday-cycle 7.1). */
  find(entry: ReportEntry, lookup: ProfileLookup): UserProfile | undefined;
  /** What the entry means for the profile that {@link Detector.find} gave. */
  evaluate(entry: ReportEntry, profile: UserProfile | undefined, context: EvaluationContext): Evaluation;
  /**
   * Whether the answer depends on who else is in the report: the e-mail is known under another employee id. Only then
   * the context's `presence` has to know the whole report.
   */
  dependsOnReport(entry: ReportEntry, profile: UserProfile): boolean;
  /** Whether the person has gone: terminated in the report, or deactivated by date, in the person's own zone. */
  isGone(entry: ReportEntry, profile?: UserProfile): boolean;
  /** Whether the hire date is near enough for the first sync (X) or for the AD account (Y). */
  isHireNear(entry: ReportEntry, threshold: 'sync' | 'enableAd', profile?: UserProfile): boolean;
}

const UNCHANGED: Evaluation = { kind: 'unchanged' };

function refuseReservedFields(fields: readonly string[]): void {
  const reserved = fields.find((field) => BOOKKEEPING_FIELDS.has(field) || EVENT_FIELDS.has(field));
  if (reserved !== undefined) {
    throw new Error(`The mapper of the report fills '${reserved}', which only the engine sets. Remove that attribute.`);
  }
}

/** Implements {@link Detector}; steps stand in the order of spec workday-cycle 7. */
class ReportDetector implements Detector {
  readonly fields: readonly string[];
  readonly read: Detector['read'];
  readonly #options: DetectorOptions;
  readonly #changes: ReturnType<typeof compileChangeFinder>;
  readonly #localTime: (zone?: string) => LocalTime;
  readonly #minute: number;
  readonly #zoneAt: number;
  readonly #nameAt: number;
  readonly #correlationAt: number;

  constructor(
    readonly settings: DetectionSettings,
    options: DetectorOptions,
  ) {
    refuseReservedFields(options.fields);
    this.fields = options.fields;
    this.#options = options;
    this.read = compileEntryReader(settings, options.fields);
    this.#changes = compileChangeFinder(settings, options.fields);
    this.#localTime = localTimes(options.now, settings.timeZone);
    this.#minute = deactivationMinute(settings.deactivateAt);
    this.#zoneAt = options.fields.indexOf('timeZone');
    this.#nameAt = options.fields.indexOf('displayName');
    this.#correlationAt = options.fields.indexOf('correlationId');
  }

  fieldsOf(entry: ReportEntry): ReportFields {
    const record: Record<string, string> = {};
    this.fields.forEach((field, index) => {
      const value = entry.values[index];
      if (value !== undefined) record[field] = value;
    });
    return record;
  }

  find(entry: ReportEntry, lookup: ProfileLookup): UserProfile | undefined {
    return lookup.byEmail(entry.email) ?? lookup.byEmployeeId(this.settings.sourceOfTruth, entry.employeeId);
  }

  isGone(entry: ReportEntry, profile?: UserProfile): boolean {
    return isGoneAs(entry, this.#isDateReached(entry, this.#local(entry, profile)));
  }

  isHireNear(entry: ReportEntry, threshold: 'sync' | 'enableAd', profile?: UserProfile): boolean {
    const { daysBeforeHireToSync, daysBeforeHireToEnableAd } = this.settings;
    const days = threshold === 'sync' ? daysBeforeHireToSync : daysBeforeHireToEnableAd;
    return isThresholdReached(entry.hireDay, this.#local(entry, profile).day, days);
  }

  dependsOnReport(entry: ReportEntry, profile: UserProfile): boolean {
    const correlationId = this.#correlationAt < 0 ? undefined : entry.values[this.#correlationAt];
    return isAddressOfAnotherId(entry, profile, this.settings.sourceOfTruth, correlationId);
  }

  evaluate(entry: ReportEntry, profile: UserProfile | undefined, context: EvaluationContext): Evaluation {
    if (profile === undefined) return this.#evaluateNewcomer(entry, context.lookup);
    const isAddressReuse = this.dependsOnReport(entry, profile);
    if (isAddressReuse && isOwnerListed(profile, context.presence, this.settings.sourceOfTruth)) return conflict(entry);
    if (this.#isOfBetterSource(profile)) return skipped('otherSource', entry);

    const isTemporary = profile.isTemporaryUser === true;
    const local = this.#local(entry, profile);
    const dateReached = this.#isDateReached(entry, local);
    if (isGoneAs(entry, dateReached)) {
      const leaver = isTemporary ? this.#permanentOf(entry, profile, context.lookup) : profile;
      const terminate = leaver === undefined ? undefined : this.#terminate(entry, leaver, isAddressReuse);
      if (terminate !== undefined) return terminate;
    }
    const changed = this.#changes(entry, profile);
    if (changed === undefined && profile.isProcessed === true) return skipped('inProcess', entry);
    if (isTemporary) {
      if (changed === undefined) return skipped('temporaryUnchanged', entry);
      return this.#evaluateTemporary(entry, profile, changed, isAddressReuse, context.lookup);
    }
    const situation = {
      entry,
      profile,
      changed,
      local,
      isDateReached: dateReached,
      isAddressReuse,
      now: this.#options.now,
    };
    const type = chooseEvent(this.settings, situation);
    if (type === undefined) return UNCHANGED;
    if (isDroppedByTufe(profile, type) && !isAddressReuse) return skipped('tufe', entry);
    return this.#event({
      type,
      entry,
      profile,
      changed,
      addressReuse: isAddressReuse,
      isOnLeave: isOnLeave(this.settings, entry),
      isDateReached: dateReached,
    });
  }

  #evaluateNewcomer(entry: ReportEntry, lookup: ProfileLookup): Evaluation {
    const local = this.#local(entry, undefined);
    if (!isThresholdReached(entry.hireDay, local.day, this.settings.daysBeforeHireToSync)) {
      return skipped('hireDateTooFar', entry);
    }
    if (entry.state === 'terminated' || this.#isDateReached(entry, local)) return skipped('goneUnknown', entry);
    const nameHolder = this.#nameHolder(entry, undefined, lookup);
    return this.#event({ type: IncidentType.NewHire, entry, profile: undefined, nameHolder });
  }

  #evaluateTemporary(
    entry: ReportEntry,
    profile: UserProfile,
    changed: NonNullable<EventDraft['changed']>,
    addressReuse: boolean,
    lookup: ProfileLookup,
  ): Evaluation {
    const nameHolder = this.#nameHolder(entry, profile, lookup);
    const type = nameHolder === undefined ? IncidentType.UpdateUser : IncidentType.NewHire;
    if (isDroppedByTufe(profile, type) && !addressReuse) return skipped('tufe', entry);
    return this.#event({ type, entry, profile, changed, nameHolder, addressReuse });
  }

  #terminate(entry: ReportEntry, leaver: UserProfile, addressReuse: boolean): Evaluation | undefined {
    if (this.#isOfBetterSource(leaver)) return undefined;
    const isOpen = this.#options.hasOpenTerminate?.(leaver) === true;
    if (!mustTerminate(leaver, this.#options.now, isOpen)) return undefined;
    const changed = this.#changes(entry, leaver);
    return this.#event({ type: IncidentType.TerminateUser, entry, profile: leaver, changed, addressReuse });
  }

  #event(draft: Omit<EventDraft, 'fields'>): Evaluation {
    const event = buildEvent(
      { ...draft, fields: this.fieldsOf(draft.entry) },
      this.settings,
      this.#options.personalFields,
    );
    return { kind: 'event', event, profile: draft.profile };
  }

  #nameHolder(entry: ReportEntry, self: UserProfile | undefined, lookup: ProfileLookup): UserProfile | undefined {
    const person = { self, source: this.settings.sourceOfTruth, employeeId: entry.employeeId };
    return findNameHolder(entry.values[this.#nameAt], person, lookup);
  }

  /** The permanent profile beside a temporary one, when the person has one. */
  #permanentOf(entry: ReportEntry, temporary: UserProfile, lookup: ProfileLookup): UserProfile | undefined {
    const found = lookup.byEmployeeId(this.settings.sourceOfTruth, entry.employeeId);
    return found === undefined || found === temporary || found.isTemporaryUser === true ? undefined : found;
  }

  #local(entry: ReportEntry, profile: UserProfile | undefined): LocalTime {
    const reported = this.#zoneAt < 0 ? undefined : entry.values[this.#zoneAt];
    if (reported !== undefined && reported !== '') return this.#localTime(reported);
    const stored = profile?.timeZone;
    return this.#localTime(typeof stored === 'string' ? stored : undefined);
  }

  #isDateReached(entry: ReportEntry, local: LocalTime): boolean {
    return entry.deactivationDay !== undefined && isDateReached(entry.deactivationDay, local, this.#minute);
  }

  /** G4; a person whom the better source has released is free for this one (design decision 13). */
  #isOfBetterSource(profile: UserProfile): boolean {
    return sourcePriorityOf(profile) < this.settings.sourcePriority && profile.sourceReleased !== true;
  }
}

function conflict({ position, email, employeeId }: ReportEntry): RejectedEntry {
  return { kind: 'rejected', entry: position, email, employeeId, reason: 'conflict', field: 'email', value: email };
}

function skipped(reason: SkipReason, entry: ReportEntry): Evaluation {
  return { kind: 'skipped', reason, email: entry.email, employeeId: entry.employeeId };
}

/**
 * Compiles the rules of one report for one instant.
 *
 * @throws Error when the mapper lacks a field that detection needs, or a setting cannot be used
 */
export function createDetector(settings: DetectionSettings, options: DetectorOptions): Detector {
  return new ReportDetector(settings, options);
}
