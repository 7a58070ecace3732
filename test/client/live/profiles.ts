import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';

import type { UserProfile } from '../../../domain/profile.js';
import { filesOf } from '../../support/command-line.js';
import type { Desk } from './desk.js';
import { JOINER, NAMESAKES } from './incidents.js';

/** `ilm profile list|show|set|keep|remove|export|import`. */
export function profileCommands(desk: () => Desk): void {
  test('lists profiles, all or by status', async (t) => {
    const all = await desk().json<UserProfile[]>(t, 'profile', 'list');
    const pending = await desk().json<UserProfile[]>(t, 'profile', 'list', '--status', 'Pending');
    const { out } = await desk().run(t, 0, 'profile', 'list', '--status', 'Disabled');

    assert.ok(all.length > 12);
    assert.ok(pending.some(({ email }) => email === JOINER));
    assert.ok(pending.every(({ adAccountStatus }) => adAccountStatus === 'Pending'));
    assert.equal(out, 'No such profile.\n');
  });

  test('shows a profile with its accounts and turns', async (t) => {
    const shown = await desk().json<Record<string, unknown>>(t, 'profile', 'show', JOINER);
    const { out } = await desk().run(t, 0, 'profile', 'show', JOINER.toUpperCase());
    const nobody = await desk().run(t, 2, 'profile', 'show', 'nobody@example.com');

    assert.deepEqual(Object.keys(shown['accounts'] as object).sort(), [
      'Active Directory',
      'Atlas Wiki',
      'Nimbus Chat',
    ]);
    assert.deepEqual([shown['queue'], shown['openIntents'], shown['badgeColour']], [[], [], 'green']);
    assert.match(out, /^Accounts\nINSTANCE +ID +CREATED/m);
    assert.match(nobody.err, /^<email>: "nobody@example\.com" is the e-mail of nobody\. Run `ilm profile list`\.$/m);
  });

  test('sets bookkeeping fields, and leaves evidence', async (t) => {
    const { people, evidence } = desk().company.store;

    const set = await desk().json(t, 'profile', 'set', JOINER, 'forceSync=true');

    assert.deepEqual(set, { email: JOINER, set: { forceSync: true } });
    const person = await people.byEmail(JOINER);
    assert.equal(person?.profile?.forceSync, true);
    const [trace] = await evidence.collection
      .find({ personId: person?.personId ?? '', cause: /^profile set by/ })
      .toArray();
    assert.deepEqual(
      [trace?.cause, trace?.changes],
      ['profile set by reviewer-1', { forceSync: { old: null, new: true } }],
    );
    assert.equal(
      (await desk().run(t, 0, 'profile', 'set', JOINER, 'forceSync=false')).out,
      `${JOINER}: forceSync=false\n`,
    );
  });

  test('exports to a file that only its owner can read, and imports it again', async (t) => {
    const file = filesOf(t, {});

    const exported = await desk().json<{ profiles: number }>(t, 'profile', 'export', '--file', file('all.json'));
    const { out } = await desk().run(t, 0, 'profile', 'export');
    const imported = await desk().json(t, 'profile', 'import', file('all.json'));

    const profiles = JSON.parse(readFileSync(file('all.json'), 'utf8')) as UserProfile[];
    assert.deepEqual(JSON.parse(out), profiles);
    assert.equal(profiles.length, exported.profiles);
    assert.equal(statSync(file('all.json')).mode & 0o077, 0);
    assert.deepEqual(imported, { created: 0, updated: 0, unchanged: profiles.length });
  });

  test('refuses a file with faults, and writes nothing of it', async (t) => {
    const file = filesOf(t, {
      'bad.json': [
        { email: 'new.person@example.com', employeeId: '9001' },
        { email: 'no address', active: 'yes' },
      ],
    });

    const { err } = await desk().run(t, 2, 'profile', 'import', file('bad.json'));

    assert.match(err, /\[1\]\.email = "no address" must be an e-mail address/);
    assert.match(err, /\[1\]\.active = "yes" must be true or false/);
    assert.equal(await desk().company.store.people.byEmail('new.person@example.com'), null);
  });

  test('keeps or removes temporary profiles that no incident asks about', async (t) => {
    const [kept, removed = ''] = ['kay.temporary@example.com', NAMESAKES.at(-1)];
    const temporary = { email: kept, employeeId: '9101', isTemporaryUser: true, sourceOfTruth: 'Workday' };
    const file = filesOf(t, { 'some.json': [temporary] });
    const imported = await desk().json(t, 'profile', 'import', file('some.json'));

    const undecided = await desk().json<UserProfile[]>(t, 'profile', 'list', '--temporary');
    assert.deepEqual(imported, { created: 1, updated: 0, unchanged: 0 });
    assert.deepEqual(undecided.map(({ email }) => email).sort(), [kept, removed]);
    assert.deepEqual(await desk().json(t, 'profile', 'keep', kept), { email: kept, decision: 'keep' });
    assert.equal((await desk().run(t, 0, 'profile', 'remove', removed)).out, `${removed}: removed\n`);

    const again = await desk().run(t, 1, 'profile', 'keep', kept);
    assert.match(again.err, /is not temporary, so there is nothing to decide/);
    await desk().run(t, 2, 'profile', 'show', removed);
  });
}
