import assert from 'node:assert/strict';

import { USER_DOES_NOT_EXIST } from '../../activities/connectors/commands.js';
import { only, run } from './contract-application.js';
import type { ContractCase } from './contract-application.js';

/** Applications that cannot keep a disabled account: disabling deletes it, and whoever comes back gets another one. */
export const GONE_CASES: readonly ContractCase[] = [
  {
    title: 'disabling deletes: the account is gone, and the result says so',
    needs: 'disabledIsGone',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'disable-user', { profile, known: { id } });
      const seen = await run(application, 'get-user', { profile, known: { id } });

      assert.deepEqual(
        [result.success, result.skipped, result.id, result.active, result.gone],
        [true, false, id, false, true],
      );
      assert.deepEqual(await application.accountsOf(profile), []);
      assert.deepEqual([seen.success, seen.errorCode], [false, '404']);
    },
  },
  {
    title: 'disabling deletes: a second time there is nobody, and what was known is forgotten',
    needs: 'disabledIsGone',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      await run(application, 'disable-user', { profile });

      const result = await run(application, 'disable-user', { profile, known: { id } });

      assert.deepEqual([result.skipped, result.reason, result.gone], [true, USER_DOES_NOT_EXIST, true]);
    },
  },
  {
    title: 'disabling deletes: what an interrupted attempt deleted counts as disabled',
    needs: 'disabledIsGone',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      await run(application, 'disable-user', { profile });

      const result = await run(application, 'disable-user', { profile, known: { id }, interrupted: 'present' });

      assert.deepEqual([result.success, result.skipped, result.active, result.gone], [true, false, false, true]);
    },
  },
  {
    title: 'disabling deletes: whoever comes back gets another account, where an update may create',
    needs: 'disabledIsGone',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      await run(application, 'disable-user', { profile });
      const back = { profile, known: { id }, allowEnable: true };

      const refused = await run(application, 'update-user', back, { createIfNotExists: false });
      const made = await run(application, 'update-user', back);

      assert.deepEqual([refused.skipped, refused.reason], [true, USER_DOES_NOT_EXIST]);
      assert.deepEqual([made.success, made.action, made.active], [true, 'create', true], made.errorMessage);
      assert.notEqual(only(await application.accountsOf(profile)).id, id);
    },
  },
];
