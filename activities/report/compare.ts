import type { Detector } from '../../domain/detection.js';
import type { ReportEntry, SkipReason } from '../../domain/evaluation.js';
import { isOwnedBy } from '../../domain/instance-scope.js';
import { employeeIdsIn } from '../../domain/lookup.js';
import type { ProfileLookup } from '../../domain/lookup.js';
import { isOrphan } from '../../domain/orphans.js';
import type { OrphanContext } from '../../domain/orphans.js';
import type { UserProfile } from '../../domain/profile.js';
import type { ReportIndex } from '../../domain/report-index.js';
import type { KnownPerson } from './profile-stream.js';
import type { SnapshotRows } from './snapshot-rows.js';

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

// Rows that would need another profile are left undecided, so none is ever asked for here.
const NOBODY: ProfileLookup = {
  byEmail: () => undefined,
  byEmployeeId: () => undefined,
  byDisplayName: () => [],
};

/**
 * The join of one stream of profiles with the rows of a slice. It settles the rows that give no event, most of a
 * report, and leaves the others undecided: they are evaluated one by one on freshly read profiles. Whatever needs more
 * than a row and its own permanent profile (a proposal, two profiles for one row, a newcomer) is left undecided, too.
 */
export class Comparison {
  readonly #verdicts: Uint8Array;
  readonly #matched: Uint8Array;
  /** People who may be orphans; they are looked at again before anything is planned. */
  readonly orphans: string[] = [];
  /** People of this instance who are not in the report. */
  readonly unseen: string[] = [];
  /** Permanent profiles that belong to this instance. */
  owned = 0;

  constructor(
    readonly rows: SnapshotRows,
    readonly index: ReportIndex,
    readonly detector: Detector,
    readonly scope: OrphanContext,
  ) {
    this.#verdicts = new Uint8Array(rows.to - rows.from);
    this.#matched = new Uint8Array(rows.to - rows.from);
  }

  /** Looks at one record of the stream. Each record must be given once. */
  add({ personId, isProposal, profile }: KnownPerson): void {
    const { email } = profile;
    const byEmail = typeof email === 'string' ? this.index.rowOfEmail(email.toLowerCase()) : undefined;
    const byId = this.#rowOfId(profile);
    const isPermanent = !isProposal && profile.isTemporaryUser !== true;
    if (isPermanent && isOwnedBy(profile, this.scope)) this.#own(personId, profile);
    this.#match(byEmail);
    this.#match(byId);
    if (!isPermanent || byEmail === undefined || byEmail !== byId || !this.#isLoaded(byEmail)) return;
    const row = byEmail - this.rows.from;
    const entry = this.rows.entry(byEmail, this.detector);
    if (entry === null || entry.kind === 'rejected') return;
    this.#verdicts[row] = this.#verdict(entry, profile);
  }

  /** Settles the rows that no record matched. To be called once, after the whole stream. */
  finish(): void {
    for (let row = 0; row < this.#verdicts.length; row += 1) {
      if (this.#verdicts[row] !== Verdict.Undecided) continue;
      const entry = this.rows.entry(this.rows.from + row, this.detector);
      if (entry === null || entry.kind === 'rejected') this.#verdicts[row] = Verdict.Rejected;
      else if (this.#matched[row] === 0) this.#verdicts[row] = this.#verdict(entry, undefined);
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
    if (isSeen) return;
    this.unseen.push(personId);
    if (isOrphan(profile, this.scope)) this.orphans.push(personId);
  }

  #rowOfId(profile: UserProfile): number | undefined {
    for (const employeeId of employeeIdsIn(profile, this.detector.settings.sourceOfTruth)) {
      const row = this.index.rowOfEmployeeId(employeeId);
      if (row !== undefined) return row;
    }
    return undefined;
  }

  #isLoaded(position: number): boolean {
    return position >= this.rows.from && position < this.rows.to;
  }

  #match(position: number | undefined): void {
    if (position !== undefined && this.#isLoaded(position)) this.#matched[position - this.rows.from] = 1;
  }

  #verdict(entry: ReportEntry, profile: UserProfile | undefined): number {
    const evaluation = this.detector.evaluate(entry, profile, { lookup: NOBODY, presence: this.index });
    if (evaluation.kind === 'unchanged') return Verdict.Unchanged;
    return evaluation.kind === 'skipped'
      ? Verdict.FirstSkip + SKIP_REASONS.indexOf(evaluation.reason)
      : Verdict.Undecided;
  }
}
