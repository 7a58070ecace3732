import type { FieldValue, TerminationTrigger, UserProfile } from './profile.js';

/**
 * Incident types, spelled as the guide spells them (spec user-profile 5). The three of applications come from events of
 * Okta. `TestInstances` is no change of a person: it records the halt of an operator's test.
 */
export const IncidentType = {
  NewHire: 'IAM - New Hire',
  UpdateUser: 'IAM - Update User',
  TerminateUser: 'IAM - Terminate User',
  RehireUser: 'IAM - Rehire User',
  SyncUser: 'IAM - Sync User',
  AdUserActivation: 'IAM - AD User Activation',
  AdUserDeactivation: 'IAM - AD User Deactivation',
  AppAdd: 'IAM - App Add',
  AppRemove: 'IAM - App Remove',
  AppUpdate: 'IAM - App Update',
  TestInstances: 'IAM - Test Instances',
} as const;
export type IncidentType = (typeof IncidentType)[keyof typeof IncidentType];

/** State of an incident, equal to the search attribute `IlmState`. `Interrupted`: its run ended without closing it. */
export const IncidentState = {
  Queued: 'Queued',
  Running: 'Running',
  WaitingForDecision: 'WaitingForDecision',
  WaitingForFix: 'WaitingForFix',
  Interrupted: 'Interrupted',
  Closed: 'Closed',
} as const;
export type IncidentState = (typeof IncidentState)[keyof typeof IncidentState];

/** Old and new value of one changed report field. `null` stands for "not there". */
export interface FieldChange {
  readonly old: FieldValue;
  readonly new: FieldValue;
}

/**
 * One change that detection found in the report. It is what `ilm report preview --json` prints as an event, plus the
 * data to provision. Personal data: lives in MongoDB only, never in a Temporal payload.
 */
export interface DetectedEvent {
  readonly type: IncidentType;
  readonly email: string;
  readonly employeeId: string;
  readonly changedFields: Readonly<Record<string, FieldChange>>;
  /** Whether `userProfile.oldUserData` is sent along (every Update event, spec workday-cycle 7.8). */
  readonly oldUserData: boolean;
  /** E-mail of the profile whose display name is already taken, or null. */
  readonly mergedWith: string | null;
  readonly conversionHire: boolean;
  readonly forced: boolean;
  /** Address reuse: the e-mail is known under another employee id, so D8 is asked before any write (design 14). */
  readonly addressReuse?: boolean;
  readonly terminationTrigger?: TerminationTrigger;
  /** Reason in plain words; carries no values of personal fields (spec workday-cycle 9 and user-profile 2.4). */
  readonly details: string;
  readonly userProfile: EventProfile;
}

/** The profile of an event: stored profile overlaid by the report, plus the transport keys (spec user-profile 2.6). */
export interface EventProfile {
  readonly fields: UserProfile;
  /** The complete stored profile before the change; application connectors find accounts by its old keys. */
  readonly oldUserData?: UserProfile;
  /** Target's fields, overlaid by the report's, with the target's e-mail and user name. */
  readonly mergedUserProfile?: UserProfile;
  /** Fields that the event empties although the report does not carry them (spec workday-cycle 7.2, D4). */
  readonly clearedFields?: readonly string[];
}

/** One row of the result tables (spec user-profile 6, connectors 1.5). */
export interface ProvisioningResult {
  readonly brand: string;
  readonly instanceName: string;
  readonly action: ProvisioningAction;
  readonly success: boolean;
  readonly skipped: boolean;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Whether the account is enabled afterwards; absent when unknown. */
  readonly active?: boolean;
  /** The application's id of the account. */
  readonly accountId?: string;
  /** The account was deleted by this, or is not there any more: its id must be forgotten. */
  readonly accountGone?: boolean;
  /** The account's own mail address, where it was read. */
  readonly accountMail?: string;
  /** What was left undone although the command succeeded, e.g. a manager who has no account yet. */
  readonly warnings?: readonly string[];
  /** Whether trying again later can help (error classes of spec connectors 1.9). */
  readonly retryable?: boolean;
}

/** What was done to an account. `initialise` is AD's first password and its mails (spec active-directory 5). */
export type ProvisioningAction = 'get' | 'create' | 'update' | 'disable' | 'enable' | 'initialise';

/**
 * Kinds of questions to people. D1 to D8 are decisions (spec playbooks-provisioning 11). So is `Protected`, about somebody
 * who is not to be disabled without one, and `PastHireDate`, whether somebody whose hire date is past is to be enabled in
 * the directory. H1 to H4 are halts that end with `retry` or `close`; so do `Hook`, a customer's hook that failed, and
 * `NotBuilt`, a playbook that an earlier version did not have.
 */
export const TaskKind = {
  D1: 'D1',
  D2: 'D2',
  D3: 'D3',
  D4: 'D4',
  D5: 'D5',
  D6: 'D6',
  D7: 'D7',
  D8: 'D8',
  PastHireDate: 'PastHireDate',
  Protected: 'Protected',
  H1: 'H1',
  H2: 'H2',
  H3: 'H3',
  H4: 'H4',
  Hook: 'Hook',
  NotBuilt: 'NotBuilt',
} as const;
export type TaskKind = (typeof TaskKind)[keyof typeof TaskKind];

/** Options of each decision, spelled as people see them; the first answer counts. Halts answer `retry` or `close`. */
export const TASK_OPTIONS: Readonly<Record<TaskKind, readonly string[]>> = {
  D1: ['Create New Account', 'Overwrite Existing Account', 'Do Nothing'],
  D2: ['Report Was Fixed'],
  D3: ['Change Username', 'Do Nothing'],
  D4: ['Proceed'],
  D5: ['Terminate', 'Keep'],
  D6: ['Deactivate', "Don't Deactivate"],
  D7: ['Deactivate Account', "DON'T Deactivate Account"],
  D8: ['Same Person', 'Different Person', 'Do Nothing'],
  PastHireDate: ['Yes', 'No'],
  Protected: ['Deactivate', "Don't Deactivate"],
  H1: ['retry', 'close'],
  H2: ['retry', 'close'],
  H3: ['retry', 'close'],
  H4: ['retry', 'close'],
  Hook: ['retry', 'close'],
  NotBuilt: ['retry', 'close'],
};

/** Whether a task is a halt (fix, then retry or close) rather than a decision between options. */
export const isHalt = (kind: TaskKind): boolean => TASK_OPTIONS[kind].includes('retry');

/** An answer of a person to a task. `by` is a claim unless a token or a role was verified (design decision 21). */
export interface TaskAnswer {
  readonly option: string;
  readonly by: string;
  readonly comment?: string;
  /** ISO instant. */
  readonly at: string;
  readonly verified: 'token' | 'role' | 'claim';
  /** Of an answer by link: names the link, which counts once. Not the token itself. */
  readonly linkId?: string;
}

/** A question that waits for a person. Id: `<incident id>/<kind>/<n>`. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly options: readonly string[];
  /** The question in plain words; may name the person, so it stays in MongoDB. */
  readonly question: string;
  readonly openedAt: string;
  readonly answer?: TaskAnswer;
  /** Where two people have to agree: what each has chosen so far, the newest choice of each. */
  readonly approvals?: readonly TaskAnswer[];
  /** Answers that came after the first, kept for the record. */
  readonly ignoredAnswers?: readonly TaskAnswer[];
  /** Set when the task ended without an answer, because its incident was closed or overtaken. */
  readonly withdrawnAt?: string;
}

/** How an incident ended. `Skipped`: there was nothing to do, as its details say. */
export const CloseReason = {
  Done: 'done',
  Duplicate: 'duplicate',
  Overtaken: 'overtaken',
  ClosedByPerson: 'closed by a person',
  Declined: 'declined',
  Skipped: 'skipped',
  Sample: 'sample',
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];
