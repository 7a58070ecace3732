import { GATED_ACTIONS } from '../../domain/config.js';
import { evaluateGate } from '../../domain/gate.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound } from '../failures.js';
import { PlanState } from '../store/cycle-plan.js';
import type { PlanItemDocument, PlanTransition } from '../store/cycle-plan.js';
import type { HeldSetDocument } from '../store/held.js';
import type { Store } from '../store/index.js';
import type { GateDecision, SnapshotDocument } from '../store/report-snapshots.js';
import { mailHeldSets } from './held-mail.js';
import { settingsOf } from './settings.js';

/** The window of the second limit; a refused event stays silent for the third. */
export const LEDGER_WINDOW_MS = 24 * 60 * 60_000;
const DISCARDED_SILENT_MS = 7 * 24 * 60 * 60_000;

/** What the gate did with a plan. Counts, and messages without names. */
export interface GateReport {
  readonly admitted: number;
  /** Everything that waits for an approver, of earlier cycles too. */
  readonly held: number;
  readonly reasons: readonly string[];
}

/** What the gate works with. */
export type GateDependencies = Pick<ActivityDependencies, 'store' | 'configuration' | 'clock' | 'mailer'>;

/**
 * Decides what of a complete plan may be opened (design 7): counts it per action against the limits of one cycle and
 * of 24 hours. When a limit trips, all items of that action are held. With `requireApproval` the whole plan is. The
 * decision is recorded once; a repeat carries it out again with the same result.
 */
export async function passGate(
  deps: GateDependencies,
  { instance, snapshotId }: { readonly instance: string; readonly snapshotId: string },
): Promise<GateReport> {
  const { store } = deps;
  const snapshot = await store.snapshots.get(snapshotId);
  if (snapshot === null) throw notFound(`report snapshot ${snapshotId}`);
  await settleEarlierItems(deps, snapshot);
  const decision = snapshot.gate ?? (await store.snapshots.decideGate(snapshotId, await decide(deps, snapshot)));
  await carryOut(store, snapshot, decision);
  await store.cycles.set(instance, { stage: 'opening' });
  await mailHeldSets(deps, instance);
  const [admitted, held] = await Promise.all([
    store.plan.count(instance, PlanState.Admitted, snapshotId),
    store.plan.count(instance, PlanState.Held),
  ]);
  const approval = decision.approval && held > 0 ? ['The plan waits for approval: see ilm held list.'] : [];
  return { admitted, held, reasons: [...decision.trips.map(({ message }) => message), ...approval] };
}

async function decide(
  { store, configuration, clock }: GateDependencies,
  snapshot: SnapshotDocument,
): Promise<GateDecision> {
  const settings = settingsOf(configuration, snapshot.instance);
  const now = clock.now();
  const since = new Date(now.getTime() - LEDGER_WINDOW_MS).toISOString();
  const [planned, openedThisCycle, openedLast24h] = await Promise.all([
    store.plan.actionCounts(snapshot._id, [PlanState.Planned]),
    store.ledger.count({ snapshotId: snapshot._id }),
    store.ledger.count({ instance: snapshot.instance, since }),
  ]);
  const { limits } = settings.configuration.ilm;
  const ownedProfiles = snapshot.ownedProfiles ?? 0;
  return {
    at: now.toISOString(),
    ownedProfiles,
    planned,
    trips: evaluateGate({ limits: limits.gate, ownedProfiles, planned, openedThisCycle, openedLast24h }),
    approval: settings.instance.requireApproval,
  };
}

async function carryOut(store: Store, snapshot: SnapshotDocument, decision: GateDecision): Promise<void> {
  if (decision.approval) {
    const reason = 'Every plan of this instance waits for approval (requireApproval).';
    const planned = GATED_ACTIONS.filter((action) => (decision.planned[action] ?? 0) > 0);
    if (planned.length > 0) await holdItems(store, snapshot, 'plan', PlanState.Planned, decision.at, reason);
  } else {
    for (const { action, message } of decision.trips) {
      await holdItems(store, snapshot, action, PlanState.Planned, decision.at, message);
    }
  }
  await store.plan.move(snapshot._id, PlanState.Planned, { state: PlanState.Admitted });
}

/**
 * Holds a snapshot's items of an action (or the whole plan), in the set in which earlier ones wait, if there are any.
 *
 * @param reason why, in words without names
 */
export async function holdItems(
  store: Store,
  { _id, instance }: Pick<SnapshotDocument, '_id' | 'instance'>,
  action: HeldSetDocument['action'],
  from: PlanState,
  heldAt: string,
  reason: string,
): Promise<void> {
  const waiting = await store.held.waitingSet(instance, action);
  const set = waiting ?? `${_id}/${action}`;
  if (waiting === null) await store.held.open({ _id: set, instance, action, openedAt: heldAt, reason });
  await store.plan.move(_id, from, { state: PlanState.Held, set, heldAt }, action === 'plan' ? undefined : action);
}

/**
 * Brings together what earlier cycles left open and what this one found. Who waits for an approver (or was approved)
 * takes over the newest data instead of being planned a second time; so nobody leaves a held set by a small change in
 * the report. What the report does not ask for any more is dropped. What an approver refused stays silent for seven days.
 */
async function settleEarlierItems({ store, clock }: GateDependencies, snapshot: SnapshotDocument): Promise<void> {
  const since = new Date(clock.now().getTime() - DISCARDED_SILENT_MS).toISOString();
  const open = await store.plan.inStates(snapshot.instance, [PlanState.Held, PlanState.Released]);
  const refused = await store.plan.discardedKeys(snapshot.instance, since);
  // Items of this snapshot in `open` are those that took over newer data in an attempt that was interrupted.
  if (open.length === 0 && refused.size === 0) return;
  const planned = await store.plan.ofSnapshot(snapshot._id, PlanState.Planned);
  const byWish = new Map(planned.map((item) => [wishOf(item), item]));
  const changes: PlanTransition[] = [];
  for (const item of open) {
    const newer = byWish.get(wishOf(item));
    if (newer !== undefined) changes.push(...takeOver(item, newer));
    else if (item.snapshotId !== snapshot._id) changes.push(drop(item, 'the report does not ask for it any more'));
  }
  for (const item of planned) {
    if (refused.has(item.key)) changes.push(drop(item, 'an approver refused the same within seven days'));
  }
  await store.plan.transition(changes);
}

/** Whom an item is about and what happens to them, whatever the data. */
const wishOf = ({ personId, action }: PlanItemDocument): string => `${personId}|${action}`;

const drop = ({ _id }: PlanItemDocument, note: string): PlanTransition => ({
  id: _id,
  from: [PlanState.Planned, PlanState.Held, PlanState.Released],
  set: { state: PlanState.Dropped, note },
});

/** The earlier item goes first: interrupted between the two, both are found again. */
function takeOver(earlier: PlanItemDocument, newer: PlanItemDocument): PlanTransition[] {
  const { snapshotId, entry, type, position, profileVersion, email, employeeId, changedFields, details, key } = newer;
  const set = { snapshotId, entry, type, position, profileVersion, email, employeeId, changedFields, details, key };
  return [
    { id: earlier._id, from: [PlanState.Held, PlanState.Released], set },
    drop(newer, `${earlier._id} stands for it`),
  ];
}
