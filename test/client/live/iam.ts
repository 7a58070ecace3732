import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Desk } from './desk.js';
import { JOINER } from './incidents.js';

type Result = Readonly<Record<string, unknown>>;

/** `ilm iam ...`: accounts and groups by hand, and what mappers can fill. */
export function iamCommands(desk: () => Desk): void {
  const iam = (t: Parameters<Desk['json']>[0], instance: string, command: string, ...args: string[]): Promise<Result> =>
    desk().json<Result>(t, 'iam', command, '--instance', instance, ...args);

  for (const instance of ['Atlas Wiki', 'Active Directory']) {
    test(`an account of ${instance} is created, read, updated and disabled by hand`, async (t) => {
      const email = `by.hand.${instance.replace(' ', '-').toLowerCase()}@example.com`;
      const profile = { ...PROFILE, email, username: email, employeeId: `77${instance.length}` };
      const given = (more: object = {}): string[] => ['--profile', JSON.stringify({ ...profile, ...more })];

      const isDirectory = instance === 'Active Directory';
      const created = await iam(t, instance, 'create-user', ...given());
      const read = await iam(t, instance, 'get-user', ...given());
      const updated = await iam(t, instance, 'update-user', ...given({ title: 'Keeper of Keys' }));
      const disabled = await iam(t, instance, 'disable-user', ...given());
      const after = await iam(t, instance, 'get-user', ...given());

      assert.deepEqual(
        [created, updated, disabled].map(({ action, success, skipped, instanceName }) => [
          action,
          success,
          skipped,
          instanceName,
        ]),
        // An account of the directory that nobody has activated yet is disabled already.
        ['create', 'update', 'disable'].map((action) => [action, true, action === 'disable' && isDirectory, instance]),
      );
      for (const key of [
        'brand',
        'instanceName',
        'email',
        'action',
        'success',
        'skipped',
        'active',
        'id',
        'username',
        'profile',
      ]) {
        assert.ok(key in read, key);
      }
      const titles = [read, after].map((result) => (result['profile'] as Result)['title']);
      assert.deepEqual(titles, ['Keeper', 'Keeper of Keys']);
      assert.deepEqual([updated['active'], after['active']], [!isDirectory, false]);
    });

    test(`the mapping fields of ${instance} are told`, async (t) => {
      const fields = await iam(t, instance, 'mapping-fields');
      const { out } = await desk().run(t, 0, 'iam', 'mapping-fields', '--instance', instance);

      const expected =
        instance === 'Atlas Wiki' ? ['userName', 'name.givenName', 'emails'] : ['sAMAccountName', 'mail', 'ou'];
      const names = Object.keys(fields);
      for (const name of expected)
        assert.ok(
          names.some((field) => field.startsWith(name)),
          `${name} in ${names.join(' ')}`,
        );
      assert.match(out, new RegExp(`^${expected[0]}\\n {4}\\S`, 'm'));
    });
  }

  test('the stored profile of a person will do, and evidence tells who did what', async (t) => {
    const read = await iam(t, 'Nimbus Chat', 'get-user', '--email', JOINER);
    const { out } = await desk().run(t, 0, 'iam', 'update-user', '--instance', 'Nimbus Chat', '--email', JOINER);

    assert.deepEqual([read['success'], read['username']], [true, JOINER]);
    assert.match(out, /^action +update\noutcome +done$/m);
    const { people, evidence } = desk().company.store;
    const personId = (await people.byEmail(JOINER))?.personId ?? '';
    const [trace] = await evidence.collection.find({ personId, cause: 'by hand: reviewer-1' }).toArray();
    assert.deepEqual([trace?.instance, trace?.action, trace?.phase], ['Nimbus Chat', 'update-user', 'done']);
  });

  test('groups are created, filled, read and deleted', async (t) => {
    const member = String((await iam(t, 'Atlas Wiki', 'get-user', '--email', JOINER))['id']);

    const created = await iam(t, 'Atlas Wiki', 'create-group', '--name', 'Writers');
    const id = String(created['id']);
    const filled = await iam(t, 'Atlas Wiki', 'update-group', '--id', id, '--add', member);
    const read = await iam(t, 'Atlas Wiki', 'get-group', '--name', 'Writers', '--members');
    const { out } = await desk().run(t, 0, 'iam', 'get-group', '--instance', 'Atlas Wiki', '--id', id);
    const deleted = await iam(t, 'Atlas Wiki', 'delete-group', '--id', id);

    assert.deepEqual([created['success'], filled['success'], deleted['success']], [true, true, true]);
    assert.deepEqual([read['displayName'], read['members']], ['Writers', [member]]);
    assert.match(out, /^name +Writers$/m);
    const gone = await desk().run(t, 1, 'iam', 'get-group', '--instance', 'Atlas Wiki', '--id', id);
    assert.match(gone.out, /^outcome +failed$/m);
  });

  test('what an application refuses ends with exit code 1 and its reason', async (t) => {
    await desk().refuse(true);
    const profile = JSON.stringify({ ...PROFILE, email: 'no.way@example.com', username: 'no.way@example.com' });

    const { out } = await desk().run(t, 1, 'iam', 'create-user', '--instance', 'Atlas Wiki', '--profile', profile);

    await desk().refuse(false);
    assert.match(out, /^outcome +failed$/m);
    assert.match(out, /^code +400$/m);
    const nobody = await desk().run(
      t,
      2,
      'iam',
      'get-user',
      '--instance',
      'Atlas Wiki',
      '--email',
      'no.way@example.com',
    );
    assert.match(nobody.err, /is the e-mail of nobody/);
    const unable = await desk().run(t, 1, 'iam', 'create-group', '--instance', 'Active Directory', '--name', 'Writers');
    assert.match(unable.err, /Active Directory.*group/);
  });
}

const PROFILE = {
  displayName: 'By Hand',
  givenName: 'By',
  surname: 'Hand',
  title: 'Keeper',
  location: 'Berlin',
  employeeType: 'Regular',
};
