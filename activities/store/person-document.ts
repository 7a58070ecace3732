import type { IncidentType } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';

/** A place in the queue of one person's turns (design, *Turns*). Position 0 holds the turn. */
export interface Turn {
  /** `<incident id>/<first eight of the first run id>/<number of the entry>`. */
  readonly ticket: string;
  readonly incidentId: string;
  readonly workflowId: string;
  /** Unchanged by reset and continue-as-new; together with `workflowId` it says whether the holder is alive. */
  readonly firstRunId: string;
  /** ISO instant at which the ticket was drawn. */
  readonly since: string;
}

/** What an activity is about to do to an account. Open until its outcome is known; `begun` without an outcome reads "unknown". */
export interface Intent {
  readonly incidentId: string;
  readonly instance: string;
  /** The generic command, e.g. `create-user`; `initialise` for AD's first password. */
  readonly command: string;
  /** What the look-up had found. */
  readonly found: 'absent' | 'present';
  readonly at: string;
  /** Attempt that stored it (`<ticket>.<activity attempt>`), which names its evidence. */
  readonly attempt: string;
}

/**
 * What we know of a person's account in one instance. Created, initialised (it has its first password) and delivered
 * (somebody was told that password) are facts of their own, about the account with this `id`.
 */
export interface AccountFacts {
  readonly id?: string;
  readonly username?: string;
  readonly createdAt?: string;
  readonly initialisedAt?: string;
  readonly deliveredAt?: string;
  /** When this service disabled it last, whatever became of it since. */
  readonly disabledAt?: string;
  /**
   * Since when several accounts could be this person's: nothing is written in this instance until somebody has decided
   * which one it is, or adoption finds a single one.
   */
  readonly undecidedSince?: string;
}

/**
 * The permanent document of one person, or a proposal beside it (`_id` = `<personId>/proposal`). The turn lives here
 * too, so that one atomic update both checks the turn and writes the profile.
 */
export interface PersonDocument {
  readonly _id: string;
  readonly personId: string;
  readonly proposal?: true;
  /** `<source>|<employee id>` of every HR key of the person; unique. Absent on proposals. */
  readonly keys?: readonly string[];
  /** Lower-case e-mail, unique over permanent documents and proposals. */
  readonly emailKey?: string;
  /** `<source>|<employee id>` of the current profile, unique. A proposal carries none. */
  readonly employeeKey?: string;
  /** Absent while the person is only reserved. */
  readonly profile?: UserProfile;
  readonly version: number;
  readonly queue: readonly Turn[];
  /** Counts how often the turn changed hands. */
  readonly fence: number;
  /** The last fifty tickets that were given back or evicted; they never come back. */
  readonly gone: readonly string[];
  /** `seq` of the newest event of each type that was carried out, so that an older one knows it was overtaken. */
  readonly applied?: Readonly<Partial<Record<IncidentType, number>>>;
  /**
   * `seq` of the newest event of each type that began to change the profile; what is older neither brings its own data
   * back nor, when it is of an opposite kind, goes on.
   */
  readonly begun?: Readonly<Partial<Record<IncidentType, number>>>;
  readonly accounts?: Readonly<Record<string, AccountFacts>>;
  readonly intents?: Readonly<Record<string, Intent>>;
  readonly createdAt?: string;
}

/** `<source>|<employee id>`: the form in which HR keys are unique. */
export const sourceKey = (source: string, employeeId: string): string => `${source}|${employeeId}`;

/** Id of the one proposal a person can have. */
export const proposalId = (personId: string): string => `${personId}/proposal`;
