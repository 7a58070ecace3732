import { WorkflowNotFoundError } from '@temporalio/client';

import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { ownerSignal } from '../../workflows/messages.js';
import { CALL_DEADLINE_MS } from '../context.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';

/**
 * `ilm incident assign`: gives an open incident an owner, who stays also when it fails again, and tells its run, so that
 * it can be found by its owner in the Temporal UI. The new owner gets the open question by mail.
 */
export async function assign(context: CommandContext, incident: IncidentDocument, name: string): Promise<void> {
  const { id: actor } = await context.actor();
  const { people } = (await context.configuration()).ilm;
  const owner = people.find(({ email, id }) => id === name || email.toLowerCase() === name.toLowerCase());
  if (owner === undefined) {
    const names = people.map(({ email }) => email).join(', ');
    throw inputError('<person>', 'is none of the people in ilm.yaml', `Use one of ${names}.`, name);
  }
  const { _id: incidentId, personId } = incident;
  const store = await context.store();
  const at = new Date().toISOString();
  const step = { at, step: `owner ${owner.id}`, note: `assigned by ${actor}` };
  if ((await store.incidents.attention.assign(incidentId, owner.id, step)) === null) {
    throw new CommandFailed(
      `${incidentId} is closed, so nobody has to look after it. See: ilm incident show ${incidentId}`,
    );
  }
  await store.evidence.append([
    {
      _id: `${incidentId}/owner/${at}`,
      at,
      kind: 'owner',
      incidentId,
      personId,
      cause: actor,
      outcome: { from: incident.owner ?? null, to: owner.id },
    },
  ]);
  await tellRun(context, incident, owner.id);
  context.print({ incidentId, owner: owner.id }, `${incidentId}: owner ${owner.email}`);
}

/** The record counts; a run that is gone or comes later reads it there. */
async function tellRun(context: CommandContext, { run }: IncidentDocument, ownerId: string): Promise<void> {
  if (run === undefined) return;
  const { connection, workflow } = await context.client();
  try {
    await connection.withDeadline(Date.now() + CALL_DEADLINE_MS, () =>
      workflow.getHandle(run.workflowId).signal(ownerSignal, ownerId),
    );
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** `ilm incident comment`: a remark that stays with the incident, open or closed. */
export async function comment(context: CommandContext, incident: IncidentDocument, text: string): Promise<void> {
  const { id: actor } = await context.actor();
  if (text.trim() === '') throw inputError('<text>', 'is empty', 'Write what others should know.');
  const { _id: incidentId, personId } = incident;
  const store = await context.store();
  const at = new Date().toISOString();
  await store.incidents.attention.comment(incidentId, actor, text, at);
  await store.evidence.append([
    { _id: `${incidentId}/comment/${at}`, at, kind: 'comment', incidentId, personId, cause: actor, outcome: { text } },
  ]);
  context.print({ incidentId, by: actor, text }, `${incidentId}: comment kept`);
}
