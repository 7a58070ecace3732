import { heartbeat } from '@temporalio/activity';
import { IncidentState } from '../domain/incident.js';
import type { ActivityDependencies } from './dependencies.js';
import { giveTurnBack, isAlive, signalTurn } from './incidents/turns.js';
import { link } from './mails/layout.js';
import { startIncidentRuns } from './open-incidents.js';
import type { IncidentDocument } from './store/incident-document.js';

/** What one look of the keeper did. Counts only. */
export interface KeeperReport {
  readonly startedAgain: number;
  readonly interrupted: number;
  readonly evicted: number;
}

/** The keeper's activity. */
export interface KeeperActivities {
  /**
   * Looks after what a crash can leave behind: starts incidents that stayed `Queued`, marks incidents whose run ended
   * without closing them, evicts dead heads of queues and wakes living ones. Safe to repeat and to run at any time.
   */
  keepUp(): Promise<KeeperReport>;
}

const QUEUED_TOO_LONG_MS = 2 * 60_000;
const HELD_TOO_LONG_MS = 60_000;
/** How far back ended runs are looked for; far longer than the minute between two looks. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const MOST_AT_ONCE = 500;

/** Makes the keeper's activity. */
export const createKeeperActivities = (deps: ActivityDependencies): KeeperActivities => ({
  async keepUp() {
    const startedAgain = await startQueued(deps);
    const interrupted = await markInterrupted(deps);
    const evicted = await lookAfterTurns(deps);
    return { startedAgain, interrupted, evicted };
  },
});

async function startQueued(deps: ActivityDependencies): Promise<number> {
  const before = new Date(deps.clock.now().getTime() - QUEUED_TOO_LONG_MS).toISOString();
  const queued = await deps.store.incidents.list(
    { state: IncidentState.Queued, createdAt: { $lt: before } },
    MOST_AT_ONCE,
  );
  await startIncidentRuns(
    deps,
    queued.map(({ _id }) => _id),
  );
  return queued.length;
}

/**
 * Visibility names runs that ended badly; the proof is a `describe` of each, and any doubt counts as alive. Runs end
 * well only after their incident is closed, so those need no look.
 */
async function markInterrupted(deps: ActivityDependencies): Promise<number> {
  const since = new Date(deps.clock.now().getTime() - LOOK_BACK_MS).toISOString();
  const query =
    "ExecutionStatus IN ('Terminated', 'Failed', 'TimedOut', 'Canceled') " +
    `AND IlmIncidentType IS NOT NULL AND CloseTime > '${since}'`;
  let count = 0;
  for await (const { workflowId } of deps.client.workflow.list({ query })) {
    heartbeat();
    const incidents = await deps.store.incidents.list(
      {
        'run.workflowId': workflowId,
        state: { $in: [IncidentState.Running, IncidentState.WaitingForDecision, IncidentState.WaitingForFix] },
      },
      MOST_AT_ONCE,
    );
    for (const incident of incidents) {
      if (incident.run === undefined || (await isAlive(deps.client, incident.run))) continue;
      await interrupt(deps, incident);
      count += 1;
    }
  }
  return count;
}

async function interrupt(deps: ActivityDependencies, incident: IncidentDocument): Promise<void> {
  const at = deps.clock.now().toISOString();
  await deps.store.incidents.update(
    incident._id,
    { state: IncidentState.Interrupted },
    { at, step: 'interrupted', note: 'its run ended without closing it' },
  );
  if (incident.personId !== null) {
    const person = await deps.store.people.get(incident.personId);
    for (const { ticket, incidentId } of person?.queue ?? []) {
      if (incidentId === incident._id) await giveTurnBack(deps, incident.personId, ticket);
    }
    if (person?.profile?.processedBy === incident._id) {
      await deps.store.people.releaseProcessed(incident.personId, incident._id);
    }
  }
  await tellOwner(deps, incident);
}

async function tellOwner(deps: ActivityDependencies, incident: IncidentDocument): Promise<void> {
  const { ilm } = deps.configuration.current();
  const owner = ilm.people.find(({ id }) => id === incident.owner)?.email ?? ilm.playbooks.itNotificationEmail;
  if (owner === undefined) return;
  const { linkBaseUrl } = ilm.mail;
  const run = incident.run?.workflowId;
  await deps.mailer.send({
    to: [owner],
    subject: `${incident._id} was interrupted`,
    html:
      `<p>The run of ${incident._id} ended without closing it. Start it again with: ` +
      `ilm incident retry ${incident._id}</p>` +
      (linkBaseUrl === undefined || run === undefined
        ? ''
        : link(`${linkBaseUrl.replace(/\/$/, '')}/workflows/${encodeURIComponent(run)}`, 'Open the run')),
    messageId: `${incident._id}.interrupted`,
  });
}

/** Dead heads are evicted; a living head is told once more that it is its turn, in case the first signal was lost. */
async function lookAfterTurns(deps: ActivityDependencies): Promise<number> {
  const before = new Date(deps.clock.now().getTime() - HELD_TOO_LONG_MS).toISOString();
  const holders = await deps.store.people.holders(before, MOST_AT_ONCE);
  let evicted = 0;
  for (const { personId, queue } of holders) {
    heartbeat();
    const [head] = queue;
    if (head === undefined) continue;
    if (await isAlive(deps.client, head)) {
      const incident = await deps.store.incidents.get(head.incidentId);
      if (incident?.state !== IncidentState.Closed) {
        await signalTurn(deps.client, head);
        continue;
      }
    }
    await giveTurnBack(deps, personId, head.ticket);
    evicted += 1;
  }
  return evicted;
}
