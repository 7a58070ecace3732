import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';

import type { Desk } from './desk.js';

interface Count {
  readonly since: string;
  readonly disabled: number;
  readonly underWay: number;
  readonly limit: number | null;
}

/** `ilm counter show|reset`, after a termination that has disabled an account and another that is under way. */
export function counterCommands(desk: () => Desk): void {
  const show = (t: Parameters<Desk['json']>[0]): Promise<Count> => desk().json<Count>(t, 'counter', 'show');

  test('what terminations have disabled is counted, and counted anew after a reset, which names who gave it', async (t) => {
    const { deactivations, database } = desk().company.store;
    const before = await show(t);
    const terminationOf = (incidentId: string) => {
      return { window: before.since, deactivationOf: incidentId, personId: randomUUID(), at: new Date().toISOString() };
    };
    await deactivations.confirm(terminationOf('INC-counted'));
    assert.equal(await deactivations.take(terminationOf('INC-under-way'), 1_000), true);

    const counted = await show(t);
    const { out } = await desk().run(t, 0, 'counter', 'show');
    const reset = await desk().json<{ since: string; before: Count }>(t, 'counter', 'reset');
    const after = await show(t);

    assert.deepEqual(counted, { ...before, disabled: before.disabled + 1, underWay: before.underWay + 1 });
    assert.match(out, new RegExp(`^since +${before.since}$`, 'm'));
    assert.match(out, new RegExp(`^disabled +${counted.disabled}$`, 'm'));
    assert.match(out, new RegExp(`^under way +${counted.underWay}$`, 'm'));
    assert.match(out, new RegExp(`^limit +${before.limit ?? 'none'}$`, 'm'));
    const { limit: _, ...whatWas } = counted;
    assert.deepEqual(reset.before, whatWas);
    assert.ok(reset.since > before.since);
    assert.deepEqual(after, { since: reset.since, disabled: 0, underWay: 0, limit: before.limit });
    const kept = await database.collection('action_ledger').findOne({ at: reset.since });
    assert.equal(kept?.['by'], 'reviewer-1');
  });

  test('a reset without a known person behind it is refused and counts on', async (t) => {
    const before = await show(t);

    const { err } = await desk().run(t, 2, 'counter', 'reset', '--as', 'stranger@example.com');

    assert.match(err, /^--as: "stranger@example\.com" is none of the people in ilm\.yaml/m);
    assert.deepEqual(await show(t), before);
  });
}
