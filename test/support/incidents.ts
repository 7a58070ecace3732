import { randomUUID } from 'node:crypto';

import type { WorkflowHandle } from '@temporalio/client';

import { startIncidentRuns } from '../../activities/open-incidents.js';
import type { IncidentDocument, NewIncident } from '../../activities/store/incident-document.js';
import { isOpenTask } from '../../activities/store/incidents.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { decideUpdate, incidentQuery } from '../../workflows/messages.js';
import type { DecisionReceipt, IncidentView } from '../../workflows/messages.js';
import type { Engine } from './engine.js';

let people = 0;

/** Somebody new as a report describes them; plainly fictional. */
export function aPerson(over: UserProfile = {}): UserProfile & { email: string; employeeId: string } {
  people += 1;
  const email = `person-${people}@example.com`;
  return {
    email,
    username: email,
    employeeId: String(1000 + people),
    displayName: `Person ${people}`,
    givenName: 'Person',
    surname: String(people),
    employmentStatus: 'Active',
    hireDate: '01/15/2026',
    managerEmailAddress: 'manager@example.com',
    sourcePriority: 1,
    sourceOfTruth: 'Workday',
    ...over,
  };
}

/** An event about a person. */
export type AnEvent = Partial<NewIncident> & { readonly profile: UserProfile };

/** Records an event without starting its run; answers the incident's id, null when the record refuses it. */
export async function offer(engine: Engine, { profile, ...event }: AnEvent): Promise<string | null> {
  const { people: store, incidents } = engine.store;
  const employeeId = String(profile.employeeId ?? '');
  const reserved = employeeId === '' ? null : (await store.reserve('Workday', [employeeId])).get(employeeId);
  const [incidentId] = await incidents.record(
    [
      {
        eventKey: randomUUID(),
        type: IncidentType.NewHire,
        personId: reserved ?? null,
        source: { instance: 'Workday', sourceOfTruth: 'Workday' },
        email: profile.email ?? '',
        employeeId,
        details: 'The person was hired.',
        changedFields: {},
        mergedWith: null,
        conversionHire: false,
        forced: false,
        userProfile: { fields: profile },
        ...event,
      },
    ],
    new Date().toISOString(),
  );
  return incidentId ?? null;
}

/** Records an event without starting its run. */
export async function record(engine: Engine, event: AnEvent): Promise<string> {
  const incidentId = await offer(engine, event);
  if (incidentId === null) throw new Error('the event was not recorded');
  return incidentId;
}

/** Records an event and starts its run; answers the incident's id. */
export async function report(engine: Engine, event: AnEvent): Promise<string> {
  const incidentId = await record(engine, event);
  await startIncidentRuns(engine.deps, [incidentId]);
  return incidentId;
}

/** Looks until something is there; the deadline only keeps a broken test from hanging. */
export async function eventually<T>(what: string, look: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`this never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The record of an incident as it is now. */
export async function incidentOf(engine: Engine, incidentId: string): Promise<IncidentDocument> {
  const incident = await engine.store.incidents.get(incidentId);
  if (incident === null) throw new Error(`no incident ${incidentId}`);
  return incident;
}

/** The incident once it is closed. */
export async function closed(engine: Engine, incidentId: string): Promise<IncidentDocument> {
  return await eventually(`incident ${incidentId} closes`, async () => {
    const incident = await incidentOf(engine, incidentId);
    return incident.state === IncidentState.Closed && incident;
  });
}

/** The id of the open task of a kind, once it is there and its run waits for the answer. */
export async function asked(engine: Engine, incidentId: string, kind: TaskKind): Promise<string> {
  return await eventually(`incident ${incidentId} asks ${kind}`, async () => {
    const { tasks, run } = await incidentOf(engine, incidentId);
    const task = tasks.find((one) => one.kind === kind && isOpenTask(one));
    if (task === undefined || run === undefined) return null;
    const { openTask } = await viewOf(engine, run.workflowId);
    return openTask?.id === task.id ? task.id : null;
  });
}

/** Answers a task by update. */
export async function answer(
  engine: Engine,
  taskId: string,
  option: string,
  by = 'reviewer@example.com',
): Promise<DecisionReceipt> {
  const handle = await runOf(engine, taskId.split('/')[0] ?? '');
  return await handle.executeUpdate(decideUpdate, { args: [{ taskId, option, by }] });
}

/** Waits for a question and answers it. */
export async function settle(engine: Engine, incidentId: string, kind: TaskKind, option: string): Promise<void> {
  await answer(engine, await asked(engine, incidentId, kind), option);
}

/** The run that works on an incident, once one has taken it up. */
export async function runOf(engine: Engine, incidentId: string): Promise<WorkflowHandle> {
  const { workflowId } = await eventually(`a run takes up ${incidentId}`, async () => {
    return (await incidentOf(engine, incidentId)).run;
  });
  return engine.env.client.workflow.getHandle(workflowId);
}

/** What a run says about itself. */
export async function viewOf(engine: Engine, workflowId: string): Promise<IncidentView> {
  return await engine.env.client.workflow.getHandle(workflowId).query(incidentQuery);
}

/** The record of the person that an incident is about. */
export async function personOf(engine: Engine, incidentId: string): Promise<PersonDocument> {
  const { personId } = await incidentOf(engine, incidentId);
  const person = await engine.store.people.get(personId ?? '');
  if (person === null) throw new Error(`incident ${incidentId} has no person`);
  return person;
}

/** A person whom an earlier incident has provisioned everywhere. */
export async function hired(engine: Engine, over: UserProfile = {}): Promise<ReturnType<typeof aPerson>> {
  const profile = aPerson(over);
  await closed(engine, await report(engine, { profile }));
  return profile;
}

/** A person to whom the report gives somebody else's e-mail: their update halts (H1) until somebody settles it. */
export async function disputed(engine: Engine): Promise<ReturnType<typeof aPerson>> {
  const { email } = await hired(engine);
  return { ...(await hired(engine)), email };
}

/** A person who was hired and has left: everything is disabled, and the record knows the accounts and their passwords. */
export async function departed(engine: Engine, over: UserProfile = {}): Promise<ReturnType<typeof aPerson>> {
  const profile = await hired(engine, over);
  const person = await engine.store.people.byEmail(profile.email);
  const set: UserProfile = { active: false, adAccountStatus: 'Disabled', terminationTrigger: 'TUFE' };
  await engine.store.people.writeVersion(person?._id ?? '', person?.version ?? 0, { set });
  for (const { accounts } of engine.applications.values()) {
    for (const account of accounts) if (account.email === profile.email) account.active = false;
  }
  return profile;
}
