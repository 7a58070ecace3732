import { sourceKey } from '../../activities/store/person-document.js';
import { startAdoption } from '../../activities/adoption/start.js';
import type { UserProfile } from '../../domain/profile.js';
import type { AdoptionProgress } from '../../workflows/messages.js';
import type { Engine } from './engine.js';
import { aPerson, hired } from './incidents.js';

/** Settings of the Workday instance whose people are adopted in tests. */
export const ADOPTED_WORKDAY = {
  name: 'Workday',
  reportUrl: 'https://hr.example.com/report',
  mapper: 'mappers/workday.yaml',
};

/** Somebody whom the first sync has stored and nobody has provisioned. */
export async function synced(
  { store }: Engine,
  over: UserProfile = {},
): Promise<ReturnType<typeof aPerson> & { personId: string }> {
  const profile = aPerson(over);
  const ids = await store.people.reserve('Workday', [profile.employeeId]);
  const personId = ids.get(profile.employeeId) ?? '';
  const keys = { emailKey: profile.email, employeeKey: sourceKey('Workday', profile.employeeId) };
  const stored = { ...profile, personId, sourceInstance: 'Workday' };
  await store.people.collection.updateOne(
    { _id: personId },
    { $set: { ...keys, profile: stored }, $inc: { version: 1 } },
  );
  return { ...profile, personId };
}

/** Somebody whose turn is held with this ticket until a test gives it back. */
export async function heldPerson(engine: Engine, ticket: string): Promise<string> {
  const { email } = await hired(engine);
  const { personId } = (await engine.store.people.byEmail(email))!;
  const turn = { ticket, incidentId: 'INC-1', workflowId: 'w', firstRunId: 'r', since: new Date().toISOString() };
  await engine.store.people.takeTurn(personId, turn);
  return personId;
}

/** Adopts everybody and answers what it came to. */
export async function adoptAll({ env }: Engine): Promise<AdoptionProgress> {
  const handle = await startAdoption(env.client, ADOPTED_WORKDAY.name, 'reviewer-1');
  return (await handle.result()) as AdoptionProgress;
}
