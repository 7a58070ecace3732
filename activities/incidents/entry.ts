import type { FieldChange, Task, TaskAnswer, TaskKind } from '../../domain/incident.js';
import { isOutdated } from '../../domain/ordering.js';
import type { Opened } from '../../domain/playbook.js';
import type { FieldValue, UserProfile } from '../../domain/profile.js';
import type { ActivityDependencies } from '../dependencies.js';
import { turnLost } from '../failures.js';
import { pathSegment } from '../store/database.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { IncidentDocument } from '../store/incident-document.js';
import { accountIn } from '../store/people.js';
import type { PersonChange } from '../store/people.js';
import type { AccountFacts, PersonDocument, Turn } from '../store/person-document.js';
import { openTask } from './tasks.js';
import { giveTurnBack } from './turns.js';

/**
 * One entry of a run into its incident, while it holds the person's turn. It gathers what the steps of Sync User read
 * and write, so that each step is a short function of it.
 */
export class Entry {
  constructor(
    readonly deps: ActivityDependencies,
    public incident: IncidentDocument,
    public person: PersonDocument,
    readonly turn: Turn,
  ) {}

  now(): string {
    return this.deps.clock.now().toISOString();
  }

  /** Earlier commands, writes and mails of this incident may exist. */
  get isRepeat(): boolean {
    return this.incident.entries > 1;
  }

  /** The permanent, decided profile; absent for somebody new or not decided yet. */
  get permanentProfile(): UserProfile | undefined {
    const { profile } = this.person;
    return profile === undefined || profile.isTemporaryUser === true ? undefined : profile;
  }

  /** Whether the profile is in process for this incident. */
  get isOwner(): boolean {
    return this.person.profile?.processedBy === this.incident._id;
  }

  /** A later event of the person has begun, so that the stored profile knows more than this one. */
  get isOutdated(): boolean {
    return isOutdated(this.incident.seq, this.person.begun);
  }

  /** The answer to the newest task of a kind; absent when there is none, none yet, or one that was reopened. */
  answer(kind: TaskKind): TaskAnswer | undefined {
    const task = newestTask(this.incident, kind);
    return task?.withdrawnAt === undefined ? task?.answer : undefined;
  }

  /** Opens a task and gives the turn back: nobody's turn waits for a person. */
  async ask(kind: TaskKind, question: string): Promise<Opened> {
    const asked = await openTask(this.deps, this.incident, kind, question);
    await this.giveBack();
    return asked;
  }

  /** Changes the incident and keeps the record in hand in step. */
  async change(set: Partial<IncidentDocument>, step: string, note?: string): Promise<void> {
    const changed = await this.deps.store.incidents.update(this.incident._id, set, {
      at: this.now(),
      step,
      ...(note === undefined ? {} : { note }),
    });
    this.incident = changed ?? this.incident;
  }

  /** Gives the turn back with a last change of the profile, and wakes whoever is next. */
  async giveBack(change: PersonChange = {}, cause = ''): Promise<void> {
    const { incident, turn, person, deps } = this;
    const before = await giveTurnBack(deps, person.personId, turn.ticket, change);
    if (before === null || (change.set === undefined && change.removeProfile !== true)) return;
    const after = change.removeProfile === true ? {} : { ...before.profile, ...change.set };
    await deps.store.evidence.append([
      profileEvidence({ incident, ticket: turn.ticket, at: this.now(), cause }, before.profile ?? {}, after),
    ]);
  }

  /**
   * Writes the person's profile under the turn and keeps the record in hand in step.
   *
   * @throws TurnLost when somebody else holds the turn
   */
  async write(change: PersonChange, cause: string): Promise<void> {
    const { incident, turn, person, deps } = this;
    const before = person.profile ?? {};
    if (!(await deps.store.people.writeInTurn(person.personId, turn.ticket, change))) throw turnLost();
    const removed = new Set(change.unset);
    const kept = Object.entries({ ...before, ...change.set }).filter(([field]) => !removed.has(field));
    const profile: UserProfile = Object.fromEntries(kept);
    this.person = changed({ ...person, profile, version: person.version + 1 }, change);
    await deps.store.evidence.append([
      profileEvidence({ incident, ticket: turn.ticket, at: this.now(), cause }, before, profile),
    ]);
  }
}

/** A record in hand after a change of what stands beside the profile. */
function changed(person: PersonDocument, { accounts = {}, begun, employeeKey }: PersonChange): PersonDocument {
  const facts = Object.entries(accounts).map(([instance, change]): [string, AccountFacts] => {
    const known = Object.entries({ ...accountIn(person, instance), ...change });
    return [pathSegment(instance), Object.fromEntries(known.filter(([, fact]) => fact !== null))];
  });
  return {
    ...person,
    ...(facts.length === 0 ? {} : { accounts: { ...person.accounts, ...Object.fromEntries(facts) } }),
    ...(begun === undefined ? {} : { begun: { ...person.begun, [begun.type]: begun.seq } }),
    ...(typeof employeeKey === 'string' ? { employeeKey } : {}),
  };
}

/** The newest task of a kind. */
export const newestTask = (incident: IncidentDocument, ...kinds: readonly TaskKind[]): Task | undefined =>
  incident.tasks.findLast(({ kind }) => kinds.includes(kind));

/** What a change of a profile belongs to. */
interface ProfileWrite {
  readonly incident: Pick<IncidentDocument, '_id' | 'personId'>;
  readonly ticket: string;
  readonly at: string;
  readonly cause: string;
}

/** Evidence of a change of the profile: old and new value of each field that differs. */
export const profileEvidence = (
  { incident, ticket, at, cause }: ProfileWrite,
  before: UserProfile,
  after: UserProfile,
): EvidenceDocument => ({
  _id: `${ticket}/profile/${cause}`,
  at,
  kind: 'profile',
  incidentId: incident._id,
  personId: incident.personId,
  cause,
  changes: profileChanges(before, after),
});

const NOT_EVIDENCE = new Set(['sourceKeys', 'lastSeenAt', 'processedBy']);

/** Old and new value of every field that differs; bookkeeping that says nothing about the person is left out. */
export function profileChanges(before: UserProfile, after: UserProfile): Record<string, FieldChange> {
  const changes: Record<string, FieldChange> = {};
  for (const field of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (NOT_EVIDENCE.has(field) || before[field] === after[field]) continue;
    changes[field] = { old: fieldValue(before[field]), new: fieldValue(after[field]) };
  }
  return changes;
}

const fieldValue = (value: UserProfile[string]): FieldValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
