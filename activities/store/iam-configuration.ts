import type { Collection } from 'mongodb';
import { applyEdit } from '../../domain/okta/iam-configuration.js';
import type {
  ConfigurationEdit,
  ConnectedApplication,
  EditOutcome,
  OktaApplication,
} from '../../domain/okta/iam-configuration.js';
import { isDuplicateKey } from './database.js';
import type { Database } from './database.js';

/** The IAM Configuration of one Okta instance; `_id` is the instance's name. No personal data. */
export interface IamConfigurationDocument {
  readonly _id: string;
  /** Grows with every edit; 0 = never edited. */
  readonly version: number;
  readonly rows: readonly ConnectedApplication[];
  /** The last edit, so that a repeated one is recognised. */
  readonly editId?: string;
  /** Opaque id of the person who made the last edit. */
  readonly editedBy?: string;
  readonly editedAt?: string;
}

/** An edit with who makes it and when. */
export interface AttributedEdit {
  readonly okta: string;
  /** Unique per edit; the last one counts once, however often it comes. */
  readonly editId: string;
  readonly by: string;
  /** ISO instant. */
  readonly at: string;
  readonly edit: ConfigurationEdit;
  /** What Okta says of the applications that the edit connects. */
  readonly known: readonly OktaApplication[];
}

/**
 * Which applications in Okta are connected to which instances, per Okta instance. Edits are serialised by the version:
 * one that meets another is applied anew to what the other left. No edit can connect an application or an instance twice.
 */
export class IamConfigurations {
  readonly #collection: Collection<IamConfigurationDocument>;

  constructor(database: Database) {
    this.#collection = database.collection<IamConfigurationDocument>('iam_configurations');
  }

  /** The configuration of an Okta instance; one without rows when it was never edited. */
  async get(okta: string): Promise<IamConfigurationDocument> {
    return (await this.#collection.findOne({ _id: okta })) ?? { _id: okta, version: 0, rows: [] };
  }

  /** Applies an edit, or says why it is refused. Repeating it answers the same and changes nothing. */
  async apply(given: AttributedEdit): Promise<EditOutcome> {
    for (;;) {
      const before = await this.get(given.okta);
      const { version, rows } = before;
      if (before.editId === given.editId) return { kind: 'done', version, rows };
      const drift = driftOf(given.edit, version);
      if (drift !== null) return { kind: 'refused', version, reasons: [drift] };
      const edited = applyEdit(rows, given.edit, given.known);
      if (edited.kind === 'refused') return { kind: 'refused', version, reasons: edited.reasons };
      if (edited.kind === 'unchanged') return { kind: 'unchanged', version, rows };
      const after = documentAfter(before, given, edited.rows);
      if (await this.#replace(before, after)) return { kind: 'done', version: after.version, rows: after.rows };
    }
  }

  /** False when somebody else was quicker. */
  async #replace(before: IamConfigurationDocument, after: IamConfigurationDocument): Promise<boolean> {
    const { _id, ...fields } = after;
    if (before.version > 0) {
      const { matchedCount } = await this.#collection.replaceOne({ _id, version: before.version }, fields);
      return matchedCount === 1;
    }
    try {
      await this.#collection.insertOne(after);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }
}

function driftOf(edit: ConfigurationEdit, version: number): string | null {
  if (edit.kind !== 'set' || edit.version === undefined || edit.version === version) return null;
  return `The configuration has changed: version ${version} is in force, and the rows were made from version ${edit.version}.`;
}

const documentAfter = (
  { _id, version }: IamConfigurationDocument,
  { editId, by, at }: AttributedEdit,
  rows: readonly ConnectedApplication[],
): IamConfigurationDocument => ({ _id, version: version + 1, rows, editId, editedBy: by, editedAt: at });
