import { defineSearchAttributeKey } from '@temporalio/common';

import { signProof } from '../../activities/answer-token.js';
import { decideUpdate, ownerSignal } from '../../workflows/messages.js';
import { TOKEN_KEY } from '../support/decision-page.js';
import type { Engine } from '../support/engine.js';
import { aPerson, asked, closed, eventually, report, runOf, settle } from '../support/incidents.js';
import { refusing } from '../support/memory-application.js';
import type { Scenario } from './scenarios.js';

const OWNER = defineSearchAttributeKey('IlmOwner', 'KEYWORD');

/** One of two people chooses by the link of their mail. */
async function chooseAs(engine: Engine, taskId: string, to: string): Promise<void> {
  const option = 'Create New Account';
  const token = signProof(TOKEN_KEY, { taskId, to, option, linkId: `link of ${to}`, until: Date.now() + 60_000 });
  const run = await runOf(engine, taskId.split('/')[0] ?? '');
  await run.executeUpdate(decideUpdate, { args: [{ taskId, option, by: to, token }] });
}

/** Branches of questions: who answers, and who looks after an incident. */
export const QUESTION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'two-people-agree',
    options: {
      ilm: {
        tasks: { kinds: { D1: { secondApprover: true } } },
        console: { publicUrl: 'http://127.0.0.1', tokenKey: TOKEN_KEY },
      },
    },
    run: async (engine) => {
      const profile = aPerson();
      const mergedUserProfile = { ...profile, email: aPerson().email };
      const incidentId = await report(engine, { profile, userProfile: { fields: profile, mergedUserProfile } });
      const taskId = await asked(engine, incidentId, 'D1');
      await chooseAs(engine, taskId, 'reviewer-1');
      await chooseAs(engine, taskId, 'guest-1');
      await closed(engine, incidentId);
    },
  },
  {
    name: 'owner-by-hand',
    run: async (engine) => {
      engine.application('Atlas').fault = (operation) => (operation === 'create' ? refusing() : undefined);
      const incidentId = await report(engine, { profile: aPerson() });
      await asked(engine, incidentId, 'H2');
      const run = await runOf(engine, incidentId);
      await run.signal(ownerSignal, 'guest-1');
      await eventually('the run shows the owner', async () => {
        return (await run.describe()).typedSearchAttributes.get(OWNER) === 'guest-1';
      });
      await settle(engine, incidentId, 'H2', 'close');
      await closed(engine, incidentId);
    },
  },
];
