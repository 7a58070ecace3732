import type { IncidentState, IncidentType, ProvisioningAction, TaskKind } from './incident.js';

/**
 * Points at which an incident's run enters its record: from the `start`; at `provision`, the hook before it being done;
 * at `bookkeeping`, everything else being done; `halted`, after a halt that only its answer ends; `question`, when
 * provisioning came to a point that a person has to decide.
 */
export type EntryPoint = 'start' | 'provision' | 'bookkeeping' | 'halted' | 'question';

/** The three places where a customer's own workflow can run (guide, *IAM - Custom User Sync* and its siblings). */
export type HookPoint = 'customPreProvisioning' | 'customUserSync' | 'customPostProvisioning';

/** A hook to be run as a child workflow. */
export interface HookCall {
  readonly point: HookPoint;
  readonly workflowType: string;
  readonly taskQueue: string;
  readonly timeout: string;
}

/** A question that waits, as a run sees it: no words, only what is needed to check an answer's shape. */
export interface OpenTask {
  readonly id: string;
  readonly kind: TaskKind;
  readonly options: readonly string[];
}

/** A generic command as the plan names it. */
export type PlannedCommand = 'create-user' | 'update-user' | 'disable-user';

/** One command on one application instance. */
export interface ApplicationStep {
  readonly instance: string;
  readonly brand: string;
  readonly command: PlannedCommand;
  readonly allowEnable: boolean;
  /** Whether an update may create a missing account, if the instance does so; absent = it may. */
  readonly mayCreate?: boolean;
  /** Whether somebody is to be told about a creation (the row's address field for it is not empty). */
  readonly notify: boolean;
  /** Whether somebody is to be told about any other success. */
  readonly notifyChange?: boolean;
}

/**
 * One Active Directory that has work left, and what this incident reached there before (spec active-directory 2, step
 * 1): `nothing`; an `account` that still needs its first password or the person's status; an account that turned out to
 * be `enabled`, whose status is not stored yet.
 */
export interface DirectoryStep {
  readonly instance: string;
  readonly brand: string;
  readonly reached: 'nothing' | 'account' | 'enabled';
  /** As in {@link ApplicationStep}. */
  readonly mayCreate?: boolean;
  readonly notify: boolean;
  readonly notifyChange?: boolean;
  /** Only where the account is to be enabled. */
  readonly activation?: ActivationStep;
}

/** How one directory account gets enabled (spec active-directory 3). */
export interface ActivationStep {
  /** It passes through Create User In Active Directory first: no status `Pending`, or no first password of ours. */
  readonly createFirst: boolean;
  /** This incident has begun to enable it, so a look at it says nothing about what is left to do. */
  readonly begun: boolean;
  /** A person has to agree before a disabled account is enabled. */
  readonly askFirst: boolean;
}

/** A question to Okta under the turn: whether the person has the application of the event now. */
export interface OktaStep {
  readonly instance: string;
  readonly brand: string;
  /** The commands are for a person who has it, or for one who has not. */
  readonly assigned: boolean;
}

/** What one entry of a run is to do, made by its opening activity. Ids, names of instances and flags only. */
export interface ProvisioningPlan {
  readonly incidentId: string;
  readonly type: IncidentType;
  /** Order of the incident's event among those of the person. */
  readonly seq: number;
  readonly personId: string;
  /** The turn under which everything of this entry is written; it also names the entry's evidence. */
  readonly ticket: string;
  /** The incident was entered before, so that earlier commands and mails of it may exist. */
  readonly isRepeat: boolean;
  readonly priority: number;
  /** Version of the person's record that the commands read. */
  readonly personVersion: number;
  /** The incident keeps the profile as it was before, by whose keys accounts are found, too. */
  readonly hasFormerProfile?: boolean;
  /** Whether the profile is in process for this incident; otherwise another open incident has it. */
  readonly isOwner: boolean;
  readonly directories: readonly DirectoryStep[];
  readonly applications: readonly ApplicationStep[];
  /** Hooks after provisioning, in their order. */
  readonly hooks: readonly HookCall[];
  /** What Okta has to say before a command begins. Only of incidents about applications. */
  readonly okta?: OktaStep;
  /** The welcome mail that follows an activation; absent when none is wanted. */
  readonly welcome?: { readonly delaySeconds: number };
}

/** What one command came to, as a run carries it. Messages stay in the record. */
export interface CommandOutcome {
  readonly instance: string;
  readonly brand: string;
  readonly command: string;
  readonly action: ProvisioningAction;
  readonly success: boolean;
  readonly skipped: boolean;
  readonly active?: boolean;
  readonly errorCode?: string;
  /** Trying again later can help. */
  readonly retryable?: boolean;
  /** Given up before it began, because somebody more urgent waits for the person. */
  readonly superseded?: boolean;
  /** What a look-up found. */
  readonly found?: boolean;
  /** Nothing was done, because a person has to agree first: the run enters again at `question`. */
  readonly asks?: boolean;
  /** The person's turn belongs to another incident. */
  readonly turnLost?: boolean;
  /** A directory's own opaque id of the account, which initialising it needs. Absent for other applications. */
  readonly accountId?: string;
  /** What Temporal says when no attempt got an answer. Free of personal data, as every failure message. */
  readonly note?: string;
}

/** What a look-up said about a person's account; `unknown` when there is none, or no answer. */
export type AccountStanding = 'active' | 'inactive' | 'unknown';

/** A look into applications that a decision depends on. Its answers are no provisioning results. */
export interface Inquiry {
  readonly type: IncidentType;
  readonly personId: string;
  readonly priority: number;
  readonly instances: readonly string[];
}

/** Answer of an incident's opening activity. */
export type Opened =
  | { readonly kind: 'refused' }
  | { readonly kind: 'closed'; readonly type: IncidentType; readonly reason: string }
  /** The ticket was given back or evicted, or the incident is about another person now: enter again with a new one. */
  | { readonly kind: 'redraw' }
  /** Somebody else holds the turn; `evictAfter` names the holder's ticket when this run may push it out. */
  | { readonly kind: 'wait'; readonly type: IncidentType; readonly evictAfter?: string }
  | {
      readonly kind: 'task';
      readonly type: IncidentType;
      readonly state: IncidentState;
      readonly task: OpenTask;
      /** Who looks after the incident; absent in what earlier versions recorded. */
      readonly ownerId?: string | null;
    }
  /** Applications are to be asked before it is known what to do; the run notes what they say and enters again. */
  | ({ readonly kind: 'inquiry' } & Inquiry)
  | { readonly kind: 'hook'; readonly type: IncidentType; readonly personId: string; readonly hook: HookCall }
  | { readonly kind: 'provision'; readonly plan: ProvisioningPlan }
  | { readonly kind: 'bookkeeping'; readonly plan: ProvisioningPlan };

/** An incident that stands still until somebody has fixed what failed. */
export interface Halted {
  readonly kind: 'halted';
  readonly task: OpenTask;
  /** Names of the instances that failed. */
  readonly failed: readonly string[];
  readonly ownerId: string | null;
}

/** Answer of an incident's closing activity. */
export type Finished = { readonly kind: 'closed' } | { readonly kind: 'turnLost' } | Halted;
