import assert from 'node:assert/strict';

import { ConnectorError } from '../../activities/connectors/types.js';
import type { UserProfile } from '../../domain/profile.js';
import { changesNothing, only, run } from './contract-application.js';
import type { ContractCase } from './contract-application.js';

/** What else can happen to every connector (spec connectors 12.4). */
export const HAZARD_CASES: readonly ContractCase[] = [
  {
    title: 'a changed address finds the account by the old one',
    run: async (application) => {
      const old = application.person();
      const id = await application.seed(old, { active: true });
      const profile = { ...application.person(), employeeId: old.employeeId ?? '', surname: 'Married' };

      const result = await run(application, 'update-user', { profile, oldUserData: old });

      assert.deepEqual([result.success, result.action, result.id], [true, 'update', id], result.errorMessage);
      assert.deepEqual(await application.accountsOf(old), []);
      assert.equal(only(await application.accountsOf(profile)).surname, 'Married');
    },
  },
  {
    title: 'a known id finds the account whatever its keys are',
    run: async (application) => {
      const old = application.person();
      const id = await application.seed(old, { active: true });
      const profile = { ...application.person(), employeeId: old.employeeId ?? '' };

      const result = await run(application, 'update-user', { profile, known: { id } });

      assert.deepEqual([result.success, result.id], [true, id], result.errorMessage);
    },
  },
  {
    title: 'an unknown id goes on to the other keys',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'get-user', {
        profile,
        known: { id: '11111111-2222-3333-4444-555555555555' },
      });

      assert.equal(result.id, id, result.errorMessage);
    },
  },
  {
    title: 'two equal hits are refused without naming anybody',
    needs: 'sharesKeys',
    run: async (application) => {
      const profile = application.person();
      await application.seed(profile, { active: true });
      await application.seed(application.person(), { active: true, sharing: profile });

      const result = await run(application, 'disable-user', { profile: withoutUsername(profile) });

      assert.deepEqual([result.success, result.errorKind], [false, 'ambiguous']);
      assert.doesNotMatch(result.errorMessage ?? '', /@example\.com|Example\d/);
      assert.ok((await application.accountsOf(profile)).every(({ active }) => active));
    },
  },
  {
    title: 'of two hits the only active one counts (a directory refuses)',
    needs: 'sharesKeys',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      await application.seed(application.person(), { active: false, sharing: profile });

      const result = await run(application, 'get-user', { profile: withoutUsername(profile) });

      if (application.prefersActive) assert.equal(result.id, id, result.errorMessage);
      else assert.equal(result.errorKind, 'ambiguous');
    },
  },
  {
    title: 'a creation whose answer is lost makes no second account',
    needs: 'loseNextCreation',
    run: async (application) => {
      const profile = application.person();
      await application.faults.loseNextCreation?.();

      const result = await run(application, 'create-user', { profile });

      assert.deepEqual([result.success, result.action], [true, 'create'], result.errorMessage);
      assert.equal(only(await application.accountsOf(profile)).id, result.id);
    },
  },
  {
    title: 'an interrupted creation is found and reported as created',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });

      const result = await run(application, 'create-user', { profile, interrupted: 'absent' });

      assert.deepEqual([result.success, result.action, result.id], [true, 'create', id], result.errorMessage);
      only(await application.accountsOf(profile));
    },
  },
  {
    title: 'a limit is thrown with the delay the application asked for',
    needs: 'limitNextSearch',
    run: async (application) => {
      application.faults.limitNextSearch?.(7);

      await assert.rejects(run(application, 'get-user', { profile: application.person() }), (error) => {
        assert.ok(error instanceof ConnectorError);
        assert.deepEqual([error.retryable, error.options.retryAfterMs], [true, 7_000]);
        return true;
      });
    },
  },
  {
    title: 'a refused token is fetched anew once',
    needs: 'expireToken',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      await run(application, 'get-user', { profile });
      application.faults.expireToken?.();

      const result = await run(application, 'get-user', { profile });

      assert.equal(result.id, id, result.errorMessage);
    },
  },
  {
    title: 'quotes, backslashes, + and other scripts survive',
    run: async (application) => {
      const plain = application.person();
      const profile = {
        ...plain,
        email: plain.email?.replace('@', '+tag@') ?? '',
        givenName: 'Zoë "Zo", #1',
        surname: "O'Brien-Łukasz <(*)> \\ 山田",
      };

      const created = await run(application, 'create-user', { profile });
      const again = await run(application, 'get-user', { profile });

      assert.equal(created.success, true, created.errorMessage);
      assert.equal(again.id, created.id);
      assert.equal(only(await application.accountsOf(profile)).surname, profile.surname);
    },
  },
  {
    title: 'a missing phone is left out',
    run: async (application) => {
      const profile = { ...application.person(), mobilePhone: '' };

      const result = await run(application, 'create-user', { profile });

      assert.equal(result.success, true, result.errorMessage);
      assert.equal(only(await application.accountsOf(profile)).phone, undefined);
    },
  },
  {
    title: 'an emptied title is cleared',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      await application.seed(profile, { active: true });

      await run(application, 'update-user', { profile: { ...profile, title: '' } });

      assert.equal(only(await application.accountsOf(profile)).title, undefined);
    },
  },
  {
    title: 'a second run of the same command changes nothing',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer', department: 'R&D', mobilePhone: '+1 555 0100' });
      const changed = { ...profile, title: 'Lead', department: 'IT' };

      const { id = '' } = await run(application, 'create-user', { profile });
      await changesNothing(application, () => run(application, 'create-user', { profile }));
      await application.prepareLogon?.(id);
      await run(application, 'update-user', { profile: changed, oldUserData: profile, allowEnable: true });
      await changesNothing(application, () =>
        run(application, 'update-user', { profile: changed, oldUserData: profile, allowEnable: true }),
      );
      await run(application, 'disable-user', { profile: changed });
      await changesNothing(application, () => run(application, 'disable-user', { profile: changed }));
    },
  },
  {
    title: 'a refusal by the caller stops before the first write',
    run: async (application) => {
      const profile = application.person();
      const refusal = new Error('the turn is lost');

      const attempt = run(application, 'create-user', { profile, beforeWrite: () => Promise.reject(refusal) });

      await assert.rejects(attempt, refusal);
      assert.deepEqual(await application.accountsOf(profile), []);
    },
  },
];

/** Finds by mail address only, the one key that two accounts can share in most applications. */
const withoutUsername = (profile: UserProfile): UserProfile => ({ ...profile, username: '' });
