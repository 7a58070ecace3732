import type { Detector } from '../../domain/detection.js';
import type { ReportEntry, SkipReason } from '../../domain/evaluation.js';
import { isOwnedBy } from '../../domain/instance-scope.js';
import { employeeIdsIn } from '../../domain/lookup.js';
import type { ProfileLookup } from '../../domain/lookup.js';
import { isOrphan } from '../../domain/orphans.js';
import type { OrphanContext } from '../../domain/orphans.js';
import type { UserProfile } from '../../domain/profile.js';
import type { ReportIndex } from '../../domain/report-index.js';
import { unchangedEntry } from './marks.js';
import type { Fingerprints, RowMark } from './marks.js';
import type { KnownPerson } from './profile-stream.js';

// A record, so that a reason cannot be forgotten here.
const SKIP_REASONS = Object.keys({
  hireDateTooFar: true,
  otherSource: true,
  inProcess: true,
  temporaryUnchanged: true,
  tufe: true,
  goneUnknown: true,
} satisfies Record<SkipReason, true>) as readonly SkipReason[];

/** What the comparison says of one row: a code, because there are many. From `FirstSkip` on: a skip reason. */
const Verdict = { Undecided: 0, Unchanged: 1, Rejected: 2, FirstSkip: 3 } as const;

/** The verdict of a row that gives no event, in words. */
export type SettledRow =
  { readonly kind: 'unchanged' | 'rejected' } | { readonly kind: 'skipped'; readonly reason: SkipReason };

const OTHER_SOURCE = Verdict.FirstSkip + SKIP_REASONS.indexOf('otherSource');

// Rows that would need another profile are left undecided, so none is ever asked for here.
const NOBODY: ProfileLookup = {
  byEmail: () => undefined,
  byEmployeeId: () => undefined,
  byDisplayName: () => [],
};

/** The rows of a slice, as the comparison sees them. */
export interface MarkedRows {
  /** Position of the first row. */
  readonly from: number;
  /** One per row; null for a rejected row. */
  readonly marks: ReadonlyArray<RowMark | null>;
  readonly fingerprints: Fingerprints;
}

/**
 * The join of one stream of profiles with the fingerprints of a slice's rows. It settles the rows that give no event,
 * most of a report, and leaves the others undecided: they are evaluated one by one on freshly read profiles. Whatever
 * needs more than a row and its own permanent profile (a proposal, two profiles for one row, a newcomer) is left
 * undecided, too.
 */
export class Comparison {
  readonly #verdicts: Uint8Array;
  readonly #matched: Uint8Array;
  /** People who may be orphans; they are looked at again before anything is planned. */
  readonly orphans: string[] = [];
  /** People of this instance who are not in the report. */
  readonly unseen: string[] = [];
  /** People who were kept when they were missing, and are in the report again. */
  readonly returned: string[] = [];
  /** Permanent profiles that belong to this instance. */
  owned = 0;

  constructor(
    readonly rows: MarkedRows,
    readonly index: ReportIndex,
    readonly detector: Detector,
    readonly scope: OrphanContext,
  ) {
    this.#verdicts = new Uint8Array(rows.marks.length);
    this.#matched = new Uint8Array(rows.marks.length);
    rows.marks.forEach((mark, row) => {
      if (mark === null) this.#verdicts[row] = Verdict.Rejected;
    });
  }

  /** Looks at one record of the stream. Each record must be given once. */
  add({ personId, isProposal, profile }: KnownPerson): void {
    const { email } = profile;
    const address = typeof email === 'string' ? email.toLowerCase() : '';
    const byEmail = this.index.rowOfEmail(address);
    const employeeId = this.#reportedId(profile);
    const byId = employeeId === undefined ? undefined : this.index.rowOfEmployeeId(employeeId);
    const isPermanent = !isProposal && profile.isTemporaryUser !== true;
    if (isPermanent && isOwnedBy(profile, this.scope)) this.#own(personId, profile);
    this.#match(byEmail);
    this.#match(byId);
    if (!isPermanent || byEmail === undefined || byEmail !== byId) return;
    const row = byEmail - this.rows.from;
    const mark = this.rows.marks[row];
    if (mark === undefined || mark === null) return;
    const verdict = this.#verdict(unchangedEntry(mark, byEmail, address, employeeId ?? ''), profile);
    // A more important source's profile is left alone whatever has changed; any other answer holds for no change only.
    if (verdict === OTHER_SOURCE || this.rows.fingerprints.isSame(mark, profile)) this.#verdicts[row] = verdict;
  }

  /** Settles the rows that no record matched. To be called once, after the whole stream. */
  finish(): void {
    // A newcomer's own time zone, if the report has one, is not among the facts.
    if (this.detector.fields.includes('timeZone')) return;
    for (let row = 0; row < this.#verdicts.length; row += 1) {
      const mark = this.rows.marks[row];
      if (this.#verdicts[row] !== Verdict.Undecided || this.#matched[row] === 1 || !mark) continue;
      this.#verdicts[row] = this.#verdict(unchangedEntry(mark, this.rows.from + row, '', ''), undefined);
    }
  }

  /** The verdict of a row; null for one that has to be evaluated. */
  settled(position: number): SettledRow | null {
    const verdict = this.#verdicts[position - this.rows.from] ?? Verdict.Undecided;
    if (verdict === Verdict.Undecided) return null;
    if (verdict === Verdict.Unchanged) return { kind: 'unchanged' };
    const reason = SKIP_REASONS[verdict - Verdict.FirstSkip];
    return reason === undefined ? { kind: 'rejected' } : { kind: 'skipped', reason };
  }

  #own(personId: string, profile: UserProfile): void {
    this.owned += 1;
    const { email } = profile;
    const isSeen =
      (typeof email === 'string' && this.index.hasEmail(email.toLowerCase())) ||
      employeeIdsIn(profile, this.detector.settings.sourceOfTruth).some((id) => this.index.hasEmployeeId(id));
    if (isSeen) {
      if (profile.keptAs === 'orphan') this.returned.push(personId);
      return;
    }
    this.unseen.push(personId);
    if (isOrphan(profile, this.scope)) this.orphans.push(personId);
  }

  /** The id of this person that the report carries. */
  #reportedId(profile: UserProfile): string | undefined {
    return employeeIdsIn(profile, this.detector.settings.sourceOfTruth).find(
      (employeeId) => this.index.rowOfEmployeeId(employeeId) !== undefined,
    );
  }

  #match(position: number | undefined): void {
    // Writing outside a typed array changes nothing: rows of other slices are no concern here.
    if (position !== undefined) this.#matched[position - this.rows.from] = 1;
  }

  #verdict(entry: ReportEntry, profile: UserProfile | undefined): number {
    const evaluation = this.detector.evaluate(entry, profile, { lookup: NOBODY, presence: this.index });
    if (evaluation.kind === 'unchanged') return Verdict.Unchanged;
    return evaluation.kind === 'skipped'
      ? Verdict.FirstSkip + SKIP_REASONS.indexOf(evaluation.reason)
      : Verdict.Undecided;
  }
}
