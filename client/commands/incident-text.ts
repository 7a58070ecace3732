import type { IncidentDocument } from '../../activities/store/incident-document.js';
import type { ProvisioningResult, Task } from '../../domain/incident.js';
import { sectionTexts } from '../layout.js';
import type { Layout } from '../layout.js';
import { facts, table } from '../output.js';

/** An incident's state, with how it ended. */
export const stateOf = ({ state, closeReason }: IncidentDocument): string =>
  closeReason === undefined ? state : `${state} (${closeReason})`;

/** One incident for people: what was detected, what was done, what was decided, and the layout's sections of the person. */
export function incidentText(incident: IncidentDocument, layout: Layout): string {
  const changes = Object.entries(incident.changedFields);
  const results = [...incident.successfulProvisioning, ...incident.failedProvisioning];
  return [
    facts([
      ['incident', incident._id],
      ['type', incident.type],
      ['state', stateOf(incident)],
      ['person', `${incident.email} (employee id ${incident.employeeId})`],
      ['details', incident.details],
      ['detected', `${incident.createdAt} by ${incident.source.instance}`],
      ['owner', incident.owner],
      ['chosen how', incident.ownerNote],
      ['run', incident.run?.workflowId],
      ['closed', incident.closedAt],
      ['note', incident.closeNote],
    ]),
    ...section(
      'Changed fields',
      ['field', 'old', 'new'],
      changes.map(([field, change]) => [field, change.old, change.new]),
    ),
    ...sectionTexts(layout, incident.userProfile.fields),
    ...section('Results', ['instance', 'action', 'outcome', 'code', 'message'], results.map(resultRow)),
    ...section(
      'Questions',
      ['task', 'question', 'answer', 'by', 'when', 'comment'],
      incident.tasks.map(({ id, question, options, answer, approvals, withdrawnAt }) => [
        id,
        question,
        answer?.option ?? (withdrawnAt === undefined ? waitsFor(options, approvals) : 'withdrawn'),
        answer?.by,
        answer?.at ?? withdrawnAt,
        answer?.comment,
      ]),
    ),
    ...section(
      'Comments',
      ['when', 'by', 'comment'],
      (incident.comments ?? []).map(({ at, by, text }) => [at, by, text]),
    ),
    ...section(
      'Steps',
      ['when', 'step', 'note'],
      incident.steps.map(({ at, step, note }) => [at, step, note]),
    ),
  ].join('\n');
}

const waitsFor = (options: readonly string[], approvals: Task['approvals'] = []): string =>
  approvals.length === 0
    ? `waits: ${options.join(' | ')}`
    : `waits for a second person: ${approvals.map(({ by, option }) => `${by} chose ${option}`).join(', ')}`;

const section = (title: string, head: readonly string[], rows: readonly (readonly unknown[])[]): string[] =>
  rows.length === 0 ? [] : [`\n${title}`, table(head, rows)];

function resultRow(result: ProvisioningResult): readonly unknown[] {
  const outcome = result.skipped ? `skipped: ${result.reason ?? ''}` : result.success ? 'done' : 'failed';
  return [result.instanceName, result.action, outcome, result.errorCode, result.errorMessage];
}
