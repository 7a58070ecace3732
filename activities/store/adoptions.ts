import type { Collection, Filter } from 'mongodb';
import type { AdoptionOutcome } from '../../domain/adoption.js';
import { ensureIndexes, pathSegment } from './database.js';
import type { Database } from './database.js';

/**
 * What is known of one person's account in one application since people were adopted. `_id` is
 * `<person id>/<application>`. No names and no addresses: the person's record has them.
 */
export interface AdoptionDocument {
  readonly _id: string;
  readonly personId: string;
  /** The adoption that looked last. */
  readonly adoptionId: string;
  /** Workday instance whose people were adopted. */
  readonly source: string;
  readonly application: string;
  readonly outcome: AdoptionOutcome;
  /** The account, or every account that it could be. */
  readonly accountIds: readonly string[];
  /** The id on the person's record comes from adoption, neither from a command nor from a person's decision. */
  readonly isLearned: boolean;
  /** Whether the directory's account contradicts AD Account Status. */
  readonly contradicts?: boolean;
  readonly errorCode?: string;
  /** In words for people, without personal data. */
  readonly reason?: string;
  readonly at: string;
}

/** What one look adds to a person's adoption in one application. */
export type AdoptionFinding = Omit<AdoptionDocument, '_id'>;

/** The findings of adoption: one document per person and application, replaced by each newer look. */
export class Adoptions {
  readonly collection: Collection<AdoptionDocument>;

  constructor(database: Database) {
    this.collection = database.collection<AdoptionDocument>('adoptions');
  }

  /** Creates the indexes. Idempotent. */
  async prepare(): Promise<void> {
    await ensureIndexes(this.collection as unknown as Collection<never>, [
      { key: { application: 1, accountIds: 1 } },
      { key: { source: 1, application: 1, outcome: 1, personId: 1 } },
    ]);
  }

  async get(personId: string, application: string): Promise<AdoptionDocument | null> {
    return await this.collection.findOne({ _id: adoptionId(personId, application) });
  }

  /** Replaces what was found before. */
  async put(finding: AdoptionFinding): Promise<void> {
    const _id = adoptionId(finding.personId, finding.application);
    await this.collection.replaceOne({ _id }, finding, { upsert: true });
  }

  /** Others who were found to have this account: in the same adoption, or with certainty in an earlier one. */
  async othersWith(
    personId: string,
    found: { readonly adoptionId: string; readonly application: string; readonly accountId: string },
  ): Promise<AdoptionDocument[]> {
    const { adoptionId, application, accountId } = found;
    const isCertain = { outcome: { $in: ['matched', 'decided'] as const }, isLearned: false };
    return await this.collection
      .find({
        application,
        accountIds: accountId,
        personId: { $ne: personId },
        $or: [{ adoptionId }, isCertain],
      })
      .toArray();
  }

  /** People who were busy, in the order of their ids. */
  async busy(source: string, application: string, after: string, limit: number): Promise<string[]> {
    const found = this.collection.find({ source, application, outcome: 'busy', personId: { $gt: after } });
    return (await found.sort({ personId: 1 }).limit(limit).toArray()).map(({ personId }) => personId);
  }

  /** What was found about the people of an instance, by application and person. */
  async list(source: string, filter: Filter<AdoptionDocument> = {}): Promise<AdoptionDocument[]> {
    return await this.collection
      .find({ ...filter, source })
      .sort({ application: 1, outcome: 1, personId: 1 })
      .toArray();
  }
}

const adoptionId = (personId: string, application: string): string => `${personId}/${pathSegment(application)}`;
