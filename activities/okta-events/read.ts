import type { OktaEventsSettings } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { pollQuestion } from '../../domain/okta/polling.js';
import type { PollQuestion } from '../../domain/okta/polling.js';
import { queryFilter } from '../../domain/okta/query-filter.js';
import type { OktaClient } from '../connectors/okta/client.js';
import type { LogPage } from '../connectors/okta/logs.js';
import { ConnectorError, ConnectorErrorKind } from '../connectors/types.js';
import type { ActivityDependencies } from '../dependencies.js';
import { toApplicationFailure } from '../failures.js';
import type { Progress } from '../report/progress.js';
import type { OktaCursorDocument } from '../store/okta-events.js';
import { configurationFault, eventSettingsOf } from './settings.js';
import { untilReset } from './waiting.js';

/** What one reading came to. Counts only. */
export interface ReadReport {
  /** Events that Okta gave. */
  readonly read: number;
  /** Those of them that were not known. */
  readonly added: number;
  /** ISO instant before which Okta does not want to be asked again; null when there is none. */
  readonly waitUntil: string | null;
}

/** Okta keeps no more. */
const RETENTION_MS = 90 * 24 * 60 * 60_000;
/** Pages of one reading, so that a log that is written faster than it is read does not keep it for good. */
const MOST_PAGES = 1_000;

/**
 * Reads the log on to its end (spec okta-flows 3.5): the first time from `since` on, then by the link of the page before.
 * Each page's events are stored before its link. A changed filter, another organisation or a link that Okta does not
 * take any more begins anew behind the newest event, less the overlap. Repeating it reads on where it was.
 *
 * @throws Transient or Configuration; a rate limit is no failure but the answer's `waitUntil`
 */
export async function readOktaEvents(
  deps: ActivityDependencies,
  { okta }: { readonly okta: string },
  progress: Progress,
): Promise<ReadReport> {
  const settings = eventSettingsOf(deps.configuration, okta);
  const filter = await filterOf(deps, settings);
  let read = 0;
  let added = 0;
  const report = (waitUntil: string | null): ReadReport => ({ read, added, waitUntil });
  try {
    const client = deps.connectors.okta(okta);
    const reading = new Reading(deps, settings, client, filter);
    for (let page = 0; page < MOST_PAGES; page += 1) {
      progress.check();
      const reset = untilReset(client.quota(), deps.clock.now());
      if (reset !== null) return report(reset);
      if (page === 0) await reading.begin();
      const step = await reading.readPage();
      read += step.read;
      added += step.added;
      if (step.read === 0) break;
    }
    return report(null);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== ConnectorErrorKind.RateLimited) {
      throw toApplicationFailure(error);
    }
    const until = new Date(deps.clock.now().getTime() + (error.options.retryAfterMs ?? 0)).toISOString();
    return report(untilReset({ remaining: 0, resetsAt: until, what: 'requests' }, deps.clock.now()));
  }
}

async function filterOf({ store }: ActivityDependencies, settings: OktaEventsSettings): Promise<string> {
  const { rows } = await store.iamConfigurations.get(settings.instance);
  const ids = rows.map(({ applicationId }) => applicationId);
  const answer = queryFilter(settings, ids);
  if (answer.kind === 'fault') throw configurationFault(`oktaEvents of '${settings.instance}': ${answer.message}`);
  return answer.filter;
}

/** One reading of one log. */
class Reading {
  readonly #okta: string;
  readonly #url: string;

  constructor(
    readonly deps: ActivityDependencies,
    readonly settings: OktaEventsSettings,
    readonly client: OktaClient,
    readonly filter: string,
  ) {
    this.#okta = settings.instance;
    this.#url = String(deps.connectors.settingsOf(this.#okta).settings['url']);
  }

  /**
   * Fixes where the very first call begins. Which account reads has to be known before anybody's deactivation counts as
   * the end of an employment.
   */
  async begin(): Promise<void> {
    const { oktaEvents } = this.deps.store;
    const first = this.#question(null);
    if ('since' in first) await oktaEvents.begin(this.#okta, { ...first, url: this.#url });
    const { dropActors, onlyActors } = this.settings.tufe;
    if (dropActors.length === 0 && onlyActors.length === 0) return;
    const own = await this.client.ownAccount();
    await oktaEvents.setOwn(this.#okta, { id: own.id, login: own.profile.login ?? '' });
  }

  /** Reads one page and stores it, its events first. None = the log is read to its end. */
  async readPage(): Promise<{ readonly read: number; readonly added: number }> {
    const { store, clock } = this.deps;
    const { events, next } = await this.#ask(await store.oktaEvents.cursor(this.#okta));
    const place = { next, filter: this.filter, url: this.#url, isEnd: events.length === 0 };
    const added = await store.oktaEvents.addPage(this.#okta, events, place, clock.now().toISOString());
    return { read: events.length, added };
  }

  async #ask(cursor: OktaCursorDocument | null): Promise<LogPage> {
    const anew = cursor && { ...cursor, next: null };
    const question = this.#question(cursor?.url === this.#url ? cursor : anew);
    try {
      return await this.client.readLogs(question);
    } catch (error) {
      if (!('next' in question) || !isRefusedLink(error)) throw error;
      return await this.client.readLogs(this.#question(anew));
    }
  }

  #question(cursor: OktaCursorDocument | null): PollQuestion {
    const firstFetchMs = milliseconds(this.settings.firstFetch);
    const overlapMs = milliseconds(this.settings.overlap);
    const now = this.deps.clock.now().getTime();
    const question = pollQuestion(cursor, { filter: this.filter, firstFetchMs, overlapMs }, now);
    if ('next' in question) return question;
    const earliest = new Date(now - RETENTION_MS).toISOString();
    return { ...question, since: question.since < earliest ? earliest : question.since };
  }
}

const isRefusedLink = (error: unknown): boolean =>
  error instanceof ConnectorError &&
  (error.kind === ConnectorErrorKind.Validation || error.kind === ConnectorErrorKind.NotFound);
