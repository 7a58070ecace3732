import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PlanState } from '../../activities/store/cycle-plan.js';
import type { LedgerDocument } from '../../activities/store/action-ledger.js';
import { aProfile, aRow, INSTANCE } from './report.js';
import type { ReportWorld } from './report.js';

const HOUR_MS = 60 * 60_000;
const LIMITS: Readonly<Record<string, number>> = { hire: 3, terminate: 2, update: 2, emailChange: 1 };

/** What can happen between two looks at the limits. */
type Step =
  | { readonly kind: 'report'; readonly people: ReadonlyArray<0 | 1 | 2 | 3 | 4> }
  | { readonly kind: 'run'; readonly crashAt: number; readonly overlaps: boolean }
  | { readonly kind: 'wait'; readonly hours: number }
  | { readonly kind: 'release' };

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('report' as const), people: aCompany() }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('run' as const), crashAt: fc.nat(80), overlaps: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release' as const) }) },
);

/** For each of twelve people: absent, unchanged, terminated, another title, another address. The first six are known. */
function aCompany() {
  return fc.array(fc.constantFrom<0 | 1 | 2 | 3 | 4>(0, 1, 2, 3, 4), { minLength: 12, maxLength: 12 });
}

/**
 * Drives random companies through random runs, crashes and releases, and asserts after every step that nothing was
 * opened above a limit in any 24 hours, nothing was opened without being counted, and nothing was opened twice.
 */
export async function assertLimitsHold(world: ReportWorld, numRuns: number): Promise<void> {
  const start = world.now;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 14 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, fetchLimit) => {
        await reset(world, fetchLimit);
        world.now = start;
        for (const next of steps) {
          await take(world, next);
          await assertWithinLimits(world);
        }
      },
    ),
    { numRuns },
  );
}

async function reset(world: ReportWorld, fetchLimit: number): Promise<void> {
  const { people, plan, held, ledger, incidents, cycles, snapshots } = world.store;
  for (const { collection } of [people, plan, ledger, incidents, cycles, snapshots]) {
    await (collection as { deleteMany(filter: object): Promise<unknown> }).deleteMany({});
  }
  await held.sets.deleteMany({});
  const none = { percent: 0 };
  world.workday = { fetchLimit, processedEntriesPercentage: 50 };
  world.limits = {
    reportGuard: { missingRows: 1000, rejectedRows: 1000 },
    gate: Object.fromEntries(Object.entries(LIMITS).map(([action, count]) => [action, { count, ...none }])),
  };
  await world.givenPeople(Array.from({ length: 6 }, (_, n) => aProfile(n)));
  world.reports.rows = [aRow(0)];
}

async function take(world: ReportWorld, next: Step): Promise<void> {
  switch (next.kind) {
    case 'report':
      world.reports.rows = next.people.flatMap((kind, n) => {
        if (kind === 0) return [];
        if (kind === 2) return [aRow(n, { Employment_Status: 'Terminated' })];
        if (kind === 3) return [aRow(n, { Title: `Title ${world.now.getTime()}` })];
        return [aRow(n, kind === 4 ? { Email_Address: `other${n}@example.com` } : {})];
      });
      return;
    case 'wait':
      world.now = new Date(world.now.getTime() + next.hours * HOUR_MS);
      return;
    case 'release':
      for (const { _id: set } of await world.store.held.list(INSTANCE)) {
        await world.store.held.release({ set, by: 'approver-1', at: world.now.toISOString() });
      }
      return;
    case 'run':
      await crashingRun(world, next.crashAt, next.overlaps);
  }
}

/** A run that ends at some call of the store; a late one runs to its end. Overlaps: two attempts open side by side. */
async function crashingRun(world: ReportWorld, crashAt: number, overlaps: boolean): Promise<void> {
  let calls = 0;
  world.crash = () => {
    calls += 1;
    if (calls === crashAt) throw new Error('crashed');
  };
  await world.run().catch(() => undefined);
  world.crash = undefined;
  if (overlaps) await Promise.allSettled([world.open(), world.open()]);
}

async function assertWithinLimits(world: ReportWorld): Promise<void> {
  const [ledger, incidents] = await Promise.all([
    world.store.ledger.collection.find().toArray(),
    world.store.incidents.collection.find().toArray(),
  ]);
  const counted = new Map(ledger.map((entry) => [`workday/${entry._id}`, entry]));
  const opened: LedgerDocument[] = incidents.map(({ eventKey, type }) => {
    const entry = counted.get(eventKey);
    assert.ok(entry, `an incident of type ${type} was opened without being counted`);
    return entry;
  });
  for (const { action, at } of opened) {
    const since = Date.parse(at) - 24 * HOUR_MS;
    const within = opened.filter(
      (other) => other.action === action && !other.released && other.at <= at && Date.parse(other.at) > since,
    );
    assert.ok(within.length <= (LIMITS[action] ?? 10), `${within.length} of '${action}' within 24 hours`);
  }
  const wishes = incidents.map(({ openKey }) => openKey);
  assert.equal(new Set(wishes).size, wishes.length, 'the same was opened twice');
  const items = await world.store.plan.inStates(INSTANCE, [PlanState.Held]);
  const waiting = items.map(({ personId, action }) => `${personId} ${action}`);
  assert.equal(new Set(waiting).size, waiting.length, 'somebody is held twice');
}
