/** Where the System Log of an Okta instance is read on. */
export interface LogCursor {
  /** The filter that the log was asked with; another one needs a new first question. */
  readonly filter: string;
  /** Okta's link to what comes next, verbatim; null when it gave none. */
  readonly next: string | null;
  /** ISO instant from which the first question asked. */
  readonly since: string;
  /** When the newest event that was queued was published, ISO; null before the first one. */
  readonly newestPublished: string | null;
}

/** What to ask the log next: a first question, or the link of the page before. */
export type PollQuestion = { readonly since: string; readonly filter: string } | { readonly next: string };

/** What a first question depends on, milliseconds. */
export interface PollSettings {
  readonly filter: string;
  /** How far back the very first question reaches. */
  readonly firstFetchMs: number;
  /** How far a later first question reaches back behind the newest event. */
  readonly overlapMs: number;
}

/**
 * The next question of polling (spec okta-flows 3.5): the stored link as it is, or, when there is none or the filter is
 * another, a first question without an end, so that no event is left out however late it becomes visible.
 *
 * @param now milliseconds since the epoch
 */
export function pollQuestion(cursor: LogCursor | null, settings: PollSettings, now: number): PollQuestion {
  const { filter, firstFetchMs, overlapMs } = settings;
  if (cursor === null) return { since: instant(now - firstFetchMs), filter };
  if (cursor.filter === filter && cursor.next !== null) return { next: cursor.next };
  const { since, newestPublished } = cursor;
  const reached = newestPublished === null ? since : instant(Date.parse(newestPublished) - overlapMs);
  return { since: reached, filter };
}

const instant = (milliseconds: number): string => new Date(milliseconds).toISOString();
