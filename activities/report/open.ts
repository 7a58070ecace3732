import { ApplicationFailure } from '@temporalio/common';
import { gateLimitOf, mayOpen } from '../../domain/gate.js';
import { FailureType } from '../../domain/failures.js';
import type { GatedAction } from '../../domain/config.js';
import type { ActivityDependencies } from '../dependencies.js';
import { startIncidentRuns } from '../open-incidents.js';
import { PlanState } from '../store/cycle-plan.js';
import type { PlanItemDocument, PlanTransition } from '../store/cycle-plan.js';
import type { NewIncident } from '../store/incident-document.js';
import { openKeyOf } from '../store/new-incident.js';
import type { SnapshotDocument } from '../store/report-snapshots.js';
import { eventKeyOf } from './events.js';
import { holdItems, LEDGER_WINDOW_MS } from './gate.js';
import { mailHeldSets } from './held-mail.js';
import type { Progress } from './progress.js';
import { Reevaluation } from './reevaluate.js';
import type { Reevaluated } from './reevaluate.js';
import { settingsOf } from './settings.js';
import type { ReportSettings } from './settings.js';

/** What one run opened. Counts only. */
export interface OpenedPortion {
  readonly opened: number;
  /** Items that did not hold any more. */
  readonly dropped: number;
  /** Items that a limit kept back at the last moment. */
  readonly held: number;
  /** Items that wait for the next run. */
  readonly remaining: number;
}

interface Candidate {
  readonly item: PlanItemDocument;
  readonly incident: NewIncident;
}

/** Items judged together: few enough that a judgement is fresh when its incident is recorded. */
const PORTION = 50;

/**
 * Opens incidents, at most `fetchLimit` of them: released items first, then those that passed the gate. Each is judged
 * again on the fresh profile; one that does not hold any more is dropped with a note. The order (ledger, incident, mark,
 * run) makes every repeat harmless: an incident is recorded once by its event key and counted once by its item.
 */
export async function openPortion(
  deps: ActivityDependencies,
  { instance }: { readonly instance: string },
  progress: Progress,
): Promise<OpenedPortion> {
  const settings = settingsOf(deps.configuration, instance);
  const { store } = deps;
  const state = await store.cycles.get(instance);
  const snapshotId = state.stage === 'opening' ? state.snapshotId : undefined;
  const snapshot = snapshotId === undefined ? null : await store.snapshots.get(snapshotId);
  const opening = new Opening(deps, settings, snapshot, await store.cycles.nextFence(instance), progress);
  for (;;) {
    const most = Math.min(PORTION, settings.instance.fetchLimit - opening.opened);
    const items = most > 0 ? await store.plan.nextToOpen(instance, snapshotId, most) : [];
    if (items.length === 0) break;
    progress.check();
    await opening.open(items);
  }
  if (opening.held > 0) await mailHeldSets(deps, instance);
  const [released, admitted] = await Promise.all([
    store.plan.count(instance, PlanState.Released),
    snapshotId === undefined ? 0 : store.plan.count(instance, PlanState.Admitted, snapshotId),
  ]);
  const { opened, dropped, held } = opening;
  return { opened, dropped, held, remaining: released + admitted };
}

/** One attempt to open items. */
class Opening {
  opened = 0;
  dropped = 0;
  held = 0;
  readonly #reevaluation: Reevaluation;

  constructor(
    readonly deps: ActivityDependencies,
    readonly settings: ReportSettings,
    /** The snapshot in progress; null when only released items can be opened. */
    readonly snapshot: SnapshotDocument | null,
    readonly fence: number,
    readonly progress: Progress,
  ) {
    this.#reevaluation = new Reevaluation(deps, settings);
  }

  async open(items: readonly PlanItemDocument[]): Promise<void> {
    const recorded = await this.#recordedBefore(items);
    const fresh = items.filter(({ _id }) => !recorded.has(eventKeyOf(_id)));
    const candidates = await this.#withoutStale(await this.#reevaluation.judge(fresh));
    const admitted = await this.#admit(candidates);
    await this.#record(admitted);
    const incidents = await this.#recordedBefore(items);
    await this.#mark(
      [...admitted.map(({ item }) => item), ...items.filter((item) => !fresh.includes(item))],
      incidents,
    );
    await startIncidentRuns(this.deps, [...incidents.values()], () => this.progress.check());
  }

  /** Incident ids by event key, of items whose incident exists already. */
  async #recordedBefore(items: readonly PlanItemDocument[]): Promise<ReadonlyMap<string, string>> {
    return await this.deps.store.incidents.byEventKeys(items.map(({ _id }) => eventKeyOf(_id)));
  }

  async #withoutStale(judged: readonly Reevaluated[]): Promise<Candidate[]> {
    const events = judged.filter((result) => result.kind === 'event');
    const known = await this.deps.store.incidents.knownKeys(events.map(({ incident }) => openKeyOf(incident)));
    const isKnown = ({ incident }: Candidate): boolean => known.has(openKeyOf(incident));
    await this.#drop([
      ...judged.flatMap((result) => (result.kind === 'stale' ? [dropping(result.item, result.note)] : [])),
      ...events.filter(isKnown).map(({ item }) => dropping(item, 'an incident asks for the same already')),
    ]);
    return events.filter((candidate) => !isKnown(candidate));
  }

  async #drop(changes: readonly PlanTransition[]): Promise<void> {
    this.dropped += changes.length;
    await this.deps.store.plan.transition(changes);
  }

  /**
   * The candidates that the limits still let through, by fresh counts from the ledger. The gate has counted the whole
   * plan; this keeps cycles side by side and attempts that overlap within the limits together. When a limit is reached,
   * the rest of the action is held.
   */
  async #admit(candidates: readonly Candidate[]): Promise<readonly Candidate[]> {
    const input = await this.#ledgerCounts(candidates.map(({ item }) => item._id));
    const { openedThisCycle, openedLast24h } = input;
    const admitted: Candidate[] = [];
    const tripped = new Set<GatedAction>();
    for (const candidate of candidates) {
      const { action, state } = candidate.item;
      if (!mayOpen(action, input, state === PlanState.Released)) {
        tripped.add(action);
        continue;
      }
      admitted.push(candidate);
      openedThisCycle[action] = (openedThisCycle[action] ?? 0) + 1;
      openedLast24h[action] = (openedLast24h[action] ?? 0) + 1;
    }
    const heldAt = this.deps.clock.now().toISOString();
    for (const action of tripped) {
      const limit = gateLimitOf(action, input.limits, input.ownedProfiles);
      const reason = `The limit of ${limit} for '${action}' was reached while incidents were opened.`;
      const { store } = this.deps;
      if (this.snapshot !== null) {
        await holdItems(store, this.snapshot, action, PlanState.Admitted, heldAt, reason);
      }
    }
    this.held += candidates.length - admitted.length;
    return admitted;
  }

  /** What the ledger holds beside these items; an item that an earlier attempt counted is counted once. */
  async #ledgerCounts(except: readonly string[]) {
    const { ledger } = this.deps.store;
    const { limits } = this.settings.configuration.ilm;
    const since = new Date(this.deps.clock.now().getTime() - LEDGER_WINDOW_MS).toISOString();
    const instance = this.settings.instance.name;
    const openedLast24h = { ...(await ledger.count({ instance, since, except })) };
    const openedThisCycle =
      this.snapshot === null ? {} : { ...(await ledger.count({ snapshotId: this.snapshot._id, except })) };
    return { limits: limits.gate, ownedProfiles: this.snapshot?.ownedProfiles ?? 0, openedLast24h, openedThisCycle };
  }

  /** The ledger goes first, so that a crash in between counts too much and never too little. */
  async #record(admitted: readonly Candidate[]): Promise<void> {
    const { store, clock } = this.deps;
    const at = clock.now().toISOString();
    await store.ledger.add(
      admitted.map(({ item: { _id, instance, snapshotId, action, personId, state } }) => ({
        _id,
        instance,
        snapshotId,
        action,
        personId,
        at,
        released: state === PlanState.Released,
      })),
    );
    const { fence } = await store.cycles.get(this.settings.instance.name);
    if (fence !== this.fence) {
      throw ApplicationFailure.create({
        type: FailureType.VersionConflict,
        message: 'a later attempt opens the incidents of this cycle',
      });
    }
    await store.incidents.record(
      admitted.map(({ incident }) => incident),
      at,
    );
  }

  async #mark(items: readonly PlanItemDocument[], incidents: ReadonlyMap<string, string>): Promise<void> {
    const openedAt = this.deps.clock.now().toISOString();
    const opened = items.flatMap(({ _id }): PlanTransition[] => {
      const incidentId = incidents.get(eventKeyOf(_id));
      const from = [PlanState.Admitted, PlanState.Released];
      return incidentId === undefined
        ? []
        : [{ id: _id, from, set: { state: PlanState.Opened, openedAt, incidentId } }];
    });
    const marked = new Set(opened.map(({ id }) => id));
    this.opened += await this.deps.store.plan.transition(opened);
    await this.#drop(
      items
        .filter(({ _id }) => !marked.has(_id))
        .map((item) => dropping(item, 'an incident asks for the same already')),
    );
  }
}

const dropping = ({ _id }: PlanItemDocument, note: string): PlanTransition => ({
  id: _id,
  from: [PlanState.Admitted, PlanState.Released],
  set: { state: PlanState.Dropped, note },
});
