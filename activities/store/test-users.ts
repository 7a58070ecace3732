import type { Collection } from 'mongodb';
import type { UserProfile } from '../../domain/profile.js';
import { pathSegment } from './database.js';
import type { Database } from './database.js';

/** The person that a test of the instances plays with; lives as long as the test. `_id` is the test's workflow id. */
export interface TestUserDocument {
  readonly _id: string;
  readonly profile: UserProfile;
  /** Who gets the first password of a directory; absent = nobody, and no mail is sent. */
  readonly mailTo?: string;
  /** Id of the person who started the test and owns its halt. */
  readonly startedBy?: string;
  /** The account's id by instance, learned by its creation. */
  readonly accounts?: Readonly<Record<string, string>>;
}

/** The people of tests, who are in no report and have no User Profile. */
export class TestUsers {
  readonly collection: Collection<TestUserDocument>;

  constructor(database: Database) {
    this.collection = database.collection<TestUserDocument>('test_users');
  }

  /** Stores the person of a test before it starts. */
  async put(user: TestUserDocument): Promise<void> {
    await this.collection.replaceOne({ _id: user._id }, user, { upsert: true });
  }

  async get(testId: string): Promise<TestUserDocument | null> {
    return await this.collection.findOne({ _id: testId });
  }

  /** Keeps the id of the account that a command has made or found. */
  async learn(testId: string, instance: string, accountId: string): Promise<void> {
    await this.collection.updateOne({ _id: testId }, { $set: { [`accounts.${pathSegment(instance)}`]: accountId } });
  }

  /** The account that an earlier command of the test has found in an instance. */
  accountIn({ accounts }: TestUserDocument, instance: string): string | undefined {
    return accounts?.[pathSegment(instance)];
  }

  /** Removes the person at the end of the test. */
  async remove(testId: string): Promise<void> {
    await this.collection.deleteOne({ _id: testId });
  }
}
