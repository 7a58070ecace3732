import type { Collection } from 'mongodb';
import type { FieldChange } from '../../domain/incident.js';
import { ensureIndexes, isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/**
 * What happened, once, for ever. Ids are deterministic (ticket of the entry, attempt, instance, action, phase), so that a
 * repeated activity adds nothing. Secrets are left out by the writers; documents are never updated.
 */
export interface EvidenceDocument {
  readonly _id: string;
  readonly at: string;
  /**
   * `access`: what an account could reach before a termination disabled it. `configuration`: an edit of what is stored as
   * configuration. `assignment`: what Okta said about whether a person has an application.
   */
  readonly kind:
    | 'profile'
    | 'command'
    | 'access'
    | 'assignment'
    | 'answer'
    | 'mail'
    | 'turn'
    | 'owner'
    | 'comment'
    | 'configuration';
  /** `begun` without `done` reads "outcome unknown" until the next look-up. */
  readonly phase?: 'begun' | 'done';
  readonly incidentId?: string;
  readonly runId?: string;
  readonly personId?: string | null;
  /** The rule, playbook step or person that caused it. */
  readonly cause: string;
  readonly instance?: string;
  readonly brand?: string;
  readonly action?: string;
  readonly changes?: Readonly<Record<string, FieldChange>>;
  /** What an application answered, or what a person said. */
  readonly outcome?: Readonly<Record<string, unknown>>;
}

/** The append-only record of every change, command and answer (design 7, *Every change is evidence*). */
export class Evidence {
  readonly collection: Collection<EvidenceDocument>;

  constructor(database: Database) {
    this.collection = database.collection<EvidenceDocument>('evidence');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { incidentId: 1, kind: 1 } },
      { key: { personId: 1, at: 1 } },
    ]);
  }

  /** Adds documents in one round trip; those that exist already are passed over. */
  async append(documents: readonly EvidenceDocument[]): Promise<void> {
    if (documents.length === 0) return;
    try {
      await this.collection.insertMany([...documents], { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** Whether a document exists. */
  async has(id: string): Promise<boolean> {
    return (await this.collection.findOne({ _id: id }, { projection: { _id: 1 } })) !== null;
  }

  /** Outcomes of an incident's commands, oldest first: the memory that makes re-runs repeat only what is missing. */
  async outcomes(incidentId: string): Promise<EvidenceDocument[]> {
    return await this.collection.find({ incidentId, kind: 'command', phase: 'done' }).sort({ at: 1 }).toArray();
  }

  /** Everything about one person, oldest first. */
  async ofPerson(personId: string): Promise<EvidenceDocument[]> {
    return await this.collection.find({ personId }).sort({ at: 1 }).toArray();
  }

  /** Everything about one incident, oldest first. */
  async ofIncident(incidentId: string): Promise<EvidenceDocument[]> {
    return await this.collection.find({ incidentId }).sort({ at: 1 }).toArray();
  }
}
