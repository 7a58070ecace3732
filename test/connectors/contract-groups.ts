import assert from 'node:assert/strict';

import { GROUP_NOT_FOUND, runGroupCommand } from '../../activities/connectors/group-commands.js';
import type { GroupCommand, GroupCommandRequest, GroupCommandResult } from '../../activities/connectors/types.js';
import type { ContractApplication, ContractCase, ContractGroups } from './contract-application.js';

/** Promises of every connector with group commands (spec connectors 1.6). */
export const GROUP_CASES: readonly ContractCase[] = [
  {
    title: 'groups: one is found by its name and by its id, members only on demand',
    needs: 'groups',
    run: async (application) => {
      const { connector, seed } = groupsOf(application);
      const member = await aMember(application);
      const id = await seed('Staff', [member]);

      const byName = await command(application, 'get-group', { displayName: 'Staff' });
      const byId = await command(application, 'get-group', { id, includeMembers: true });

      assert.deepEqual([byName.success, byName.id, byName.members], [true, id, undefined], byName.errorMessage);
      assert.deepEqual([byId.success, byId.displayName], [true, 'Staff'], byId.errorMessage);
      assert.deepEqual(byId.members, connector.canListMembers ? [member] : undefined);
    },
  },
  {
    title: 'groups: an absent one is a 404, and without name and id nothing is asked',
    needs: 'groups',
    run: async (application) => {
      const absent = [
        await command(application, 'get-group', { displayName: 'Nobody' }),
        await command(application, 'get-group', { id: ABSENT_ID }),
      ];
      application.app?.forgetRequests();
      const unnamed = await command(application, 'get-group', {});

      for (const result of absent) {
        assert.deepEqual([result.success, result.errorCode, result.errorMessage], [false, '404', GROUP_NOT_FOUND]);
      }
      assert.deepEqual([unnamed.success, unnamed.errorCode], [false, '400']);
      assert.deepEqual(application.app?.requests(), []);
    },
  },
  {
    title: 'groups: one is made empty, and only once',
    needs: 'groups',
    run: async (application) => {
      const made = await command(application, 'create-group', { displayName: 'Staff' });
      const again = await command(application, 'create-group', { displayName: 'Staff' });

      assert.deepEqual([made.success, made.existing], [true, undefined], made.errorMessage);
      assert.deepEqual([again.success, again.existing, again.id], [true, true, made.id], again.errorMessage);
      assert.deepEqual(await groupsOf(application).membersOf(made.id ?? ''), []);
    },
  },
  {
    title: 'groups: a creation whose answer is lost makes no second one',
    needs: 'groups',
    run: async (application) => {
      application.app?.addFault({ kind: 'cut-after', method: 'POST' });

      const made = await command(application, 'create-group', { displayName: 'Staff' });
      const again = await command(application, 'create-group', { displayName: 'Staff' });

      assert.deepEqual([made.success, again.existing, again.id], [true, true, made.id], made.errorMessage);
    },
  },
  {
    title: 'groups: members are added and removed, others stay',
    needs: 'groups',
    run: async (application) => {
      const { membersOf, seed } = groupsOf(application);
      const [stays, leaves, comes] = [
        await aMember(application),
        await aMember(application),
        await aMember(application),
      ];
      const id = await seed('Staff', [stays, leaves]);

      const result = await command(application, 'update-group', {
        id,
        memberIdsToAdd: [comes, comes, stays],
        memberIdsToDelete: [leaves],
      });

      assert.equal(result.success, true, result.errorMessage);
      assert.deepEqual(new Set(await membersOf(id)), new Set([stays, comes]));
    },
  },
  {
    title: 'groups: the same update again changes nothing',
    needs: 'groups',
    run: async (application) => {
      const { connector, membersOf, seed } = groupsOf(application);
      const [leaves, comes] = [await aMember(application), await aMember(application)];
      const id = await seed('Staff', [leaves]);
      const update = { id, memberIdsToAdd: [comes], memberIdsToDelete: [leaves] };
      await command(application, 'update-group', update);
      const before = await application.writes();

      const again = await command(application, 'update-group', update);

      assert.equal(again.success, true, again.errorMessage);
      assert.deepEqual(await membersOf(id), [comes]);
      if (connector.canListMembers) assert.equal(await application.writes(), before, 'the repeat wrote');
    },
  },
  {
    title: 'groups: an update without members asks nothing',
    needs: 'groups',
    run: async (application) => {
      const id = await groupsOf(application).seed('Staff', []);
      application.app?.forgetRequests();

      const result = await command(application, 'update-group', { id, memberIdsToAdd: [], memberIdsToDelete: [] });

      assert.equal(result.success, true, result.errorMessage);
      assert.deepEqual(application.app?.requests(), []);
    },
  },
  {
    title: 'groups: an unknown member fails by itself where single changes can be told apart',
    needs: 'groups',
    run: async (application) => {
      const { membersOf, seed, tellsMembersApart } = groupsOf(application);
      const known = [await aMember(application), await aMember(application)];
      const id = await seed('Staff', []);

      const result = await command(application, 'update-group', {
        id,
        memberIdsToAdd: [known[0]!, ABSENT_ID, known[1]!],
      });

      assert.equal(result.success, false);
      assert.ok((result.errorMessage ?? '').length > 0 && (result.errorCode ?? '').length > 0);
      assert.deepEqual(new Set(await membersOf(id)), new Set(tellsMembersApart ? known : []));
    },
  },
  {
    title: 'groups: one is deleted, its members stay; a second time it is a 404',
    needs: 'groups',
    run: async (application) => {
      const profile = application.person();
      const member = await application.seed(profile, { active: true });
      const id = await groupsOf(application).seed('Staff', [member]);

      const deleted = await command(application, 'delete-group', { id });
      const again = await command(application, 'delete-group', { id });

      assert.equal(deleted.success, true, deleted.errorMessage);
      assert.deepEqual([again.success, again.errorCode, again.errorMessage], [false, '404', GROUP_NOT_FOUND]);
      assert.equal((await application.accountsOf(profile)).length, 1);
    },
  },
  {
    title: 'groups: two of one exact name are ambiguous',
    needs: 'groups',
    run: async (application) => {
      const { seed } = groupsOf(application);
      await seed('Staff', []);
      await seed('Staff', []);

      const found = await command(application, 'get-group', { displayName: 'Staff' });
      const made = await command(application, 'create-group', { displayName: 'Staff' });

      for (const result of [found, made]) {
        assert.deepEqual([result.success, result.errorCode], [false, 'AmbiguousGroup'], result.errorMessage);
      }
    },
  },
  {
    title: 'groups: quotes, backslashes, + and other scripts in a name survive',
    needs: 'groups',
    run: async (application) => {
      const displayName = 'R&D "Core" \\ C++ <山田>';

      const made = await command(application, 'create-group', { displayName });
      const found = await command(application, 'get-group', { displayName });

      assert.deepEqual([made.success, found.id], [true, made.id], made.errorMessage ?? found.errorMessage);
      assert.equal(found.displayName, displayName);
    },
  },
];

const ABSENT_ID = '11111111-2222-3333-4444-555555555555';

function groupsOf({ groups }: ContractApplication): ContractGroups {
  assert.ok(groups);
  return groups;
}

const command = (
  application: ContractApplication,
  name: GroupCommand,
  request: GroupCommandRequest,
): Promise<GroupCommandResult> => runGroupCommand(groupsOf(application).connector, name, request);

const aMember = (application: ContractApplication): Promise<string> =>
  application.seed(application.person(), { active: true });
