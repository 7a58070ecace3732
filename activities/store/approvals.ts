import type { Collection } from 'mongodb';

import { IncidentState } from '../../domain/incident.js';
import type { Task, TaskAnswer } from '../../domain/incident.js';
import { versionConflict } from '../failures.js';
import type { IncidentDocument } from './incident-document.js';

/** Answer of {@link Approvals.add}. `noted`: a second person has to agree; `over`: another answer came first. */
export type ApprovalOutcome = 'recorded' | 'noted' | 'over';

const PEOPLE_TO_AGREE = 2;

/** Questions that two people have to answer alike. The newest choice of each counts. */
export class Approvals {
  constructor(private readonly incidents: Collection<IncidentDocument>) {}

  /**
   * Adds one person's choice by a conditional write; it answers the question when another person has chosen the same.
   * Safe to repeat.
   *
   * @param index place of the task among the incident's tasks, which never changes
   * @throws VersionConflict when somebody else chose at the same moment
   */
  async add(incident: IncidentDocument, index: number, choice: TaskAnswer): Promise<ApprovalOutcome> {
    const task = incident.tasks[index];
    if (task?.answer !== undefined) return isSame(task.answer, choice) ? 'recorded' : 'over';
    if (task === undefined || task.withdrawnAt !== undefined || isUsed(task, choice)) return 'over';
    const before = task.approvals ?? [];
    if (before.some((one) => isSame(one, choice))) return 'noted';
    const approvals = [...before.filter(({ by }) => by !== choice.by), choice];
    const isAgreed = approvals.filter(({ option }) => option === choice.option).length >= PEOPLE_TO_AGREE;
    const at = `tasks.${index}`;
    const { matchedCount } = await this.incidents.updateOne(
      {
        _id: incident._id,
        state: { $ne: IncidentState.Closed },
        [`${at}.answer`]: { $exists: false },
        [`${at}.withdrawnAt`]: { $exists: false },
        [`${at}.approvals`]: task.approvals === undefined ? { $exists: false } : { $size: before.length },
        ...Object.fromEntries(before.map((one, place) => [`${at}.approvals.${place}.at`, one.at])),
      },
      {
        $set: { [`${at}.approvals`]: approvals, ...(isAgreed ? { [`${at}.answer`]: choice } : {}) },
        $push: {
          steps: {
            at: choice.at,
            step: `task ${task.kind} ${isAgreed ? 'answered' : 'approved by one of two'}`,
            note: choice.option,
          },
        },
      },
    );
    if (matchedCount === 0) throw versionConflict(`task ${task.id}`);
    return isAgreed ? 'recorded' : 'noted';
  }
}

const isSame = (one: TaskAnswer, other: TaskAnswer): boolean =>
  one.by === other.by && one.option === other.option && one.at === other.at;

/** A link counts once; the same answer again is no second use. */
const isUsed = ({ approvals = [] }: Task, choice: TaskAnswer): boolean =>
  approvals.some((one) => one.linkId === choice.linkId && !isSame(one, choice));
