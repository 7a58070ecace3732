import type { FieldChange, Task, TaskAnswer, TaskKind } from '../../domain/incident.js';
import type { FieldValue, UserProfile } from '../../domain/profile.js';
import type { Opened } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import { turnLost } from '../failures.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { PersonChange } from '../store/people.js';
import type { PersonDocument, Turn } from '../store/person-document.js';
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
    /** Number of the entry, which names its evidence. */
    readonly number: number,
  ) {}

  now(): string {
    return this.deps.clock.now().toISOString();
  }

  /** The permanent, decided profile; absent for somebody new or not decided yet. */
  get permanentProfile(): UserProfile | undefined {
    const { profile } = this.person;
    return profile === undefined || profile.isTemporaryUser === true ? undefined : profile;
  }

  /** The first recorded answer to the newest task of a kind. */
  answer(kind: TaskKind): TaskAnswer | undefined {
    return this.newestTask(kind)?.answer;
  }

  newestTask(kind: TaskKind): Task | undefined {
    return this.incident.tasks.filter((task) => task.kind === kind).at(-1);
  }

  /** Opens a task and gives the turn back: nobody's turn waits for a person. */
  async ask(kind: TaskKind, question: string): Promise<Opened> {
    const asked = await openTask(this.deps, this.incident, kind, question);
    await this.giveBack();
    return asked;
  }

  /** Gives the turn back and wakes whoever is next. */
  async giveBack(change: PersonChange = {}): Promise<void> {
    await giveTurnBack(this.deps, this.person.personId, this.turn.ticket, change);
  }

  /**
   * Writes the person's profile under the turn and keeps the record in hand in step.
   *
   * @throws TurnLost when somebody else holds the turn
   */
  async write(change: PersonChange, cause: string): Promise<void> {
    const before = this.person.profile ?? {};
    if (!(await this.deps.store.people.writeInTurn(this.person.personId, this.turn.ticket, change))) throw turnLost();
    const profile: UserProfile = { ...before, ...change.set };
    for (const field of change.unset ?? []) delete (profile as Record<string, unknown>)[field];
    this.person = { ...this.person, profile, version: this.person.version + 1 };
    await this.deps.store.evidence.append([this.profileEvidence(before, profile, cause)]);
  }

  /** Evidence of a change of the profile: old and new value of each field that differs. */
  profileEvidence(before: UserProfile, after: UserProfile, cause: string): EvidenceDocument {
    const { incident, number } = this;
    return {
      _id: `${incident._id}/profile/${number}/${cause}`,
      at: this.now(),
      kind: 'profile',
      incidentId: incident._id,
      runId: incident.run?.firstRunId ?? '',
      personId: incident.personId,
      cause,
      changes: profileChanges(before, after),
    };
  }
}

const NOT_EVIDENCE = new Set(['sourceKeys', 'lastSeenAt', 'processedBy']);

/** Old and new value of every field that differs. */
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
