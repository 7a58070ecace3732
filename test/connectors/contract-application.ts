import assert from 'node:assert/strict';

import { runUserCommand } from '../../activities/connectors/commands.js';
import { ALL_FLAGS } from './support/flags.js';
import type {
  CommandFlags,
  GroupConnector,
  UserCommand,
  UserCommandRequest,
  UserCommandResult,
  UserConnector,
} from '../../activities/connectors/types.js';
import type { UserProfile } from '../../domain/profile.js';
import type { AppDefinition } from '../../sandbox/apps/definition.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';

/** One account, read back from the application itself and not through the connector. */
export interface AccountSeen {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly active: boolean;
  readonly surname: string;
  readonly phone: string | undefined;
  readonly title: string | undefined;
}

/** The groups of an application, beside the connector's commands for them. */
export interface ContractGroups {
  readonly connector: GroupConnector;
  /** Whether one refused member of many is found out, so that the others are changed. */
  readonly tellsMembersApart: boolean;
  /** Makes a group without the connector, even with a name that is taken. */
  seed(displayName: string, members: readonly string[]): Promise<string>;
  /** Read from the application itself, also where the connector cannot list them. */
  membersOf(id: string): Promise<readonly string[]>;
}

/** An application with one connector to it, fresh for one case. */
export interface ContractApplication {
  readonly connector: UserConnector;
  /** The simulated application behind it, where there is one; it can misbehave at random. */
  readonly app?: SimulatedApp;
  /** Absent where the connector has no group commands. */
  readonly groups?: ContractGroups;
  /** A disabled account does not exist any more, and enabling makes a new one. */
  readonly disabledIsGone?: boolean;
  /** Whether a new account is enabled at once; directories make it disabled. */
  readonly createsActive: boolean;
  /** Of two accounts with one key, the only active one counts; directories refuse both. */
  readonly prefersActive: boolean;
  /** Whether two accounts can bear one key that the connector searches by. */
  readonly sharesKeys: boolean;
  /** A person nobody has used yet. */
  person(changes?: Partial<UserProfile>): UserProfile;
  /** Makes an account without the connector; `changes` are on top of what the map would give. */
  seed(profile: UserProfile, options: { readonly active: boolean; readonly sharing?: UserProfile }): Promise<string>;
  /** Gives a new account what it needs before it can be enabled: a password, in a directory. */
  prepareLogon?(id: string): Promise<void>;
  accountsOf(profile: UserProfile): Promise<readonly AccountSeen[]>;
  /** Requests that write, since the start. */
  writes(): number | Promise<number>;
  /** Faults that this application can show; a case that needs another one is left out. */
  readonly faults: {
    /** The next creation is carried out and its answer lost. */
    loseNextCreation?(): void | Promise<void>;
    /** The next search meets a limit that ends after so many seconds. */
    limitNextSearch?(seconds: number): void;
    /** The token of the connector is refused once; a new one can be fetched. */
    expireToken?(): void;
  };
  close(): Promise<void>;
}

/** What a simulated application does beside what its kind does. */
export type AppHabits = NonNullable<AppDefinition['dialect']>;

/** One promise of every connector (spec connectors 12.4). `needs` names what it cannot be shown without. */
export interface ContractCase {
  readonly title: string;
  readonly needs?:
    keyof ContractApplication['faults'] | 'sharesKeys' | 'app' | 'disabledStays' | 'disabledIsGone' | 'groups';
  /** Habits of the simulated application beside its own. */
  readonly habits?: AppHabits;
  run(application: ContractApplication): Promise<void>;
}

/** Runs one command with all flags on unless the case says otherwise. */
export const run = (
  { connector }: ContractApplication,
  command: UserCommand,
  request: Partial<UserCommandRequest> & { readonly profile: UserProfile },
  flags: Partial<CommandFlags> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, { ...ALL_FLAGS, ...flags }, command, { known: null, allowEnable: false, ...request });

/** The one item of a list; anything else fails the case. */
export const only = <T>(items: readonly T[]): T => {
  assert.equal(items.length, 1, `expected one account, found ${items.length}`);
  return items[0]!;
};

/** A repeat must not even be noticed: no request that writes, and the same account. */
export async function changesNothing(
  application: ContractApplication,
  work: () => Promise<UserCommandResult>,
): Promise<void> {
  const before = await application.writes();
  const result = await work();
  assert.equal(result.success, true, result.errorMessage);
  assert.equal(await application.writes(), before, 'the repeat wrote');
}
