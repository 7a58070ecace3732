import { editIamConfiguration } from '../../activities/iam-configuration/edit.js';
import type { ConfigurationEdit, EditOutcome } from '../../domain/okta/iam-configuration.js';
import { iamConfigurationWorkflowId } from '../../domain/names.js';
import { refreshSignal } from '../../workflows/messages.js';
import { OKTA, OKTA_ENGINE, joinOkta } from '../support/okta.js';
import type { OktaOrganisation } from '../support/okta.js';
import type { Engine } from '../support/engine.js';
import type { Scenario } from './scenarios.js';

const DEADLINE_MS = 60_000;

type Edit = (edit: ConfigurationEdit) => Promise<EditOutcome>;

/** A form with an organisation behind it; it is cancelled at the end, since it ends in no other way. */
const inForm =
  (play: (edit: Edit, okta: OktaOrganisation, engine: Engine) => Promise<void>) =>
  async (engine: Engine): Promise<void> => {
    const okta = await joinOkta(engine);
    const { client } = engine.env;
    await play((edit) => editIamConfiguration(client, OKTA, { edit, by: 'reviewer-1' }, DEADLINE_MS), okta, engine);
    const handle = client.workflow.getHandle(iamConfigurationWorkflowId(OKTA));
    await handle.cancel();
    await handle.result().catch(() => undefined);
    await okta.stop();
  };

/** Every branch of `iamConfiguration`. */
export const IAM_CONFIGURATION_SCENARIOS: readonly Scenario[] = [
  {
    name: 'edited',
    options: OKTA_ENGINE,
    run: inForm(async (edit, okta) => {
      const [wiki, chat] = [await okta.addApplication('Wiki'), await okta.addApplication('Chat')];
      await edit({ kind: 'add', applicationId: wiki, instance: 'Atlas' });
      await edit({ kind: 'remove', instance: 'Atlas' });
      await edit({ kind: 'set', rows: [{ applicationId: chat, instance: 'Nimbus' }] });
    }),
  },
  {
    name: 'edit-refused',
    options: OKTA_ENGINE,
    run: inForm(async (edit) => {
      await edit({ kind: 'add', applicationId: '', instance: '' });
      await edit({ kind: 'add', applicationId: '0oa1', instance: 'Active Directory' });
      await edit({ kind: 'add', applicationId: '0oaNothing', instance: 'Atlas' });
    }),
  },
  {
    name: 'edit-while-okta-refuses',
    options: OKTA_ENGINE,
    run: inForm(async (edit, okta) => {
      okta.app.addFault({ kind: 'error', status: 403, times: 'forever' });
      await edit({ kind: 'add', applicationId: '0oa1', instance: 'Atlas' });
    }),
  },
  {
    name: 'edits-at-once-then-refreshed',
    options: OKTA_ENGINE,
    run: inForm(async (edit, okta, { env }) => {
      const [wiki, chat] = [await okta.addApplication('Wiki'), await okta.addApplication('Chat')];
      const instances = ['Atlas', 'Nimbus'];
      const edits = [wiki, chat].map((applicationId, index) =>
        edit({ kind: 'add', applicationId, instance: instances[index] ?? '' }),
      );
      await edits[0];
      await env.client.workflow.getHandle(iamConfigurationWorkflowId(OKTA)).signal(refreshSignal);
      await Promise.all(edits);
      await edit({ kind: 'remove', instance: 'Atlas' });
    }),
  },
];
