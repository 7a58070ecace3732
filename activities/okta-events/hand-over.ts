import { log } from '@temporalio/activity';
import type { OktaEventsSettings } from '../../domain/config.js';
import { milliseconds } from '../../domain/duration.js';
import { OktaEventType } from '../../domain/okta/event-types.js';
import { tufeRuleFault } from '../../domain/okta/tufe-actors.js';
import type { ActivityDependencies } from '../dependencies.js';
import { startIncidentRuns } from '../open-incidents.js';
import type { Progress } from '../report/progress.js';
import { OktaEventState } from '../store/okta-events.js';
import type {
  OktaCursorDocument,
  OktaEventCounts,
  OktaEventDocument,
  OktaEventTransition,
} from '../store/okta-events.js';
import { eventKeyOf, incidentOf } from './incidents.js';
import { eventSettingsOf } from './settings.js';
import { sortEvents } from './sort.js';
import type { Sorted } from './sort.js';

/** What one handing-over came to, and what there is now. Counts only. */
export interface HandOverReport extends OktaEventCounts {
  /** Incidents that were opened now. */
  readonly opened: number;
  /** Why deactivations stay in the queue, in words; null when they do not. */
  readonly reason: string | null;
  /** Milliseconds from the begin of one poll to the next. */
  readonly intervalMs: number;
}

const PORTION = 200;
/** Held events whose profiles are looked for in one poll; the others have their turn in the next ones. */
const MOST_LOOKS = 1_000;
const LOOK_EVERY_MS = 60_000;
const KEPT_MS = 7 * 24 * 60 * 60_000;
const OPEN_STATES = [OktaEventState.Queued, OktaEventState.Held];

/**
 * Hands events over, at most `maxFetch` of them as incidents: first held ones whose people are known by now or whose time
 * is up, then what was read, in its order. What starts nothing is dropped with its reason. The order (incident, run,
 * mark) makes every repeat harmless: an incident is recorded once by its event.
 *
 * @throws Configuration when the events of the instance are not to be handed over
 */
export async function handOverOktaEvents(
  deps: ActivityDependencies,
  { okta }: { readonly okta: string },
  progress: Progress,
): Promise<HandOverReport> {
  const settings = eventSettingsOf(deps.configuration, okta);
  const { oktaEvents } = deps.store;
  const cursor = await oktaEvents.cursor(okta);
  const reason = actorFault(settings, cursor);
  const handing = new HandingOver(deps, settings, progress);
  if (reason === null) {
    const now = deps.clock.now().toISOString();
    await handing.handOver(await oktaEvents.heldToLookAt(okta, now, MOST_LOOKS));
  }
  while (handing.left > 0) {
    progress.check();
    const portion = await oktaEvents.queued(okta, PORTION, reason === null ? undefined : OktaEventType.Deactivation);
    if (portion.length === 0) break;
    await handing.handOver(portion);
  }
  await forget(deps, settings, cursor);
  const counts = await oktaEvents.counts(okta);
  return { ...counts, opened: handing.opened, reason, intervalMs: milliseconds(settings.interval) };
}

/** Without any rule, deactivations are dropped; with one that lets our own pass, they wait until it is corrected. */
function actorFault({ instance, tufe }: OktaEventsSettings, cursor: OktaCursorDocument | null): string | null {
  const own = cursor?.own;
  if (tufe.dropActors.length === 0 && tufe.onlyActors.length === 0) return null;
  if (own === undefined) return 'The account of this instance is not known yet: deactivations wait for the next poll.';
  const fault = tufeRuleFault(tufe, { id: own.id, alternateId: own.login });
  return fault === null ? null : `oktaEvents of '${instance}': ${fault}`;
}

/** Forgets final events after a week, except those that a new filter would read once more. */
async function forget(
  { store, clock }: ActivityDependencies,
  { instance, overlap }: OktaEventsSettings,
  cursor: OktaCursorDocument | null,
): Promise<void> {
  const newest = cursor?.newestPublished ?? null;
  if (newest === null) return;
  const overlapFrom = new Date(Date.parse(newest) - milliseconds(overlap)).toISOString();
  const before = new Date(clock.now().getTime() - KEPT_MS).toISOString();
  await store.oktaEvents.deleteBefore(instance, before, overlapFrom);
}

/** One attempt to hand events over. */
class HandingOver {
  opened = 0;

  constructor(
    readonly deps: ActivityDependencies,
    readonly settings: OktaEventsSettings,
    readonly progress: Progress,
  ) {}

  /** Incidents that may still be opened. */
  get left(): number {
    return this.settings.maxFetch - this.opened;
  }

  async handOver(documents: readonly OktaEventDocument[]): Promise<void> {
    const sorted = await sortEvents(this.deps, this.settings, documents);
    const now = this.deps.clock.now();
    const toOpen = sorted.filter((one) => this.#isToOpen(one, now)).slice(0, this.left);
    await this.#open(toOpen);
    const changes = sorted.flatMap((one) => (this.#isToOpen(one, now) ? [] : this.#settle(one, now)));
    await this.deps.store.oktaEvents.transition(changes);
    tellDrops(sorted);
  }

  #isToOpen(one: Sorted, now: Date): boolean {
    return one.kind === 'known' || (one.kind === 'unknown' && this.#asksSomebody(one.document, now));
  }

  #asksSomebody({ state, heldUntil = '' }: OktaEventDocument, now: Date): boolean {
    const isTimeUp = state === OktaEventState.Held && heldUntil <= now.toISOString();
    return isTimeUp && this.settings.unknownUserPolicy === 'hold';
  }

  /** What becomes of an event that opens nothing now. */
  #settle(one: Sorted, now: Date): OktaEventTransition[] {
    const { document } = one;
    const dropped = (reason: string): OktaEventTransition => ({
      id: document._id,
      from: OPEN_STATES,
      set: { state: OktaEventState.Dropped, reason, settledAt: now.toISOString() },
    });
    if (one.kind === 'dropped') return [dropped(one.reason)];
    const { unknownUserPolicy, holdFor } = this.settings;
    if (unknownUserPolicy === 'drop') return [dropped('unknownUser')];
    const after = (ms: number): string => new Date(now.getTime() + ms).toISOString();
    const heldUntil = document.heldUntil ?? after(milliseconds(holdFor));
    const nextLookAt = [after(LOOK_EVERY_MS), heldUntil].sort()[0] ?? heldUntil;
    return [{ id: document._id, from: OPEN_STATES, set: { state: OktaEventState.Held, heldUntil, nextLookAt } }];
  }

  async #open(toOpen: readonly Sorted[]): Promise<void> {
    if (toOpen.length === 0) return;
    const { store, clock } = this.deps;
    const at = clock.now().toISOString();
    const wanted = toOpen.flatMap((one) => {
      if (one.kind === 'known') return [incidentOf(one.incident, one.person)];
      return one.kind === 'unknown' ? [incidentOf(one.incident, null)] : [];
    });
    await store.incidents.record(wanted, at);
    const incidents = await store.incidents.byEventKeys(wanted.map(({ eventKey }) => eventKey));
    await startIncidentRuns(this.deps, [...incidents.values()], () => this.progress.check());
    await store.oktaEvents.transition(
      toOpen.map(({ document }): OktaEventTransition => {
        const incidentId = incidents.get(eventKeyOf(document.event.uuid));
        const told = incidentId === undefined ? { reason: 'an incident asks for the same already' } : { incidentId };
        return {
          id: document._id,
          from: OPEN_STATES,
          set: { state: OktaEventState.Handed, settledAt: at, ...told },
        };
      }),
    );
    this.opened += incidents.size;
  }
}

/** One line for each reason; the events themselves keep theirs for a week. */
function tellDrops(sorted: readonly Sorted[]): void {
  const types = new Map<string, string[]>();
  for (const one of sorted) {
    if (one.kind !== 'dropped') continue;
    types.set(one.reason, [...(types.get(one.reason) ?? []), one.document.event.eventType]);
  }
  for (const [reason, eventTypes] of types) {
    log.warn('events of Okta start nothing', { reason, count: eventTypes.length, types: [...new Set(eventTypes)] });
  }
}
