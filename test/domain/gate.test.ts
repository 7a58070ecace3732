import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { GATED_ACTIONS, gateSchema } from '../../domain/config.js';
import type { GatedAction, GateLimits } from '../../domain/config.js';
import { evaluateGate, gateLimitOf, mayOpen } from '../../domain/gate.js';
import type { ActionCounts, GateInput } from '../../domain/gate.js';
import { IncidentType } from '../../domain/incident.js';
import { planHash } from '../../domain/plan-hash.js';
import type { PlanItem } from '../../domain/plan-hash.js';

const DEFAULTS = gateSchema.parse(undefined);
const DAY_MS = 86_400_000;

const held = (input: Partial<GateInput>): string[] =>
  evaluateGate({ limits: DEFAULTS, ownedProfiles: 1000, planned: {}, openedLast24h: {}, ...input }).map(
    ({ action, window }) => `${action} ${window}`,
  );

describe('the gate', () => {
  it('holds an action above the larger of ten and five per cent, updates above twenty', () => {
    assert.deepEqual(held({ planned: { terminate: 50, update: 200, hire: 50 } }), []);
    assert.deepEqual(held({ planned: { terminate: 51, update: 201 } }), ['terminate cycle', 'update cycle']);
    assert.deepEqual(held({ ownedProfiles: 20, planned: { terminate: 10 } }), []);
    assert.deepEqual(held({ ownedProfiles: 20, planned: { terminate: 11 } }), ['terminate cycle']);
  });

  it('counts what was opened in the last 24 hours, by whatever cycle', () => {
    assert.deepEqual(held({ planned: { hire: 30 }, openedLast24h: { hire: 20 } }), []);
    assert.deepEqual(held({ planned: { hire: 30 }, openedLast24h: { hire: 21 } }), ['hire 24h']);
    assert.deepEqual(held({ planned: { hire: 30 }, openedLast24h: { update: 500 } }), []);
  });

  it('counts what this cycle opened even when it takes longer than a day', () => {
    assert.deepEqual(held({ planned: { hire: 30 }, openedThisCycle: { hire: 21 } }), ['hire cycle']);
  });

  it('holds nothing where nothing is planned', () => {
    assert.deepEqual(held({ openedLast24h: { hire: 1000 } }), []);
  });

  it('lets an approver’s release pass, which counts against what follows', () => {
    const full = { limits: DEFAULTS, ownedProfiles: 0, openedLast24h: { terminate: 10 } };

    assert.equal(mayOpen('terminate', full), false);
    assert.equal(mayOpen('terminate', full, true), true);
  });
});

interface Item {
  readonly id: string;
  readonly action: GatedAction;
}

/** A ledger as the store keeps it: one entry per item for ever, whatever happens to the cycles. */
class Ledger {
  readonly entries: Array<Item & { readonly at: number }> = [];

  has = ({ id }: Item): boolean => this.entries.some((entry) => entry.id === id);

  open(item: Item, at: number): void {
    if (!this.has(item)) this.entries.push({ ...item, at });
  }

  counts(keep: (entry: Ledger['entries'][number]) => boolean): ActionCounts {
    const counts: Partial<Record<GatedAction, number>> = {};
    for (const entry of this.entries.filter(keep)) counts[entry.action] = (counts[entry.action] ?? 0) + 1;
    return counts;
  }
}

const countsOf = (items: readonly Item[]): ActionCounts => {
  const counts: Partial<Record<GatedAction, number>> = {};
  for (const { action } of items) counts[action] = (counts[action] ?? 0) + 1;
  return counts;
};

const inputAt = (
  ledger: Ledger,
  plan: readonly Item[],
  at: number,
  limits: GateLimits,
  ownedProfiles: number,
): GateInput => ({
  limits,
  ownedProfiles,
  planned: countsOf(plan.filter((item) => !ledger.has(item))),
  openedThisCycle: ledger.counts(({ id }) => plan.some((item) => item.id === id)),
  openedLast24h: ledger.counts((entry) => entry.at > at - DAY_MS),
});

function assertWithinLimits(ledger: Ledger, limits: GateLimits, ownedProfiles: number): void {
  for (const { action, at } of ledger.entries) {
    const inWindow = ledger.counts((entry) => entry.at > at - DAY_MS && entry.at <= at)[action] ?? 0;
    assert.ok(inWindow <= gateLimitOf(action, limits, ownedProfiles), `${inWindow} of ${action} within 24 hours`);
  }
}

const actions = fc.constantFrom(...GATED_ACTIONS.slice(0, 3));
const limitsOf = fc
  .tuple(fc.nat({ max: 6 }), fc.nat({ max: 40 }))
  .map(([count, percent]) =>
    gateSchema.parse(Object.fromEntries(GATED_ACTIONS.map((action) => [action, { count, percent }]))),
  );

/** A cycle: its items, and after how many opened items each of its attempts crashes. */
const cycleOf = fc.record({
  items: fc.array(actions, { maxLength: 12 }),
  crashes: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
  hoursBefore: fc.integer({ min: 0, max: 20 }),
});

describe('whatever the order, the crash point and the number of cycles', () => {
  it('cycles one after the other never open more than a limit in any 24 hours', () => {
    fc.assert(
      fc.property(fc.array(cycleOf, { maxLength: 6 }), limitsOf, fc.nat({ max: 20 }), (cycles, limits, owned) => {
        const ledger = new Ledger();
        let now = 0;
        cycles.forEach(({ items, crashes, hoursBefore }, number) => {
          now += hoursBefore * 3_600_000;
          const plan = items.map((action, index): Item => ({ id: `${number}/${index}`, action }));
          for (const attempt of [...crashes, Number.POSITIVE_INFINITY]) {
            const trips = evaluateGate(inputAt(ledger, plan, now, limits, owned));
            const open = plan.filter(
              (item) => !ledger.has(item) && !trips.some(({ action }) => action === item.action),
            );
            for (const item of open.slice(0, attempt)) ledger.open(item, now);
            now += 1;
          }
        });

        assertWithinLimits(ledger, limits, owned);
      }),
    );
  });

  it('cycles side by side stay within the limit together when each item is asked for', () => {
    const openings = fc.array(fc.record({ cycle: fc.nat({ max: 3 }), action: actions, hours: fc.nat({ max: 9 }) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(openings, limitsOf, fc.nat({ max: 20 }), (sequence, limits, owned) => {
        const ledger = new Ledger();
        let now = 0;
        sequence.forEach(({ cycle, action, hours }, number) => {
          now += hours * 3_600_000;
          const ofCycle = ledger.counts(({ id }) => id.startsWith(`${cycle}/`));
          const counts = { openedThisCycle: ofCycle, openedLast24h: ledger.counts((entry) => entry.at > now - DAY_MS) };
          if (mayOpen(action, { limits, ownedProfiles: owned, ...counts }))
            ledger.open({ id: `${cycle}/${number}`, action }, now);
        });

        assertWithinLimits(ledger, limits, owned);
      }),
    );
  });

  it('holds an action as a whole: a plan beyond the limit opens none of it', () => {
    fc.assert(
      fc.property(
        fc.array(actions, { minLength: 1, maxLength: 30 }),
        limitsOf,
        fc.nat({ max: 20 }),
        (items, limits, owned) => {
          const planned = countsOf(items.map((action, index) => ({ id: String(index), action })));
          const trips = evaluateGate({ limits, ownedProfiles: owned, planned, openedLast24h: {} });

          const beyond = Object.entries(planned).filter(
            ([action, count]) => count > gateLimitOf(action as GatedAction, limits, owned),
          );
          assert.deepEqual(trips.map(({ action }) => action).sort(), beyond.map(([action]) => action).sort());
        },
      ),
    );
  });
});

describe('the hash of a plan', () => {
  const item = (changes: Partial<PlanItem> = {}): PlanItem => ({
    personId: 'p-1',
    type: IncidentType.UpdateUser,
    changedFields: ['title', 'city'],
    profileVersion: 3,
    ...changes,
  });

  it('does not depend on any order', () => {
    const other = item({ personId: 'p-2' });

    assert.equal(planHash([item(), other]), planHash([other, item({ changedFields: ['city', 'title'] })]));
  });

  it('drifts with every part of an item and with every item', () => {
    const hashes = [
      [item()],
      [item({ personId: 'p-2' })],
      [item({ type: IncidentType.TerminateUser })],
      [item({ changedFields: ['title'] })],
      [item({ profileVersion: 4 })],
      [item(), item()],
      [],
    ].map(planHash);

    assert.equal(new Set(hashes).size, hashes.length);
  });
});
