import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';

const STATE = defineSearchAttributeKey('IlmState', 'KEYWORD');
const TASK = defineSearchAttributeKey('IlmTask', 'KEYWORD');
const OWNER = defineSearchAttributeKey('IlmOwner', 'KEYWORD');
const INSTANCES = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** What operators can search for. Opaque ids and closed lists only. */
export interface Visible {
  readonly state: string;
  /** Id of the open task. */
  readonly task: string | null;
  readonly owner: string | null;
  /** Instances that the present step works on. */
  readonly instances: readonly string[];
}

/** Keeps a run's search attributes and its live line in step; writes only what changed, since each write is an event. */
export class Visibility {
  #shown: Visible = { state: '', task: null, owner: null, instances: [] };

  /** Shows a new state with a line for people. */
  show(next: Partial<Visible>, line: string): void {
    const before = this.#shown;
    const after = { ...before, ...next };
    const pairs = [
      ...(after.state === before.state ? [] : [{ key: STATE, value: after.state }]),
      ...(after.task === before.task ? [] : [{ key: TASK, value: after.task }]),
      ...(after.owner === before.owner ? [] : [{ key: OWNER, value: after.owner }]),
      ...(after.instances.join() === before.instances.join() ? [] : [{ key: INSTANCES, value: [...after.instances] }]),
    ];
    this.#shown = after;
    if (pairs.length > 0) upsertSearchAttributes(pairs);
    setCurrentDetails(line);
  }
}
