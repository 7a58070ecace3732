import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { EDIT_UPDATE } from '../domain/okta/iam-configuration.js';
import type { ConnectedApplication, EditGiven, EditOutcome } from '../domain/okta/iam-configuration.js';
import type { AdoptionCounts } from '../domain/adoption.js';
import type { InstanceTest } from '../domain/instance-test.js';
import type { IncidentState, IncidentType, ProvisioningResult } from '../domain/incident.js';

/** An answer to a task. `by` is a claim; `token` (from a mail) is verified before the answer counts. */
export interface Decision {
  readonly taskId: string;
  readonly option: string;
  readonly by: string;
  readonly comment?: string;
  readonly token?: string;
}

/** The answer to a halt: `retry` repeats what is missing, `close` ends the incident as it is. */
export interface HaltResolution {
  readonly taskId: string;
  readonly resolution: 'retry' | 'close';
  readonly by: string;
  readonly comment?: string;
}

/** What a synchronous decision answers. */
export interface DecisionReceipt {
  readonly taskId: string;
  readonly option: string;
  /** It counts as one of two: a second person has to choose the same. */
  readonly needsSecond?: true;
}

/** Signal `decide`: an answer by a script; the sender learns nothing, a malformed one is logged and ignored. */
export const decideSignal = defineSignal<[Decision]>('decide');
/** Update `decide`: the same, answered after the answer was verified and recorded; refused when another came first. */
export const decideUpdate = defineUpdate<DecisionReceipt, [Decision]>('decide');
/** Signal `resolveHalt`: fix done (`retry`) or give up (`close`). */
export const resolveHaltSignal = defineSignal<[HaltResolution]>('resolveHalt');
/** Update `resolveHalt`: the same, with an answer. */
export const resolveHaltUpdate = defineUpdate<DecisionReceipt, [HaltResolution]>('resolveHalt');
/** Signal `newerEvent`: an incident of this type and person waits; it also starts the run. Carries the incident id. */
export const newerEventSignal = defineSignal<[string]>('newerEvent');
/** Signal `turn`: the person's turn may be this run's now. Repeats are harmless. */
export const turnSignal = defineSignal('turn');
/** Signal `yield`: somebody more urgent waits for the person; finish what is begun, start nothing new, give back. */
export const yieldSignal = defineSignal('yield');
/** Signal `refresh`: continue as new at the next wait, so that new code takes over (sent after a deployment). */
export const refreshSignal = defineSignal('refresh');

/** Signal `owner`: somebody was put in charge of the incident; carries the person's opaque id, for search only. */
export const ownerSignal = defineSignal<[string]>('owner');

/** Where a run is. No personal data: ids, types, states, outcomes. */
export interface IncidentView {
  readonly incidentId: string;
  /** Null until the record was read. */
  readonly type: IncidentType | null;
  readonly state: IncidentState;
  readonly step: string;
  readonly openTask: { readonly id: string; readonly kind: string; readonly options: readonly string[] } | null;
  readonly waitingIncidents: number;
  readonly results: readonly Omit<ProvisioningResult, 'errorMessage' | 'accountId'>[];
}
/** Query `incident`. */
export const incidentQuery = defineQuery<IncidentView>('incident');

/** Update `testReport` of a test: answers what it came to once every command was tried, whether it halts then or ends. */
export const testReportUpdate = defineUpdate<InstanceTest>('testReport');

/** Signals of the long-running cycles. */
export const pauseSignal = defineSignal('pause');
/** Lets a paused cycle go on. */
export const resumeSignal = defineSignal('resume');
/** What `runNow` may say about the next run. */
export interface RunNowRequest {
  /** Take the next report as it is, although the report guard refuses it. An empty one is refused all the same. */
  readonly acceptReport?: boolean;
}
/** Signal `runNow`: starts the next run at once, also out of a guard's halt. The guard judges the report anew. */
export const runNowSignal = defineSignal<[request?: RunNowRequest]>('runNow');

/** Where a report cycle is. Counts only. */
export interface CycleProgress {
  readonly instance: string;
  readonly phase:
    | 'starting'
    | 'samples'
    | 'firstSync'
    | 'downloading'
    | 'evaluating'
    | 'orphans'
    | 'gate'
    | 'opening'
    | 'waiting'
    | 'paused'
    | 'halted';
  readonly cycle: number;
  readonly entries: number;
  readonly evaluated: number;
  readonly planned: Readonly<Record<string, number>>;
  readonly opened: number;
  readonly held: number;
  readonly rejected: number;
  /** Why the cycle stands still, in words; null while it runs. */
  readonly reason: string | null;
  /** ISO instant of the next run; null while one is going on. */
  readonly nextRunAt: string | null;
  readonly lastFinishedAt: string | null;
}
/** Query `progress`. */
export const progressQuery = defineQuery<CycleProgress>('progress');

/** Where the polling of an Okta instance is. Counts only. */
export interface OktaEventProgress {
  readonly instance: string;
  readonly phase: 'starting' | 'reading' | 'handingOver' | 'waiting' | 'paused' | 'halted';
  /** Events of the last poll that were not known. */
  readonly added: number;
  /** Incidents that the last poll opened. */
  readonly opened: number;
  /** Events that wait to be handed over. */
  readonly queued: number;
  /** Events that wait for the profile of whom they are about. */
  readonly held: number;
  /** Events of the last week that were handed over, and that start nothing, by the reason. */
  readonly handed: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Why something does not go on, in words; null when everything does. */
  readonly reason: string | null;
  /** ISO instant before which Okta does not want to be asked again; null when there is none. */
  readonly readNotBefore: string | null;
  readonly nextRunAt: string | null;
  /** When the log was last read to its end. */
  readonly lastReadAt: string | null;
}
/** Query `progress` of the polling of an Okta instance. */
export const oktaEventProgressQuery = defineQuery<OktaEventProgress>('progress');

/** How far adoption has come in one application. Counts only. */
export interface ApplicationAdoption {
  readonly application: string;
  readonly phase: 'looking' | 'waitingForBusy' | 'done' | 'failed';
  readonly counts: AdoptionCounts;
  /** Why it failed, in words; null unless it did. */
  readonly reason: string | null;
}
/** How far adoption has come. */
export interface AdoptionProgress {
  readonly instance: string;
  readonly applications: readonly ApplicationAdoption[];
}
/** Query `progress` of an adoption. */
export const adoptionProgressQuery = defineQuery<AdoptionProgress>('progress');

/** Update `edit` of an IAM Configuration: one edit, answered once it is in force or refused. Edits go one after another. */
export const editConfigurationUpdate = defineUpdate<EditOutcome, [EditGiven]>(EDIT_UPDATE);

/** The IAM Configuration of an Okta instance as it is in force. */
export interface IamConfigurationView {
  readonly okta: string;
  /** Grows with every edit; null until it was read. */
  readonly version: number | null;
  readonly rows: readonly ConnectedApplication[];
}
/** Query `iamConfiguration`. */
export const iamConfigurationQuery = defineQuery<IamConfigurationView>('iamConfiguration');
