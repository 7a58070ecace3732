import { CloseReason } from '../../domain/incident.js';
import { turnTicket } from '../../domain/names.js';
import { goesAhead, isOvertaken } from '../../domain/ordering.js';
import type { EntryPoint, Opened } from '../../domain/playbook.js';
import { TerminationTrigger } from '../../domain/profile.js';
import type { ActivityDependencies } from '../dependencies.js';
import { versionConflict } from '../failures.js';
import type { IncidentDocument, IncidentRun } from '../store/incident-document.js';
import { isOpenTask } from '../store/incidents.js';
import type { Turn } from '../store/person-document.js';
import type { TurnState } from '../store/people.js';
import { closeDropping, closeKeeping } from './closing.js';
import { Entry, newestTask } from './entry.js';
import { openTask } from './tasks.js';
import { giveTurnBack, giveTurnsBack, signalYield } from './turns.js';
import { closeOlderTwins } from './twins.js';

/** What a run says when it enters its incident. */
export interface OpenRequest {
  readonly incidentId: string;
  readonly workflowId: string;
  readonly firstRunId: string;
  /** Counts the entries of the run; names the ticket. */
  readonly entry: number;
  readonly at: EntryPoint;
  /** Ticket of a holder that was asked to yield and did not within its time. */
  readonly evict?: string;
}

/** The steps that follow when the turn is held. */
export type Continue = (entry: Entry, at: EntryPoint) => Promise<Opened>;

/** Looks at an incident before its turn is drawn: what the run has to wait for, or the record to go on with. */
export type Prepare = (
  deps: ActivityDependencies,
  incident: IncidentDocument,
  at: EntryPoint,
) => Promise<Opened | IncidentDocument>;

/**
 * Enters an incident: takes it up, validates, draws the turn, refuses what was overtaken, closes older twins, and then
 * goes on with the steps of its playbook. Safe to repeat: the same entry finds its own ticket and answers again.
 *
 * @param prepare in place of the validation of what a report says
 */
export async function openIncident(
  deps: ActivityDependencies,
  request: OpenRequest,
  proceed: Continue,
  prepare?: Prepare,
): Promise<Opened> {
  const run: IncidentRun = { workflowId: request.workflowId, firstRunId: request.firstRunId };
  const incident = await deps.store.incidents.takeUp(request.incidentId, run, {
    at: deps.clock.now().toISOString(),
    step: `entered (${request.at})`,
    note: `entry ${request.entry}`,
  });
  if (incident === null) return { kind: 'refused' };
  const opening: Opening = { deps, request, incident };
  const waiting = request.at === 'halted' ? await answerToHalt(opening) : null;
  if (waiting !== null) return waiting;
  if (prepare === undefined) return await validated(opening, proceed);
  const ready = await prepare(deps, incident, request.at);
  return 'kind' in ready ? ready : await withTurn({ ...opening, incident: ready }, proceed);
}

/** What the opening of one entry works with. */
interface Opening {
  readonly deps: ActivityDependencies;
  readonly request: OpenRequest;
  readonly incident: IncidentDocument;
}

/** What an incident that stands at a halt is to do; null = it is to be done again from the start. */
async function answerToHalt(opening: Opening): Promise<Opened | null> {
  const { deps, incident } = opening;
  const halt = newestTask(incident, 'H2', 'H3', 'Hook');
  if (halt === undefined || halt.answer?.option === 'retry') return null;
  if (halt.answer === undefined) return await openTask(deps, incident, halt.kind, halt.question);
  // Closing H3 says that the account was disabled by hand, after which the incident goes on.
  if (halt.kind === 'H3') return null;
  // The profile was booked before H2; at a hook that failed it was not.
  return halt.kind === 'H2' ? await closeAsItIs(opening) : await withTurn(opening, closedByPerson(closeKeeping));
}

const closedByPerson =
  (close: typeof closeKeeping): Continue =>
  (entry) =>
    close(entry, CloseReason.ClosedByPerson);

async function closeAsItIs({ deps, incident }: Opening): Promise<Opened> {
  await deps.store.incidents.close(incident._id, CloseReason.ClosedByPerson, deps.clock.now().toISOString());
  return { kind: 'closed', type: incident.type, reason: CloseReason.ClosedByPerson };
}

/** Step 3 of Sync User, before anything else: a faulty incident closes nothing. */
async function validated(opening: Opening, proceed: Continue): Promise<Opened> {
  const { deps, incident } = opening;
  const fault = faultOf(deps, incident);
  if (fault === null) return await withTurn(opening, proceed);
  if (newestTask(incident, 'H1')?.answer?.option !== 'close') return await openTask(deps, incident, 'H1', fault);
  return incident.personId === null
    ? await closeAsItIs(opening)
    : await withTurn(opening, closedByPerson(closeDropping));
}

/** Why an incident cannot start, and what to do about it. */
function faultOf(deps: ActivityDependencies, incident: IncidentDocument): string | null {
  const { email, employeeId, personId, terminationTrigger } = incident;
  if (personId === null && terminationTrigger === TerminationTrigger.Tufe) return unknownInOkta(incident);
  const lacking = [
    ...(email === '' ? ['the e-mail'] : []),
    ...(employeeId === '' || personId === null ? ['the employee id'] : []),
  ];
  if (lacking.length > 0) {
    return (
      `The report's entry lacks ${lacking.join(' and ')}. Correct the report or its mapper, so that the next cycle ` +
      'finds a complete entry and opens another incident, and close this one.'
    );
  }
  return deps.configuration.current().ilm.playbooks.itNotificationEmail === undefined
    ? 'playbooks.itNotificationEmail of ilm.yaml is missing. Add it, then retry.'
    : null;
}

/** Said of somebody whose event in Okta was held until its time was up. */
const unknownInOkta = ({ email, source }: IncidentDocument): string =>
  `${source.instance} reported that ${email === '' ? 'somebody' : email} was deactivated there, and nobody with a profile ` +
  'has that account. If the person has left, disable their other accounts by hand; then close this incident.';

async function withTurn(opening: Opening, proceed: Continue): Promise<Opened> {
  const { deps, request, incident } = opening;
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
  const state = await drawTurn(opening, personId, turn);
  if (state === null) return await findPersonAgain(opening);
  if (state.kind === 'gone') return await enteredBefore(opening);
  if (state.kind === 'waiting') return await wait(opening, state.person.queue[0]);
  const entry = new Entry(deps, incident, state.person, turn);
  if (isOvertaken(incident.type, incident.seq, state.person.applied, state.person.begun)) {
    return await closeKeeping(entry, CloseReason.Overtaken);
  }
  if ((await closeOlderTwins(entry)) > 0) entry.person = (await people.get(personId)) ?? entry.person;
  return await proceed(entry, request.at);
}

/** Draws the ticket; older ones of this incident, which a reset can leave behind, make way for it. */
async function drawTurn({ deps, incident }: Opening, personId: string, turn: Turn): Promise<TurnState | null> {
  const ahead = goesAhead(incident.type);
  const state = await deps.store.people.takeTurn(personId, turn, { ahead });
  if (state === null || state.kind === 'gone') return state;
  const left = await giveTurnsBack(deps, state.person, incident._id, turn.ticket);
  return left === 0 ? state : await deps.store.people.takeTurn(personId, turn, { ahead });
}

/** This very entry has given its turn back already, normally for a question, which its repeat answers again. */
async function enteredBefore({ deps, incident }: Opening): Promise<Opened> {
  const open = incident.tasks.findLast(isOpenTask);
  return open === undefined ? { kind: 'redraw' } : await openTask(deps, incident, open.kind, open.question);
}

/** The person was joined into another one while this incident waited; the HR key knows which. */
async function findPersonAgain({ deps, incident }: Opening): Promise<Opened> {
  const found = await deps.store.people.reserve(incident.source.sourceOfTruth, [incident.employeeId]);
  const personId = found.get(incident.employeeId);
  if (personId === undefined) throw versionConflict(`the person of incident ${incident._id}`);
  await deps.store.incidents.update(incident._id, { personId });
  return { kind: 'redraw' };
}

async function wait({ deps, incident }: Opening, holder: Turn | undefined): Promise<Opened> {
  if (holder === undefined || !goesAhead(incident.type)) return { kind: 'wait', type: incident.type };
  await signalYield(deps.client, holder);
  return { kind: 'wait', type: incident.type, evictAfter: holder.ticket };
}
