import assert from 'node:assert/strict';

import { ConnectorError } from '../../activities/connectors/types.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';
import { changesNothing, only, run } from './contract-application.js';
import type { ContractApplication, ContractCase } from './contract-application.js';

type Fault = Parameters<SimulatedApp['addFault']>[0];

const WAYS_TO_ASK = ['retry-after', 'retry-after-date', 'x-ratelimit-reset', 'x-rate-limit-reset'] as const;

/** What an application's answers can do to every connector that talks HTTP (spec connectors 1.9 and 1.10). */
export const ANSWER_CASES: readonly ContractCase[] = [
  ...WAYS_TO_ASK.map((header): ContractCase => ({
    title: `asking to wait by ${header} is understood`,
    needs: 'app',
    run: async (application) => {
      const error = await thrown(application, { kind: 'rate-limit', header, retryAfterSeconds: 120, method: 'GET' });
      const delay = error.options.retryAfterMs ?? 0;
      assert.ok(error.retryable && delay > 0 && delay <= 121_000, `${error.kind} ${delay}`);
    },
  })),
  {
    title: 'a server that fails is tried again',
    needs: 'app',
    run: async (application) => {
      for (const fault of [{ kind: 'error', status: 503 }, { kind: 'down' }, { kind: 'html', status: 502 }] as const) {
        const error = await thrown(application, { ...fault, method: 'GET' });
        assert.equal(error.kind, 'transient', fault.kind);
      }
    },
  },
  {
    title: 'a creation that answers with a failure makes no second account',
    needs: 'app',
    run: async (application) => {
      const profile = application.person();
      appOf(application).addFault({ kind: 'error-after', status: 500, method: 'POST' });

      const result = await run(application, 'create-user', { profile });

      assert.deepEqual([result.success, result.action], [true, 'create'], result.errorMessage);
      assert.equal(only(await application.accountsOf(profile)).id, result.id);
    },
  },
  {
    title: 'an update whose answer is lost is repeated to the same end',
    needs: 'app',
    run: async (application) => {
      const profile = application.person({ title: 'Engineer' });
      await run(application, 'create-user', { profile });
      const changed = { ...profile, title: 'Lead' };
      const update = () => run(application, 'update-user', { profile: changed, oldUserData: profile });
      for (const method of ['PATCH', 'PUT']) appOf(application).addFault({ kind: 'cut-after', method });

      await update().catch(() => undefined);
      appOf(application).clearFaults();

      await changesNothing(application, update);
      assert.equal(only(await application.accountsOf(profile)).title, 'Lead');
    },
  },
  {
    title: 'a page in the place of JSON is a fault of the settings',
    needs: 'app',
    run: async (application) => {
      const result = await answered(application, { kind: 'html', status: 200, method: 'GET' });

      assert.deepEqual([result.success, result.errorKind], [false, 'configuration']);
      assert.match(result.errorMessage ?? '', /check the address/);
    },
  },
  {
    title: 'JSON under a wrong content type is read all the same',
    needs: 'app',
    run: async (application) => {
      const result = await answered(application, { kind: 'wrong-type', method: 'GET' });

      assert.equal(result.success, true, result.errorMessage);
    },
  },
  {
    title: 'a redirect to another host is not followed',
    needs: 'app',
    run: async (application) => {
      const result = await answered(application, { kind: 'redirect', method: 'GET' });

      assert.deepEqual([result.success, result.errorKind], [false, 'configuration']);
    },
  },
  {
    title: 'an answer without end is given up',
    needs: 'app',
    run: async (application) => {
      const result = await answered(application, { kind: 'huge', method: 'GET' });

      assert.deepEqual([result.success, result.errorKind], [false, 'validation']);
    },
  },
  {
    title: 'an account shown under two ids is refused',
    needs: 'app',
    run: async (application) => {
      const result = await answered(application, { kind: 'duplicate-hits', times: 'forever' });

      assert.deepEqual([result.success, result.errorKind], [false, 'ambiguous']);
    },
  },
  {
    title: 'a hit that is somebody else is refused',
    needs: 'app',
    run: async (application) => {
      await application.seed(application.person(), { active: true });

      const result = await answered(application, { kind: 'wrong-hit', times: 'forever' });

      assert.deepEqual([result.success, result.errorKind], [false, 'lookup-mismatch']);
    },
  },
  {
    title: 'an account that searches show late is not made twice',
    needs: 'app',
    habits: { searchesBeforeVisible: 1 },
    run: async (application) => {
      const profile = application.person();
      appOf(application).addFault({ kind: 'cut-after', method: 'POST' });
      const create = () => run(application, 'create-user', { profile, interrupted: 'absent' });

      const first = await create().catch(() => undefined);
      const result = first ?? (await create());

      assert.equal(result.success, true, result.errorMessage);
      only(await application.accountsOf(profile));
    },
  },
  {
    title: 'a status shown late does not undo a disabling',
    needs: 'app',
    habits: { staleReadsAfterDisable: 1 },
    run: async (application) => {
      const profile = application.person();
      await application.seed(profile, { active: true });

      const result = await run(application, 'disable-user', { profile });

      assert.deepEqual([result.success, result.active], [true, false], result.errorMessage);
    },
  },
  {
    title: 'who returns at once is enabled, whatever a late read shows',
    needs: 'app',
    habits: { staleReadsAfterDisable: 3 },
    run: async (application) => {
      const profile = application.person();
      const created = await run(application, 'create-user', { profile });
      const known = { id: created.id ?? '', disabledAt: new Date().toISOString() };
      await run(application, 'disable-user', { profile, known });

      const result = await run(application, 'update-user', { profile, known, oldUserData: profile, allowEnable: true });

      assert.deepEqual([result.success, result.active], [true, true], result.errorMessage);
      assert.equal(only(await application.accountsOf(profile)).active, true);
    },
  },
  {
    title: 'who was enabled by somebody else meanwhile stays enabled',
    run: async (application) => {
      const profile = application.person();
      const id = await application.seed(profile, { active: true });
      const known = { id, disabledAt: new Date().toISOString() };

      const result = await run(application, 'update-user', { profile, known, oldUserData: profile, allowEnable: true });

      assert.deepEqual([result.success, result.active], [true, true], result.errorMessage);
      assert.equal(only(await application.accountsOf(profile)).active, true);
    },
  },
  {
    title: 'no message holds a secret or names anybody',
    needs: 'app',
    run: async (application) => {
      const profile = application.person();
      const app = appOf(application);
      for (const status of [400, 403, 422] as const) {
        const result = await answered(application, { kind: 'error', status, times: 'forever' }, profile);
        const shown = JSON.stringify(result.errorMessage ?? '');
        assert.equal(result.success, false);
        for (const secret of [app.token, app.credentials.clientSecret, app.credentials.password, 'Example']) {
          assert.ok(!shown.includes(secret), `${status}: ${shown}`);
        }
      }
    },
  },
];

function appOf({ app }: ContractApplication): SimulatedApp {
  assert.ok(app);
  return app;
}

/** The error of a look-up that meets a fault. */
async function thrown(application: ContractApplication, fault: Fault): Promise<ConnectorError> {
  const profile = application.person();
  await run(application, 'get-user', { profile });
  appOf(application).addFault(fault);
  try {
    const result = await run(application, 'get-user', { profile });
    return assert.fail(`${fault.kind} was answered: ${result.errorMessage}`);
  } catch (error) {
    assert.ok(error instanceof ConnectorError, String(error));
    return error;
  } finally {
    appOf(application).clearFaults();
  }
}

/** The record of a look-up that meets a fault; a token, where one is needed, was fetched before. */
async function answered(
  application: ContractApplication,
  fault: Fault,
  profile = application.person(),
): ReturnType<typeof run> {
  await application.seed(profile, { active: true });
  await run(application, 'get-user', { profile });
  appOf(application).addFault(fault);
  const result = await run(application, 'get-user', { profile });
  appOf(application).clearFaults();
  return result;
}
