import type {
  CloseReason,
  EventProfile,
  FieldChange,
  IncidentState,
  IncidentType,
  ProvisioningResult,
  Task,
} from '../../domain/incident.js';
import type { OktaEventData } from '../../domain/okta/classification.js';
import type { AccountStanding } from '../../domain/playbook.js';
import type { TerminationTrigger } from '../../domain/profile.js';

/** The run that works on an incident. `firstRunId` survives reset and continue-as-new. */
export interface IncidentRun {
  readonly workflowId: string;
  readonly firstRunId: string;
}

/** One line of an incident's history of steps. Carries no personal data. */
export interface IncidentStep {
  readonly at: string;
  readonly step: string;
  readonly note?: string;
}

/** A remark of a person on an incident. */
export interface IncidentComment {
  readonly at: string;
  readonly by: string;
  readonly text: string;
}

/**
 * One detected change and everything that became of it; outlives Temporal's retention. `_id` is the incident id that
 * people see and that is the only thing a workflow carries.
 */
export interface IncidentDocument {
  readonly _id: string;
  /** Unique: connector, snapshot or event uuid, entry, type. A repeat of the same event is refused by it. */
  readonly eventKey: string;
  /** Unique while open: person, type and hash of the data. An equal event is not recorded again. Unset at the end. */
  readonly openKey?: string;
  readonly type: IncidentType;
  /** The type at detection, when a decision changed it. */
  readonly detectedType?: IncidentType;
  readonly state: IncidentState;
  readonly personId: string | null;
  /** Order of events per person; grows with every recorded event. */
  readonly seq: number;
  readonly createdAt: string;
  /** Instance that found the event: a Workday or an Okta instance. */
  readonly source: { readonly instance: string; readonly sourceOfTruth: string; readonly snapshotId?: string };
  /** Identity of the report entry, not of the stored profile. Personal data. */
  readonly email: string;
  readonly employeeId: string;
  readonly correlationId?: string;
  readonly details: string;
  readonly changedFields: Readonly<Record<string, FieldChange>>;
  readonly mergedWith: string | null;
  readonly conversionHire: boolean;
  readonly forced: boolean;
  readonly addressReuse?: boolean;
  readonly terminationTrigger?: TerminationTrigger;
  readonly userProfile: EventProfile;
  /** The event in Okta that it came from; absent for all others. Personal data. */
  readonly okta?: OktaEventData;
  /** How often a run entered the record. One = what is done now was never done before. */
  readonly entries: number;
  readonly run?: IncidentRun;
  readonly tasks: readonly Task[];
  readonly successfulProvisioning: readonly ProvisioningResult[];
  readonly failedProvisioning: readonly ProvisioningResult[];
  readonly steps: readonly IncidentStep[];
  /** When the profile was booked (step 18 of Sync User): from then on a retry sends the stored profile. */
  readonly bookedAt?: string;
  /** What applications said when a decision depended on it, by instance name (encoded as a path segment). */
  readonly inquiry?: Readonly<Record<string, AccountStanding>>;
  readonly owner?: string;
  readonly ownerNote?: string;
  /** When somebody gave it its owner by hand; such an owner stays. */
  readonly assignedAt?: string;
  /** When the keeper looks at its open questions next. */
  readonly nextLookAt?: string;
  /** When the owner was told that the run was interrupted; absent until then. */
  readonly interruptionToldAt?: string;
  readonly comments?: readonly IncidentComment[];
  readonly closedAt?: string;
  readonly closeReason?: CloseReason;
  readonly closeNote?: string;
}

/** What a connector hands over for a new event. Id, order, state and bookkeeping are added when it is recorded. */
export type NewIncident = Pick<
  IncidentDocument,
  | 'eventKey'
  | 'type'
  | 'personId'
  | 'source'
  | 'email'
  | 'employeeId'
  | 'correlationId'
  | 'details'
  | 'changedFields'
  | 'mergedWith'
  | 'conversionHire'
  | 'forced'
  | 'addressReuse'
  | 'terminationTrigger'
  | 'userProfile'
  | 'okta'
>;
