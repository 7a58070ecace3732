import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

import { IncidentState } from '../domain/incident.js';
import type { IncidentType } from '../domain/incident.js';

const TYPE = defineSearchAttributeKey('IlmIncidentType', 'KEYWORD');
const STATE = defineSearchAttributeKey('IlmState', 'KEYWORD');
const TASK = defineSearchAttributeKey('IlmTask', 'KEYWORD');
const OWNER = defineSearchAttributeKey('IlmOwner', 'KEYWORD');
const INSTANCES = defineSearchAttributeKey('IlmInstance', 'KEYWORD_LIST');

/** What operators can search for. Opaque ids and closed lists only. */
export interface Visible {
  readonly type: string | null;
  readonly state: string | null;
  /** Id of the open task. */
  readonly task: string | null;
  readonly owner: string | null;
  /** Instances that the present step works on. */
  readonly instances: readonly string[];
}

/**
 * Where a run is, for people and queries. It keeps search attributes and the live line in step and writes only what
 * changed, since each write is an event.
 */
export class RunStatus {
  #shown: Visible;
  type: IncidentType | null = null;
  state: IncidentState = IncidentState.Running;
  step = 'starting';

  /** Starts from what the run was started with, or what the run before it showed. */
  constructor() {
    const { typedSearchAttributes: shown } = workflowInfo();
    this.#shown = {
      type: shown.get(TYPE) ?? null,
      state: shown.get(STATE) ?? null,
      task: shown.get(TASK) ?? null,
      owner: shown.get(OWNER) ?? null,
      instances: shown.get(INSTANCES) ?? [],
    };
  }

  /** Shows whom somebody has put in charge. */
  showOwner(owner: string): void {
    if (owner === this.#shown.owner) return;
    this.#shown = { ...this.#shown, owner };
    upsertSearchAttributes([{ key: OWNER, value: owner }]);
  }

  /** Shows a new state with a line for people. Task and instances are those of the new step only. */
  show(state: IncidentState, step: string, also: Partial<Visible> = {}): void {
    this.state = state;
    this.step = step;
    const before = this.#shown;
    const after: Visible = { ...before, type: this.type, state, task: null, instances: [], ...also };
    const pairs = [
      ...(after.type === before.type ? [] : [{ key: TYPE, value: after.type }]),
      ...(after.state === before.state ? [] : [{ key: STATE, value: after.state }]),
      ...(after.task === before.task ? [] : [{ key: TASK, value: after.task }]),
      ...(after.owner === before.owner ? [] : [{ key: OWNER, value: after.owner }]),
      ...(after.instances.join() === before.instances.join()
        ? []
        : [{ key: INSTANCES, value: after.instances.length === 0 ? null : [...after.instances] }]),
    ];
    this.#shown = after;
    if (pairs.length > 0) upsertSearchAttributes(pairs);
    setCurrentDetails(step);
  }
}
