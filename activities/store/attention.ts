import type { Collection } from 'mongodb';

import type { Workload } from '../../domain/assignment.js';
import { IncidentState } from '../../domain/incident.js';
import type { IncidentType } from '../../domain/incident.js';
import type { IncidentDocument, IncidentStep } from './incident-document.js';

const WAITING = [IncidentState.WaitingForDecision, IncidentState.WaitingForFix];

/** Who looks after incidents: owners, comments, and when open questions are to be looked at. */
export class Attention {
  constructor(private readonly incidents: Collection<IncidentDocument>) {}

  /** Incidents whose open questions are to be looked at by now, longest due first. */
  async due(now: string, limit: number): Promise<IncidentDocument[]> {
    return await this.incidents
      .find({ state: { $in: WAITING }, $or: [{ nextLookAt: { $lte: now } }, { nextLookAt: { $exists: false } }] })
      .sort({ nextLookAt: 1 })
      .limit(limit)
      .toArray();
  }

  /** Puts the next look off, unless another question was opened meanwhile. */
  async putOff({ _id, tasks }: IncidentDocument, until: string): Promise<void> {
    await this.incidents.updateOne({ _id, tasks: { $size: tasks.length } }, { $set: { nextLookAt: until } });
  }

  /** Gives an open incident an owner by hand. Null = it is closed. */
  async assign(incidentId: string, owner: string, step: IncidentStep): Promise<IncidentDocument | null> {
    return await this.incidents.findOneAndUpdate(
      { _id: incidentId, state: { $ne: IncidentState.Closed } },
      {
        $set: { owner, ownerNote: step.note ?? '', assignedAt: step.at, nextLookAt: step.at },
        $push: { steps: step },
      },
      { returnDocument: 'after' },
    );
  }

  /** Adds a person's remark to an incident, open or closed. */
  async comment(incidentId: string, by: string, text: string, at: string): Promise<void> {
    await this.incidents.updateOne({ _id: incidentId }, { $push: { comments: { at, by, text } } });
  }

  /** How many open incidents each person owns, and how many of one type each has ever owned. */
  async workload(people: readonly string[], type: IncidentType): Promise<Workload> {
    const [open, ofType] = await Promise.all([
      this.#countByOwner({ owner: { $in: [...people] }, state: { $ne: IncidentState.Closed } }),
      this.#countByOwner({ owner: { $in: [...people] }, type }),
    ]);
    return { open, ofType };
  }

  async #countByOwner(match: object): Promise<Readonly<Record<string, number>>> {
    const counted = this.incidents.aggregate<{ _id: string; count: number }>([
      { $match: match },
      { $group: { _id: '$owner', count: { $sum: 1 } } },
    ]);
    return Object.fromEntries((await counted.toArray()).map(({ _id, count }) => [_id, count]));
  }
}
