import { MongoClient } from 'mongodb';
import type { Collection, Db, Document, IndexSpecification, MongoClientOptions } from 'mongodb';

/** How a store is reached. */
export interface DatabaseOptions {
  /** `MONGODB_URI`; the database name in it is used unless `name` is given. */
  readonly uri: string;
  readonly name?: string;
  readonly client?: MongoClientOptions;
}

/** One open connection to the store's database. */
export interface Database {
  readonly client: MongoClient;
  readonly db: Db;
  collection<T extends Document>(name: string): Collection<T>;
  close(): Promise<void>;
}

const DEFAULT_DATABASE = 'ilm';
const SERVER_SELECTION_TIMEOUT_MS = 10_000;

/**
 * Connects to MongoDB. Writes are acknowledged by the majority of a replica set.
 *
 * @throws Error naming the host (never the password) when the server does not answer within ten seconds
 */
export async function openDatabase({ uri, name, client: clientOptions }: DatabaseOptions): Promise<Database> {
  const client = new MongoClient(uri, {
    appName: 'ilm',
    writeConcern: { w: 'majority' },
    ignoreUndefined: true,
    serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
    ...clientOptions,
  });
  try {
    await client.connect();
  } catch (error) {
    await client.close().catch(() => undefined);
    throw new Error(`MongoDB at ${hostsOf(uri)} does not answer: check that it runs and that MONGODB_URI is right`, {
      cause: error,
    });
  }
  const db = client.db(name ?? databaseNameOf(uri));
  return {
    client,
    db,
    collection: <T extends Document>(collectionName: string) => db.collection<T>(collectionName),
    close: () => client.close(),
  };
}

// Addresses of a replica set name several hosts, which the URL class refuses.
const ADDRESS = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?(?<hosts>[^/?]*)(?:\/(?<name>[^?]*))?/;

const hostsOf = (uri: string): string => ADDRESS.exec(uri)?.groups?.['hosts'] ?? 'the given address';

function databaseNameOf(uri: string): string {
  const name = ADDRESS.exec(uri)?.groups?.['name'] ?? '';
  return name === '' ? DEFAULT_DATABASE : decodeURIComponent(name);
}

/** An index that a store needs; created at start, idempotently. Only `unique` and `sparse` are portable. */
export interface IndexDefinition {
  readonly key: IndexSpecification;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

/** Creates the indexes of one collection. Repeating it changes nothing. */
export async function ensureIndexes(collection: Collection<never>, indexes: readonly IndexDefinition[]): Promise<void> {
  for (const { key, unique, sparse } of indexes) {
    await collection.createIndex(key, { ...(unique ? { unique } : {}), ...(sparse ? { sparse } : {}) }, {});
  }
}

const DUPLICATE_KEY = 11000;

/** Whether a write was refused because a unique key is taken. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === DUPLICATE_KEY;

/** For a write that somebody else may have made first. */
export function ignoreDuplicates(error: unknown): void {
  if (!isDuplicateKey(error)) throw error;
}

/**
 * Places of the documents of a bulk insert that were refused because a unique key is taken; the others are stored.
 *
 * @throws the error itself when there was any other reason
 */
export function duplicateIndexes(error: unknown): number[] {
  if (!isDuplicateKey(error)) throw error;
  const { writeErrors } = error as { writeErrors?: readonly { index: number; code: number }[] };
  if (writeErrors === undefined || writeErrors.some((fault) => !isDuplicateKey(fault))) throw error;
  return writeErrors.map(({ index }) => index);
}

/** A field path segment for a free name (an instance, a task): dots and dollars are not allowed in one. */
export const pathSegment = (name: string): string =>
  encodeURIComponent(name).replaceAll('.', '%2E').replaceAll('$', '%24');

/** The name that {@link pathSegment} encoded. */
export const fromPathSegment = (segment: string): string => decodeURIComponent(segment);
