import type { CommandOutcome, OktaStep } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { notFound, toApplicationFailure } from '../failures.js';

/** Which event is asked about, and under which turn. */
export interface AssignmentRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly okta: OktaStep;
}

/** Asks Okta whether the person has the application of the event now, and keeps the answer as evidence. */
export async function checkAssignment(
  { store, connectors, clock }: ActivityDependencies,
  { incidentId, personId, ticket, okta }: AssignmentRequest,
): Promise<CommandOutcome> {
  const event = (await store.incidents.get(incidentId))?.okta;
  if (event === undefined) throw notFound(`the event of incident ${incidentId}`);
  const { applicationId, userId } = event;
  const { instance, brand } = okta;
  try {
    const found = await connectors.okta(instance).appAssignment(applicationId ?? '', userId ?? '');
    await store.evidence.append([
      {
        _id: `${ticket}/assignment/${found === null ? 'absent' : 'present'}`,
        at: clock.now().toISOString(),
        kind: 'assignment',
        incidentId,
        personId,
        cause: 'App Sync',
        instance,
        brand,
        outcome: { applicationId, userId, assigned: found !== null, ...(found === null ? {} : { scope: found.scope }) },
      },
    ]);
    const base = { instance, brand, command: 'get-assignment', action: 'get' } as const;
    return { ...base, success: true, skipped: false, found: found !== null };
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
