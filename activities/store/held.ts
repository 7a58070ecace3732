import type { Collection } from 'mongodb';
import type { GatedAction } from '../../domain/config.js';
import { planHash } from '../../domain/plan-hash.js';
import { ensureIndexes } from './database.js';
import { PlanState } from './cycle-plan.js';
import type { CyclePlan, PlanItemDocument } from './cycle-plan.js';
import type { Database } from './database.js';
import type { Evidence } from './evidence.js';

/** Why items are held together. `_id` is what people name it by. */
export interface HeldSetDocument {
  readonly _id: string;
  readonly instance: string;
  /** The action whose limit tripped; `plan` when the whole plan waits for approval. */
  readonly action: GatedAction | 'plan';
  readonly openedAt: string;
  /** The limit and by how much it would be exceeded, in words without names. */
  readonly reason: string;
  /** Set once the mail about the set was handed over. */
  readonly mailedAt?: string;
}

/** A held set with what is still open in it. */
export interface HeldSet extends HeldSetDocument {
  /** Items that wait for an approver. */
  readonly held: number;
  /** Items that are released and not opened yet. */
  readonly released: number;
  /** Hash of the items that wait; it changes when one joins, leaves or changes. */
  readonly planHash: string;
}

/** What an approver decides. */
export interface HeldDecision {
  readonly set: string;
  /** Id of one item; absent: every item that waits. */
  readonly item?: string;
  /** The approver's opaque id. */
  readonly by: string;
  /** The hash that the approver saw. A set that has changed since is refused; required for a `plan` set as a whole. */
  readonly planHash?: string;
  readonly note?: string;
  /** ISO instant. */
  readonly at: string;
}

/** Answer of a decision. `drifted`: the set is not the one that the approver saw; look at it again. */
export type HeldOutcome =
  | { readonly kind: 'done'; readonly items: number }
  | { readonly kind: 'unknown-set' | 'unknown-item' | 'drifted'; readonly planHash?: string };

/** What the gate holds back, and the decisions of approvers about it. */
export class Held {
  readonly sets: Collection<HeldSetDocument>;

  constructor(
    database: Database,
    readonly plan: CyclePlan,
    readonly evidence: Evidence,
  ) {
    this.sets = database.collection<HeldSetDocument>('held_sets');
  }

  /** Creates the index. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.sets as unknown as Collection<never>, [{ key: { instance: 1 } }]);
  }

  /** Names a set, unless it is named already. */
  async open(set: HeldSetDocument): Promise<void> {
    const { _id, ...fields } = set;
    await this.sets.updateOne({ _id }, { $setOnInsert: fields }, { upsert: true });
  }

  /** Sets whose mail was not sent yet. */
  async unmailed(instance: string): Promise<HeldSetDocument[]> {
    return await this.sets.find({ instance, mailedAt: { $exists: false } }).toArray();
  }

  async markMailed(set: string, mailedAt: string): Promise<void> {
    await this.sets.updateOne({ _id: set }, { $set: { mailedAt } });
  }

  /** The set in which items of this action wait; null when none does. */
  async waitingSet(instance: string, action: HeldSetDocument['action']): Promise<string | null> {
    const [newest] = await this.sets.find({ instance, action }).sort({ openedAt: -1 }).limit(1).toArray();
    if (newest === undefined) return null;
    return (await this.plan.ofSet(newest._id, [PlanState.Held])).length > 0 ? newest._id : null;
  }

  /** Sets in which something waits or is released, oldest first; of one instance when given. */
  async list(instance?: string): Promise<HeldSet[]> {
    const open = await this.plan.openSets();
    const documents = await this.sets
      .find({ _id: { $in: open }, ...(instance === undefined ? {} : { instance }) })
      .sort({ openedAt: 1 })
      .toArray();
    return await Promise.all(documents.map(async (document) => await this.#withCounts(document)));
  }

  /** A set and its open items; null when there is none of this name. Personal data. */
  async show(set: string): Promise<{ readonly set: HeldSet; readonly items: readonly PlanItemDocument[] } | null> {
    const document = await this.sets.findOne({ _id: set });
    if (document === null) return null;
    const items = await this.plan.ofSet(set, [PlanState.Held, PlanState.Released]);
    return { set: withCounts(document, items), items };
  }

  /** Approves items: the cycle's next run opens them at the fetch limit. Signal `runNow` to have it at once. */
  async release(decision: HeldDecision): Promise<HeldOutcome> {
    return await this.#decide(decision, PlanState.Released);
  }

  /**
   * Refuses items. The same event of the same person stays silent for seven days and is then asked about again; an
   * event with other data counts as a new one.
   */
  async discard(decision: HeldDecision): Promise<HeldOutcome> {
    return await this.#decide(decision, PlanState.Discarded);
  }

  async #decide(decision: HeldDecision, state: PlanState): Promise<HeldOutcome> {
    const document = await this.sets.findOne({ _id: decision.set });
    if (document === null) return { kind: 'unknown-set' };
    const waiting = await this.plan.ofSet(decision.set, [PlanState.Held]);
    const hash = hashOf(waiting);
    const needsHash = document.action === 'plan' && decision.item === undefined && state === PlanState.Released;
    if (decision.planHash === undefined ? needsHash : decision.planHash !== hash) {
      return { kind: 'drifted', planHash: hash };
    }
    const chosen = decision.item === undefined ? waiting : waiting.filter(({ _id }) => _id === decision.item);
    if (chosen.length === 0) return { kind: 'unknown-item' };
    await this.#record(decision, state, chosen);
    const items = await this.plan.transition(
      chosen.map(({ _id, key }) => ({
        id: _id,
        from: [PlanState.Held],
        // The wish that was looked at: an item that changes in this moment stays held.
        where: { key },
        set: { state, decidedBy: decision.by, decidedAt: decision.at },
      })),
    );
    return { kind: 'done', items };
  }

  /** Evidence goes first: a decision without a trace must not be possible. */
  async #record(decision: HeldDecision, state: PlanState, items: readonly PlanItemDocument[]): Promise<void> {
    await this.evidence.append(
      items.map(({ _id, personId, type, action }) => ({
        _id: `${_id}/${state}/${decision.at}`,
        at: decision.at,
        kind: 'answer' as const,
        personId,
        cause: `held item ${state} by ${decision.by}`,
        action,
        outcome: { set: decision.set, type, ...(decision.note === undefined ? {} : { note: decision.note }) },
      })),
    );
  }

  async #withCounts(document: HeldSetDocument): Promise<HeldSet> {
    return withCounts(document, await this.plan.ofSet(document._id, [PlanState.Held, PlanState.Released]));
  }
}

function withCounts(document: HeldSetDocument, items: readonly PlanItemDocument[]): HeldSet {
  const waiting = items.filter(({ state }) => state === PlanState.Held);
  return { ...document, held: waiting.length, released: items.length - waiting.length, planHash: hashOf(waiting) };
}

/** The key stands for the data, so that the hash drifts with it. */
function hashOf(items: readonly PlanItemDocument[]): string {
  return planHash(
    items.map(({ personId, type, changedFields, profileVersion, key }) => ({
      personId,
      type,
      changedFields: [...Object.keys(changedFields), key],
      profileVersion,
    })),
  );
}
