import type { DetectionSettings } from './config.js';
import type { Evaluation, RejectedEntry, ReportEntry } from './evaluation.js';
import type { ProfileLookup, ReportPresence } from './lookup.js';
import type { MappedValues } from './mapping.js';
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
  /** Reads mapped values whose dates still have the report's format. */
  read(values: MappedValues, position: number): ReportEntry | RejectedEntry;
  /** Reads an entry that was normalised before (from a snapshot): dates are `MM/DD/YYYY`. */
  restore(fields: ReportFields, position: number): ReportEntry | RejectedEntry;
  /** The entry as a record, normalised, without the fields that it lacks. */
  fieldsOf(entry: ReportEntry): ReportFields;
  /** The entry's profile: by e-mail, else by employee id within the source. */
  find(entry: ReportEntry, lookup: ProfileLookup): UserProfile | undefined;
  /** What the entry means for the profile that {@link Detector.find} gave. */
  evaluate(entry: ReportEntry, profile: UserProfile | undefined, context: EvaluationContext): Evaluation;
  /** Whether the person has gone: terminated in the report, or deactivated by date. */
  isGone(entry: ReportEntry, profile: UserProfile | undefined): boolean;
}

/**
 * Compiles the rules of one report for one instant.
 *
 * @throws Error when the mapper lacks a field that detection needs, or a setting cannot be used
 */
export declare function createDetector(settings: DetectionSettings, options: DetectorOptions): Detector;
