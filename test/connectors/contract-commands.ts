import assert from 'node:assert/strict';

import { ALREADY_DISABLED, COMMAND_DISABLED, USER_DOES_NOT_EXIST } from '../../activities/connectors/commands.js';
import { only, run } from './contract-application.js';
import type { ContractCase } from './contract-application.js';

/** The eleven rows of spec connectors 1.4, and each flag off. */
export const COMMAND_CASES: readonly ContractCase[] = [
  {
    title: 'get: an account is returned as a profile',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'get-user', { profile });

      assert.equal(result.success, true, result.errorMessage);
      assert.equal(result.id, id);
      assert.equal(result.active, true);
      assert.equal(result.profile?.email, profile.email);
      assert.equal(result.profile?.['surname'], profile['surname']);
    },
  },
  {
    title: 'get: an absent account is a 404',
    run: async (application) => {
      const result = await run(application, 'get-user', { profile: application.person() });

      assert.deepEqual(
        [result.success, result.skipped, result.errorCode, result.errorMessage],
        [false, false, '404', USER_DOES_NOT_EXIST],
      );
    },
  },
  {
    title: 'create: flag off, nothing is asked',
    run: async (application) => {
      const profile = application.person();

      const result = await run(application, 'create-user', { profile }, { createUserEnabled: false });

      assert.deepEqual([result.success, result.skipped, result.reason], [true, true, COMMAND_DISABLED]);
      assert.deepEqual(await application.accountsOf(profile), []);
    },
  },
  {
    title: 'create: an existing account is updated',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'create-user', { profile: { ...profile, title: 'Lead' } });

      assert.deepEqual([result.success, result.action, result.id], [true, 'update', id]);
      assert.equal(only(await application.accountsOf(profile)).title, 'Lead');
    },
  },
  {
    title: 'create: an absent account is made',
    run: async (application) => {
      const profile = application.person();
      const announced: unknown[] = [];

      const result = await run(application, 'create-user', {
        profile,
        beforeWrite: (found, action) => Promise.resolve(void announced.push([found, action])),
      });

      assert.deepEqual([result.success, result.action, result.skipped], [true, 'create', false]);
      assert.deepEqual(announced, [[null, 'create']]);
      const account = only(await application.accountsOf(profile));
      assert.deepEqual([account.id, account.active], [result.id, application.createsActive]);
    },
  },
  {
    title: 'update: flag off, nothing is asked',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      await application.seed(profile, { active: true });

      const changed = { ...profile, title: 'Lead' };
      const result = await run(application, 'update-user', { profile: changed }, { updateUserEnabled: false });

      assert.deepEqual([result.success, result.skipped, result.reason], [true, true, COMMAND_DISABLED]);
      assert.equal(only(await application.accountsOf(profile)).title, 'Engineer');
    },
  },
  {
    title: 'update: an inactive account is enabled first when allowed',
    needs: 'disabledStays',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      await application.seed(profile, { active: false });

      const result = await run(application, 'update-user', {
        profile: { ...profile, title: 'Lead' },
        allowEnable: true,
      });

      assert.deepEqual([result.success, result.action, result.active], [true, 'update', true]);
      const account = only(await application.accountsOf(profile));
      assert.deepEqual([account.active, account.title], [true, 'Lead']);
    },
  },
  {
    title: 'update: an inactive account stays inactive otherwise',
    needs: 'disabledStays',
    run: async (application) => {
      const profile = application.person();
      await application.seed(profile, { active: false });

      const result = await run(application, 'update-user', { profile });

      assert.deepEqual([result.success, result.active], [true, false]);
      assert.equal(only(await application.accountsOf(profile)).active, false);
    },
  },
  {
    title: 'update: enable flag off, it stays inactive',
    needs: 'disabledStays',
    run: async (application) => {
      const profile = application.person();
      await application.seed(profile, { active: false });

      await run(application, 'update-user', { profile, allowEnable: true }, { enableUserEnabled: false });

      assert.equal(only(await application.accountsOf(profile)).active, false);
    },
  },
  {
    title: 'update: an absent account is made where wanted',
    run: async (application) => {
      const profile = application.person();

      const result = await run(application, 'update-user', { profile });

      assert.deepEqual([result.success, result.action], [true, 'create']);
      only(await application.accountsOf(profile));
    },
  },
  {
    title: 'update: create-if-missing off, absent is skipped',
    run: async (application) => {
      const profile = application.person();

      const result = await run(application, 'update-user', { profile }, { createIfNotExists: false });

      assert.deepEqual([result.success, result.skipped, result.reason], [true, true, USER_DOES_NOT_EXIST]);
      assert.deepEqual(await application.accountsOf(profile), []);
    },
  },
  {
    title: 'disable: flag off, nothing is asked',
    run: async (application) => {
      const profile = application.person();
      await application.seed(profile, { active: true });

      const result = await run(application, 'disable-user', { profile }, { disableUserEnabled: false });

      assert.deepEqual([result.skipped, result.reason], [true, COMMAND_DISABLED]);
      assert.equal(only(await application.accountsOf(profile)).active, true);
    },
  },
  {
    title: 'disable: an absent account is skipped',
    run: async (application) => {
      const result = await run(application, 'disable-user', { profile: application.person() });

      assert.deepEqual([result.success, result.skipped, result.reason], [true, true, USER_DOES_NOT_EXIST]);
    },
  },
  {
    title: 'disable: an inactive account is skipped, with its id',
    needs: 'disabledStays',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: false });

      const result = await run(application, 'disable-user', { profile });

      assert.deepEqual([result.skipped, result.reason], [true, ALREADY_DISABLED]);
      assert.deepEqual([result.id, result.active, result.username !== undefined], [id, false, true]);
    },
  },
  {
    title: 'disable: an active account is disabled',
    needs: 'disabledStays',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'disable-user', { profile });

      assert.deepEqual([result.success, result.skipped, result.id, result.active], [true, false, id, false]);
      assert.equal(only(await application.accountsOf(profile)).active, false);
    },
  },
];
