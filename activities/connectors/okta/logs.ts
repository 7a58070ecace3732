import { oktaLogEventSchema } from './answers.js';
import type { OktaLogEvent } from './answers.js';
import type { OktaCall, OktaSession } from './session.js';

/** What to read of the System Log: from an instant on, or on from where a page before ended. */
export type LogQuestion =
  | {
      /** ISO 8601 instant. */
      readonly since: string;
      /**
       * ISO 8601 instant before which the events were published. Without it the log is polled: events come in the order in
       * which they became visible, none is left out, and `next` is always there.
       */
      readonly until?: string;
      /** In Okta's filter language; without it, everything. */
      readonly filter?: string;
      /** Events per page, 1 to 1,000. */
      readonly limit?: number;
    }
  | {
      /** The link of the page before, verbatim. It holds everything that was asked for. */
      readonly next: string;
    };

/** Events, and where the log goes on; `null` when a window is read to its end. */
export interface LogPage {
  readonly events: readonly OktaLogEvent[];
  readonly next: string | null;
}

/** Okta's most. */
const MOST_EVENTS = 1_000;

/** Reads one page. The same link can be read again: what it gives does not depend on who read it before. */
export async function readLogs(session: OktaSession, question: LogQuestion): Promise<LogPage> {
  const { items, next } = await session.page(oktaLogEventSchema, callOf(question));
  return { events: items, next };
}

function callOf(question: LogQuestion): OktaCall {
  if ('next' in question) return { path: question.next, label: 'logs' };
  const { since, until, filter, limit = MOST_EVENTS } = question;
  const query = {
    since,
    sortOrder: 'ASCENDING',
    limit: String(Math.min(Math.max(limit, 1), MOST_EVENTS)),
    ...(until === undefined ? {} : { until }),
    ...(filter === undefined ? {} : { filter }),
  };
  return { path: 'logs', label: 'logs', query };
}
