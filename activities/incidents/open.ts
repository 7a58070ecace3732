import { CloseReason, IncidentState } from '../../domain/incident.js';
import { turnTicket } from '../../domain/names.js';
import { goesAhead, isOvertaken } from '../../domain/ordering.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { versionConflict } from '../failures.js';
import type { IncidentDocument, IncidentRun } from '../store/incident-document.js';
import { sourceKey } from '../store/person-document.js';
import type { Turn } from '../store/person-document.js';
import { Entry } from './entry.js';
import { openTask } from './tasks.js';
import { giveTurnBack, isAlive, signalYield } from './turns.js';

/** What a run says when it enters its incident. */
export interface OpenRequest {
  readonly incidentId: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  /** Counts the entries of the run; names the ticket and the evidence. */
  readonly entry: number;
  readonly at: EntryPoint;
  /** Ticket of a holder that was asked to yield and did not within its time. */
  readonly evict?: string;
}

/** The steps that follow when the turn is held. */
export type Continue = (entry: Entry, at: EntryPoint) => Promise<Opened>;

/**
 * Enters an incident: takes it up, validates, draws the turn, refuses what was overtaken, closes older twins, and then
 * goes on with the steps of its playbook. Safe to repeat: the same entry finds its own ticket and answers again.
 */
export async function openIncident(
  deps: ActivityDependencies,
  request: OpenRequest,
  proceed: Continue,
): Promise<Opened> {
  const run: IncidentRun = { workflowId: request.workflowId, firstRunId: request.firstRunId };
  const now = deps.clock.now().toISOString();
  const incident = await deps.store.incidents.takeUp(request.incidentId, run, {
    at: now,
    step: `entered (${request.at})`,
    note: `entry ${request.entry}`,
  });
  if (incident === null) return { kind: 'refused' };
  const halt = await validate(deps, incident, now);
  if (halt !== null) return halt;
  if (request.at !== 'halted') return await withTurn(deps, request, incident, proceed);
  return (await enterHalted(deps, incident)) ?? (await withTurn(deps, { ...request, at: 'start' }, incident, proceed));
}

/** An incident that halted at H2: still open, given up, or null = to be done again from the start. */
async function enterHalted(deps: ActivityDependencies, incident: IncidentDocument): Promise<Opened | null> {
  const halt = incident.tasks.filter(({ kind }) => kind === 'H2').at(-1);
  if (halt === undefined || halt.answer?.option === 'retry') return null;
  if (halt.answer === undefined) return await openTask(deps, incident, 'H2', halt.question);
  await deps.store.incidents.close(incident._id, CloseReason.ClosedByPerson, deps.clock.now().toISOString());
  return { kind: 'closed', type: incident.type, reason: CloseReason.ClosedByPerson };
}

/** Step 3 of Sync User, before anything else: a faulty incident closes nothing. */
async function validate(deps: ActivityDependencies, incident: IncidentDocument, now: string): Promise<Opened | null> {
  const missing = missingInputs(deps, incident);
  if (missing.length === 0 && incident.personId !== null) return null;
  const newest = incident.tasks.filter(({ kind }) => kind === 'H1').at(-1);
  if (newest?.answer?.option === 'close') {
    await deps.store.incidents.close(incident._id, CloseReason.ClosedByPerson, now);
    return { kind: 'closed', type: incident.type, reason: CloseReason.ClosedByPerson };
  }
  return await openTask(
    deps,
    incident,
    'H1',
    `The run cannot start: ${missing.length === 0 ? 'the person has no key' : missing.join(', ')} missing. ` +
      'Fix ilm.yaml or the report mapping, then retry.',
  );
}

function missingInputs(deps: ActivityDependencies, incident: IncidentDocument): string[] {
  const { playbooks } = deps.configuration.current().ilm;
  return [
    ...(playbooks.itNotificationEmail === undefined ? ['playbooks.itNotificationEmail (ilm.yaml)'] : []),
    ...(incident.email === '' ? ['e-mail (report)'] : []),
    ...(incident.employeeId === '' ? ['employee id (report)'] : []),
  ];
}

async function withTurn(
  deps: ActivityDependencies,
  request: OpenRequest,
  incident: IncidentDocument,
  proceed: Continue,
): Promise<Opened> {
  const { people } = deps.store;
  const personId = incident.personId ?? '';
  const turn: Turn = {
    ticket: turnTicket(incident._id, request.firstRunId, request.entry),
    incidentId: incident._id,
    workflowId: request.workflowId,
    firstRunId: request.firstRunId,
    since: deps.clock.now().toISOString(),
  };
  if (request.evict !== undefined) await giveTurnBack(deps, personId, request.evict);
  const state = await people.takeTurn(personId, turn, { ahead: goesAhead(incident.type) });
  if (state === null) return await findPersonAgain(deps, incident);
  if (state.kind === 'gone') return { kind: 'redraw' };
  if (state.kind === 'waiting') return await wait(deps, incident, state.person.queue[0]);
  const entry = new Entry(deps, incident, state.person, turn, request.entry);
  if (isOvertaken(incident.type, incident.seq, state.person.applied)) return await closeOvertaken(entry);
  await closeOlderTwins(entry);
  return await proceed(entry, request.at);
}

/** The person was joined into another one while this incident waited; the HR key knows which. */
async function findPersonAgain(deps: ActivityDependencies, incident: IncidentDocument): Promise<Opened> {
  const { sourceOfTruth } = incident.source;
  const found = await deps.store.people.reserve(sourceOfTruth, [incident.employeeId]);
  const personId = found.get(incident.employeeId);
  if (personId === undefined) throw versionConflict(`key ${sourceKey(sourceOfTruth, '')}…`);
  await deps.store.incidents.update(incident._id, { personId });
  return { kind: 'redraw' };
}

async function wait(deps: ActivityDependencies, incident: IncidentDocument, holder: Turn | undefined): Promise<Opened> {
  if (holder === undefined || !goesAhead(incident.type)) return { kind: 'wait', type: incident.type };
  await signalYield(deps.client, holder);
  return { kind: 'wait', type: incident.type, evictAfter: holder.ticket };
}

async function closeOvertaken(entry: Entry): Promise<Opened> {
  const { incident, deps } = entry;
  await deps.store.incidents.close(incident._id, CloseReason.Overtaken, entry.now());
  await entry.giveBack({
    ...(entry.person.profile?.processedBy === incident._id
      ? { set: { isProcessed: false }, unset: ['processedBy'] }
      : {}),
  });
  return { kind: 'closed', type: incident.type, reason: CloseReason.Overtaken };
}

/**
 * Step 2 of Sync User: older open incidents of the same type and person are duplicates of this one, unless a living
 * run of another workflow works on them. Their places in the queue go with them.
 */
async function closeOlderTwins(entry: Entry): Promise<void> {
  const { incident, deps, person } = entry;
  const twins = await deps.store.incidents.openOf(person.personId, incident.type);
  for (const twin of twins) {
    if (twin.seq >= incident.seq || twin._id === incident._id) continue;
    const isOthers = twin.run !== undefined && twin.run.workflowId !== entry.turn.workflowId;
    if (isOthers && twin.state !== IncidentState.Interrupted && (await isAlive(deps.client, twin.run))) continue;
    await closeAsDuplicate(deps, twin, incident._id);
  }
}

/** Closes an incident as the duplicate of a newer one and takes its tickets out of the person's queue. */
export async function closeAsDuplicate(
  deps: ActivityDependencies,
  twin: IncidentDocument,
  newerId: string,
): Promise<void> {
  await deps.store.incidents.close(twin._id, CloseReason.Duplicate, deps.clock.now().toISOString(), {
    closeNote: `duplicate of ${newerId}`,
  });
  if (twin.personId === null) return;
  const person = await deps.store.people.get(twin.personId);
  for (const { ticket, incidentId } of person?.queue ?? []) {
    if (incidentId === twin._id) await giveTurnBack(deps, twin.personId, ticket);
  }
}
