import { activityInfo } from '@temporalio/activity';
import type { ProvisioningResult } from '../domain/incident.js';
import type { ActivityDependencies } from './dependencies.js';
import type { EvidenceDocument } from './store/evidence.js';
import type { Intent } from './store/person-document.js';

/** The call that a piece of evidence is about. */
export interface EvidencedCall {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly instance: string;
  readonly command: string;
}

/** Name of the running attempt: its ticket, which no other entry ever has, and the number of the try. */
export const attemptOf = ({ ticket }: EvidencedCall): string => `${ticket}.${activityInfo().attempt}`;

/** The intent to write to an application, before it is stored. */
export const intentOf = (deps: ActivityDependencies, call: EvidencedCall, found: Intent['found']): Intent => ({
  incidentId: call.incidentId,
  instance: call.instance,
  command: call.command,
  found,
  at: deps.clock.now().toISOString(),
  attempt: attemptOf(call),
});

/** Evidence of an intent. Without the `done` of the same attempt it reads "outcome unknown". */
export const begunEvidence = (personId: string, intent: Intent): EvidenceDocument => ({
  _id: `${intent.attempt}/${intent.instance}/${intent.command}/begun`,
  at: intent.at,
  kind: 'command',
  phase: 'begun',
  incidentId: intent.incidentId,
  personId,
  cause: 'playbook',
  instance: intent.instance,
  action: intent.command,
  outcome: { found: intent.found },
});

/** Evidence of what a call came to. `facts` stand beside the result. */
export const doneEvidence = (
  deps: ActivityDependencies,
  call: EvidencedCall,
  result: ProvisioningResult,
  facts: Readonly<Record<string, boolean>> = {},
): EvidenceDocument => ({
  _id: `${attemptOf(call)}/${call.instance}/${call.command}/done`,
  at: deps.clock.now().toISOString(),
  kind: 'command',
  phase: 'done',
  incidentId: call.incidentId,
  runId: activityInfo().workflowExecution?.runId ?? '',
  personId: call.personId,
  cause: 'playbook',
  instance: call.instance,
  brand: result.brand,
  action: call.command,
  outcome: { ...result, ...facts },
});
