import type { RecordedOwner } from '../store/account-owners.js';
import type { UserProfile } from '../../domain/profile.js';

/** One account as the application sees it. `raw` is the application's own record and never leaves an activity. */
export interface AppUser {
  readonly id: string;
  readonly username: string | null;
  readonly email: string | null;
  readonly active: boolean;
  /**
   * Counts as active, so that a disabling goes on, and yet nobody can use it until it is enabled: an account that waits
   * for its activation, or that somebody suspended.
   */
  readonly isDormant?: boolean;
  readonly raw: unknown;
  /** What was left undone and why, without personal data, e.g. a manager that could not be resolved. */
  readonly warnings?: readonly string[];
}

/** What an enabling change carries besides the status. */
export interface EnableOptions {
  /** Directories only: `true` demands a new password at the next logon, `false` lifts that duty, absent keeps it. */
  readonly mustChangePassword?: boolean;
}

/** Attributes in the application's own spelling, produced by an outgoing map. `null` clears. */
export type AppAttributes = Readonly<Record<string, unknown>>;

/** One question of a look-up, asked in the application's order until one answers (spec connectors 1.3). */
export interface LookupKey {
  readonly attribute: string;
  readonly value: string;
}

/** What a person could reach before being disabled: groups, roles, licences, flags (design 7, *Access snapshot*). */
export type AccessSnapshot = Readonly<Record<string, unknown>>;

/**
 * What a connector file implements: primitives only, in the vendor's terms. The command rules (flags, look-up order,
 * verification, create-or-update) live once, in `commands.ts`. A connector knows nothing of Temporal and never retries.
 *
 * Every method is safe to repeat; whatever goes wrong is thrown as a {@link ConnectorError}.
 */
export interface UserConnector {
  readonly brand: string;
  /** Reads show a change at once, as a directory's do; elsewhere a status may be shown late. */
  readonly readsAtOnce?: boolean;
  /** Disabling deletes the account and its id for good; enabling anew means making another one. */
  readonly disablingDeletes?: boolean;
  /** Keys by which this person's account can be found, best first. `old` is the profile before a rename. */
  lookupKeys(
    profile: UserProfile,
    known: KnownAccount | null,
    old?: UserProfile,
  ): readonly LookupKey[] | Promise<readonly LookupKey[]>;
  /** `null` = certainly absent; anything uncertain throws. The hit must equal the key that was asked for. */
  find(key: LookupKey, profile: UserProfile, old?: UserProfile): Promise<AppUser | null>;
  create(profile: UserProfile): Promise<AppUser>;
  /**
   * Makes of an account that an interrupted {@link create} left half made what that creation would have given; any other
   * account stays as it is. Absent where a creation is one request.
   */
  finishCreation?(user: AppUser): Promise<AppUser>;
  /**
   * Writes real differences only. `old` is the profile before this change: a value that people may also change in the
   * application (a directory's OU) is written only when its mapped value differs between `old` and `profile`.
   */
  update(id: string, profile: UserProfile, before: AppUser, old?: UserProfile): Promise<AppUser>;
  enable(id: string, before: AppUser, options?: EnableOptions): Promise<AppUser>;
  /** `profile` tells whom a leaver's things pass to, where the application asks for somebody. */
  disable(id: string, before: AppUser, profile?: UserProfile): Promise<AppUser>;
  /**
   * Takes away what a leaver must not keep beside the disabled account, as the instance's settings say. Also called for
   * an account that was disabled before. Absent when there is nothing to take away.
   */
  revokeAccess?(id: string): Promise<void>;
  /** Writable attributes with a description each (`ilm iam mapping-fields`). */
  describe(): Promise<Readonly<Record<string, string>>>;
  readAccess?(id: string): Promise<AccessSnapshot>;
  /** The account as profile fields, by the incoming map. */
  toProfile(user: AppUser): UserProfile | Promise<UserProfile>;
  /** One cheap authenticated read. Answers with what it learned of rights and quota on the way, if anything. */
  test(): Promise<ConnectionReport | void>;
  close(): Promise<void>;
}

/** How many requests an application still takes, as it said itself. */
export interface RequestQuota {
  readonly remaining: number;
  readonly limit?: number;
  /** When `remaining` starts over, ISO 8601. */
  readonly resetsAt?: string;
  /** What is counted, for people: `requests`, or `API requests a day`. */
  readonly what: string;
}

/** What a test of the connection learned beside that it works. */
export interface ConnectionReport {
  /** What the credentials may do, in the application's own words, e.g. names of scopes or roles. */
  readonly rights?: readonly string[];
  readonly quota?: RequestQuota;
  /** What works now and will not for long, in words for operators, e.g. a token that is about to expire. */
  readonly warnings?: readonly string[];
}

/** What we already know of a person's account in one instance, kept on the person's record. */
export interface KnownAccount {
  readonly id: string;
  readonly username?: string;
  /** When we disabled it last, ISO 8601: for a while afterwards reads may still show it active (spec connectors 1.8.5). */
  readonly disabledAt?: string;
}

/** A group of an application. `members` only when asked for and when the application can list them. */
export interface AppGroup {
  readonly id: string;
  readonly displayName: string;
  readonly members?: readonly string[];
}

/** One change of a member that an application refused. */
export interface FailedMember {
  readonly id: string;
  readonly change: 'add' | 'remove';
  readonly errorCode: string;
  readonly errorMessage: string;
}

/** What came of changes of members: all but the failed ones are done. */
export interface MemberOutcome {
  readonly failed: readonly FailedMember[];
}

/** Group primitives, an optional capability (spec connectors 1.6). */
export interface GroupConnector {
  readonly canListMembers: boolean;
  getGroup(selector: { id?: string; displayName?: string }, withMembers: boolean): Promise<AppGroup | null>;
  createGroup(displayName: string): Promise<AppGroup>;
  /** Adding a present member and removing an absent one change nothing. */
  changeMembers(id: string, add: readonly string[], remove: readonly string[]): Promise<MemberOutcome | void>;
  deleteGroup(id: string): Promise<void>;
  isMember?(groupId: string, userId: string): Promise<boolean>;
}

/** Error classes of connectors (spec connectors 1.9). The first two are worth another try. */
export const ConnectorErrorKind = {
  RateLimited: 'rate-limited',
  Transient: 'transient',
  Unauthorized: 'unauthorized',
  NotFound: 'not-found',
  Conflict: 'conflict',
  Validation: 'validation',
  Capacity: 'capacity',
  Ambiguous: 'ambiguous',
  LookupMismatch: 'lookup-mismatch',
  Configuration: 'configuration',
  Policy: 'policy',
} as const;
export type ConnectorErrorKind = (typeof ConnectorErrorKind)[keyof typeof ConnectorErrorKind];

/** Thrown by connectors for everything that the application refused or failed to do. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError' as const;

  /**
   * @param message one sentence without personal data or secrets: what failed and what to do about it
   * @param options.code the application's status or code, shown as Error Code
   * @param options.retryAfterMs the application's own delay, milliseconds
   */
  constructor(
    readonly kind: ConnectorErrorKind,
    message: string,
    readonly options: { readonly code?: string; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }

  get code(): string {
    return this.options.code ?? '';
  }

  /** Whether the same call can succeed later without anybody changing anything. */
  get retryable(): boolean {
    return this.kind === ConnectorErrorKind.RateLimited || this.kind === ConnectorErrorKind.Transient;
  }
}

/** The generic management commands (guide, *Supported Integrations*). */
export type UserCommand = 'get-user' | 'create-user' | 'update-user' | 'disable-user';

/** The data a command works with. */
export interface UserCommandRequest {
  readonly profile: UserProfile;
  /**
   * The complete profile before the change, present on every update: finds the account by the keys it had before (spec
   * connectors 1.3) and tells which mapped values changed.
   */
  readonly oldUserData?: UserProfile;
  readonly known: KnownAccount | null;
  /**
   * Whose an account is by our own records. Asked about an account that was found by a key and is not the known one, so
   * that nobody takes over what belongs to somebody else, such as the account of a person who has just given up this
   * address. Absent = an account is whose keys it has.
   */
  readonly ownerOf?: (accountId: string) => Promise<RecordedOwner>;
  /** Whether an inactive account may be enabled. Never implied: callers say so (design decision 5). */
  readonly allowEnable: boolean;
  /** On `disable-user`: the person leaves, so that {@link UserConnector.revokeAccess} applies. */
  readonly isLeaver?: boolean;
  /** Passed on to {@link UserConnector.enable} when this command enables the account. */
  readonly mustChangePassword?: boolean;
  /** Called once, after the look-up and before the first write, with what the look-up found. It may refuse by throwing. */
  readonly beforeWrite?: (found: AppUser | null, action: 'create' | 'update' | 'disable') => Promise<void>;
  /**
   * What an interrupted attempt's look-up had found: `absent` together with an account now means that the interrupted
   * attempt created it, so the result says `create` (design, *Commands to applications*). An account that is disabled
   * now and was about to be disabled by the interrupted attempt was disabled by it.
   */
  readonly interrupted?: 'absent' | 'present';
}

/** What one command did (spec connectors 1.5). Never holds a secret; `user` stays inside the activity. */
export interface UserCommandResult {
  readonly action: 'get' | 'create' | 'update' | 'disable';
  readonly success: boolean;
  readonly skipped: boolean;
  readonly reason?: string;
  readonly active?: boolean;
  /** The account does not exist any more, whatever its `id` was: what is known of it must be forgotten. */
  readonly gone?: boolean;
  readonly id?: string;
  readonly username?: string;
  readonly email?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Class of the failure, so that a notification can say what to fix. */
  readonly errorKind?: ConnectorErrorKind;
  readonly warnings?: readonly string[];
  readonly user?: AppUser;
  /** On `get`: the account as profile fields. Personal data, stays inside the activity like `user`. */
  readonly profile?: UserProfile;
}

/** The flags of an instance that decide what a command may do (spec connectors 1.2). */
export interface CommandFlags {
  readonly createUserEnabled: boolean;
  readonly updateUserEnabled: boolean;
  readonly enableUserEnabled: boolean;
  readonly disableUserEnabled: boolean;
  readonly createIfNotExists: boolean;
}

/** What a directory can say about one account's logon, read afresh. */
export interface AccountState {
  readonly enabled: boolean;
  readonly locked: boolean;
  readonly mustChangePassword: boolean;
  readonly passwordExpired: boolean;
  /** The account name given at creation; never recomputed. */
  readonly accountName: string;
  readonly displayName: string;
}

/** The domain's rules for passwords, read from the domain's root object. */
export interface PasswordPolicy {
  readonly minLength: number;
  readonly complexity: boolean;
}

/** A connector of a directory that holds passwords. Everything here is safe to repeat. */
export interface DirectoryConnector extends UserConnector {
  enable(id: string, before: AppUser, options?: EnableOptions): Promise<AppUser>;
  /**
   * Administrative reset of the password, in one change with the duty to change it. Does not enable. A refusal by the
   * domain's rules is a `Policy` error that never holds the password.
   */
  setInitialPassword(id: string, password: string, options: { readonly mustChange: boolean }): Promise<void>;
  readPasswordPolicy(): Promise<PasswordPolicy>;
  /** `null` when no account has this id. */
  accountState(id: string): Promise<AccountState | null>;
}

/** The generic management commands of groups (guide, *Supported Integrations*). */
export type GroupCommand = 'get-group' | 'create-group' | 'update-group' | 'delete-group';

/** The data a group command works with. */
export interface GroupCommandRequest {
  readonly id?: string;
  readonly displayName?: string;
  readonly includeMembers?: boolean;
  readonly memberIdsToAdd?: readonly string[];
  readonly memberIdsToDelete?: readonly string[];
}

/** What one group command did (spec connectors 1.6). */
export interface GroupCommandResult {
  readonly action: 'get' | 'create' | 'update' | 'delete';
  readonly success: boolean;
  readonly id?: string;
  readonly displayName?: string;
  readonly members?: readonly string[];
  /** `ledger`: the application lists no members; these are the ones that this service has added. */
  readonly membersFrom?: 'ledger';
  /** On `update`: changes that were refused; all others are done. */
  readonly failedMembers?: readonly FailedMember[];
  /** On `create`: the group was there already. */
  readonly existing?: boolean;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly errorKind?: ConnectorErrorKind;
}
