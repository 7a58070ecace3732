import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { HeldSet } from '../../../activities/store/held.js';
import { eventually } from '../../whole/support/eventually.js';
import { incidentsOf } from '../../whole/support/joiner.js';
import type { Desk } from './desk.js';

interface ShownEvent {
  readonly email: string;
  readonly changedFields: Readonly<Record<string, unknown>>;
}

interface ShownSet {
  readonly set: HeldSet;
  readonly items: readonly (ShownEvent & { readonly _id: string })[];
}

/** `ilm held list|show|release|discard`, with updates of three people that a limit holds. */
export function heldCommands(desk: () => Desk): void {
  test('what a limit holds is listed and shown, and opens or vanishes as an approver says', async (t) => {
    const { company } = desk();
    assert.equal((await desk().run(t, 0, 'held', 'list')).out, 'Nothing is held.\n');
    const [first = '', second = '', third = ''] = company.workday
      .rows('employees')
      .slice(5, 8)
      .map((row) => row['Email_Address']);
    for (const email of [first, second]) await desk().hr('update', { email, title: 'Director' });
    await desk().hr('update', { email: third, fields: { Badge_Colour: 'blue' } });
    const { events } = await desk().json<{ events: ShownEvent[] }>(t, 'report', 'preview');
    await company.runNow();
    const set = await eventually('three updates are held', async () => {
      const [held] = await desk().json<HeldSet[]>(t, 'held', 'list');
      return held?.held === 3 && held;
    });

    const shown = await desk().json<ShownSet>(t, 'held', 'show', set._id);
    const { out } = await desk().run(t, 0, 'held', 'show', set._id);
    const itemOf = (email: string): string => shown.items.find((item) => item.email === email)?._id ?? '';
    const ownField = { badgeColour: { old: null, new: 'blue' } };
    assert.deepEqual(events.find(({ email }) => email === third)?.changedFields, ownField);
    assert.deepEqual(shown.items.find(({ email }) => email === third)?.changedFields, ownField);
    assert.equal(shown.set.planHash, set.planHash);
    assert.deepEqual([set.instance, set.action, set.released], ['Workday', 'update', 0]);
    assert.match(out, /^why +\S/m);
    assert.match(out, /title$/m);

    const { out: checked } = await desk().run(t, 0, 'check');
    assert.match(checked.replace(/\s+/g, ' '), /3 items are held until an approver releases them: ilm held list/);

    const dropped = await desk().json(t, 'held', 'discard', set._id, '--item', itemOf(first), '--note', 'a mistake');
    assert.deepEqual(dropped, { set: set._id, kind: 'done', items: 1 });
    const drifted = await desk().run(t, 1, 'held', 'release', set._id, '--plan-hash', set.planHash);
    assert.match(drifted.err, /needs the hash of what you saw.*--plan-hash \w+/);
    const now = await desk().json<ShownSet>(t, 'held', 'show', set._id);
    const released = await desk().run(t, 0, 'held', 'release', set._id, '--plan-hash', now.set.planHash);
    assert.equal(released.out, '2 released\n');

    for (const email of [second, third]) {
      await eventually(`the update of ${email} is opened`, async () =>
        (await incidentsOf(company, email)).some(({ type }) => type === 'IAM - Update User'),
      );
    }
    assert.deepEqual(await incidentsOf(company, first), []);
  });

  test('an unknown set or item is faulty input', async (t) => {
    const { err } = await desk().run(t, 2, 'held', 'show', 'nothing');
    const item = await desk().run(t, 2, 'held', 'release', 'nothing', '--item', 'x');

    assert.match(err, /^<set>: "nothing" is no held set\. Run `ilm held list`\.$/m);
    assert.match(item.err, /^<set>: "nothing" is no held set/m);
  });
}
