import { heartbeat, log } from '@temporalio/activity';
import { IncidentState } from '../domain/incident.js';
import type { ActivityDependencies } from './dependencies.js';
import { giveTurnBack, giveTurnsBack, isAlive, signalTurn } from './incidents/turns.js';
import { interruptionMail } from './mails/provisioning.js';
import { startIncidentRuns } from './open-incidents.js';
import type { IncidentDocument } from './store/incident-document.js';
import { RUNNING_STATES } from './store/incidents.js';
import { remindOfTasks } from './task-mails.js';

/** What one look of the keeper did. Counts only. */
export interface KeeperReport {
  readonly startedAgain: number;
  readonly interrupted: number;
  readonly evicted: number;
  /** Reminders and escalations that were sent. */
  readonly reminded: number;
}

/** The keeper's activity. */
export interface KeeperActivities {
  /**
   * Looks after what a crash can leave behind: starts incidents that stayed `Queued`, marks incidents whose run ended
   * without closing them and tells their owners, evicts dead heads of queues and wakes living ones, and reminds of open
   * questions. Safe to repeat and to run at any time.
   */
  keepUp(): Promise<KeeperReport>;
}

const QUEUED_TOO_LONG_MS = 2 * 60_000;
const HELD_TOO_LONG_MS = 60_000;
/** How far back ended runs are looked for: a long holiday without a worker. */
const LOOK_BACK_MS = 7 * 24 * 60 * 60_000;
const MOST_AT_ONCE = 500;

/** Makes the keeper's activity. */
export const createKeeperActivities = (deps: ActivityDependencies): KeeperActivities => ({
  async keepUp() {
    const startedAgain = await startQueued(deps);
    const interrupted = await markInterrupted(deps);
    const evicted = await lookAfterTurns(deps);
    await tellOwners(deps);
    const reminded = await remindOfTasks(deps, () => heartbeat());
    return { startedAgain, interrupted, evicted, reminded };
  },
});

const ago = (deps: ActivityDependencies, milliseconds: number): string =>
  new Date(deps.clock.now().getTime() - milliseconds).toISOString();

async function startQueued(deps: ActivityDependencies): Promise<number> {
  const createdAt = { $lt: ago(deps, QUEUED_TOO_LONG_MS) };
  const queued = await deps.store.incidents.oldest({ state: IncidentState.Queued, createdAt }, MOST_AT_ONCE);
  const incidentIds = queued.map(({ _id }) => _id);
  try {
    return await startIncidentRuns(deps, incidentIds, () => heartbeat());
  } catch (error) {
    // One incident that cannot be started must not keep the keeper from its other work; the next look tries again.
    log.warn('not every queued incident could be started', { error });
    return 0;
  }
}

/**
 * Visibility names runs that ended badly; the proof is a `describe` of each, and any doubt counts as alive. Runs end
 * well only after their incident is closed, so those need no look.
 */
async function markInterrupted(deps: ActivityDependencies): Promise<number> {
  const query =
    "ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') " +
    `AND IlmIncidentType IS NOT NULL AND CloseTime > '${ago(deps, LOOK_BACK_MS)}'`;
  const ended = new Set<string>();
  for await (const { workflowId } of deps.client.workflow.list({ query })) {
    ended.add(workflowId);
    heartbeat();
  }
  let count = 0;
  const workflowIds = [...ended];
  for (let index = 0; index < workflowIds.length; index += MOST_AT_ONCE) {
    const incidents = await deps.store.incidents.list(
      {
        'run.workflowId': { $in: workflowIds.slice(index, index + MOST_AT_ONCE) },
        state: { $in: [...RUNNING_STATES] },
      },
      MOST_AT_ONCE,
    );
    for (const incident of incidents) {
      heartbeat();
      if (incident.run === undefined || (await isAlive(deps.client, incident.run))) continue;
      await interrupt(deps, incident);
      count += 1;
    }
  }
  return count;
}

/** The record is marked last, so that an interrupted attempt is made good by the next look. */
async function interrupt(deps: ActivityDependencies, incident: IncidentDocument): Promise<void> {
  const { people, incidents } = deps.store;
  const person = incident.personId === null ? null : await people.get(incident.personId);
  if (person !== null) {
    await giveTurnsBack(deps, person, incident._id);
    await people.releaseProcessed(person.personId, incident._id);
  }
  const at = deps.clock.now().toISOString();
  await incidents.interrupt(incident, { at, step: 'interrupted', note: 'its run ended without closing it' });
}

/** A mail server that is down only puts the news off. */
async function tellOwners(deps: ActivityDependencies): Promise<void> {
  const untold = await deps.store.incidents.oldest(
    { state: IncidentState.Interrupted, interruptionToldAt: { $exists: false } },
    MOST_AT_ONCE,
  );
  for (const incident of untold) {
    heartbeat();
    const mail = interruptionMail(deps.configuration.current(), incident);
    try {
      if (mail !== null) await deps.mailer.send(mail);
    } catch {
      log.warn('an owner could not be told yet', { incidentId: incident._id });
      return;
    }
    await deps.store.incidents.update(incident._id, { interruptionToldAt: deps.clock.now().toISOString() });
  }
}

/** Dead heads are evicted; a living head is told once more that it is its turn, in case the first signal was lost. */
async function lookAfterTurns(deps: ActivityDependencies): Promise<number> {
  let evicted = 0;
  for (const { personId, queue } of await deps.store.people.holders(ago(deps, HELD_TOO_LONG_MS), MOST_AT_ONCE)) {
    heartbeat();
    const [head] = queue;
    if (head === undefined) continue;
    if (await isAlive(deps.client, head)) {
      const incident = await deps.store.incidents.get(head.incidentId);
      if (incident !== null && incident.state !== IncidentState.Closed) {
        await signalTurn(deps.client, head);
        continue;
      }
    }
    await giveTurnBack(deps, personId, head.ticket);
    evicted += 1;
  }
  return evicted;
}
