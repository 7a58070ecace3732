import type { Collection } from 'mongodb';
import type { IncidentType } from '../../domain/incident.js';
import type { HookPoint } from '../../domain/playbook.js';
import type { FieldValue } from '../../domain/profile.js';
import type { Database } from './database.js';

/**
 * What a customer's hook wants changed of its incident. `_id` is `<incident id>/<hook>`. Written by the hook's own
 * worker, so every field is unchecked until the engine has looked at it.
 */
export interface HookChangeDocument {
  readonly _id: string;
  readonly type?: IncidentType;
  /** Report fields, custom ones included, by name. */
  readonly set?: Readonly<Record<string, FieldValue>>;
}

/** Changes that hooks leave for their incidents: the way of personal data past Temporal. */
export class HookChanges {
  readonly collection: Collection<HookChangeDocument>;

  constructor(database: Database) {
    this.collection = database.collection<HookChangeDocument>('hook_changes');
  }

  /** What a hook has left, until it is removed. */
  async get(incidentId: string, point: HookPoint): Promise<HookChangeDocument | null> {
    return await this.collection.findOne({ _id: changeId(incidentId, point) });
  }

  /** Removes what was carried out. */
  async remove(incidentId: string, point: HookPoint): Promise<void> {
    await this.collection.deleteOne({ _id: changeId(incidentId, point) });
  }
}

const changeId = (incidentId: string, point: HookPoint): string => `${incidentId}/${point}`;
