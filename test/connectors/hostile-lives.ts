import assert from 'node:assert/strict';
import { test } from 'node:test';

import { runUserCommand } from '../../activities/connectors/commands.js';
import { ConnectorError } from '../../activities/connectors/types.js';
import { randomNumbers } from '../../sandbox/peer/random.js';
import { stormy } from './support/weather.js';
import type { Pace } from '../../activities/connectors/pace.js';
import type { UserCommand, UserCommandRequest, UserCommandResult } from '../../activities/connectors/types.js';
import type { UserProfile } from '../../domain/profile.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';
import { seedsOf } from '../life/seeds.js';
import { TARGETS } from './targets/index.js';
import { ALL_FLAGS } from './support/flags.js';
import type { AccountSeen, ContractApplication } from './contract-application.js';

/** More tries than any weather makes necessary. */
const MOST_TRIES = 200;
const BYSTANDERS = 5;

/** Tries again at once what the application has asked to wait for, as if the time had passed. */
const IMPATIENT: Pace = {
  run: (_what, _closing, send) => send(),
  pause: () => undefined,
  limitTo: () => undefined,
};

/** What has become of one person. */
interface Life {
  profile: UserProfile;
  readonly formerAddresses: string[];
  isActive: boolean;
  known: UserCommandRequest['known'];
}

/** One test per connector of a simulated application, which so many people live through. */
export function registerHostileLives(people: number): void {
  for (const target of TARGETS.filter(({ simulated }) => simulated !== null)) {
    test(`${target.name}: ${people} joiners, movers and leavers end right in spite of all misbehaviour`, async (t) => {
      const [seed = 1] = seedsOf(1);
      t.diagnostic(`seed ${seed}; ILM_SEEDS lives it again`);
      const application = await target.open({}, { pace: IMPATIENT });
      assert.ok('connector' in application);
      t.after(() => application.close());

      assert.deepEqual(await hostileLives(application, people, seed), []);
    });
  }
}

/**
 * Lets people join, change, rename, leave and return while the application misbehaves at random, each command tried
 * until it succeeds as a worker and an operator would. Gives what is wrong in the end, in words; nothing when all is
 * right: one account per person, as the last change wanted it, and everybody else's untouched.
 */
async function hostileLives(application: ContractApplication, people: number, seed: number): Promise<string[]> {
  const { app } = application;
  assert.ok(app, 'only a simulated application misbehaves on demand');
  for (let count = 0; count < BYSTANDERS; count += 1) await application.seed(application.person(), { active: true });
  const bystanders = JSON.stringify(app.users());
  const lives: Life[] = [];
  const next = randomNumbers(seed);
  app.setWeather(stormy(seed));
  for (let count = 0; count < people; count += 1) lives.push(await live(application, next));
  app.setWeather(null);
  return judge(application, app, lives, bystanders);
}

async function live(application: ContractApplication, next: () => number): Promise<Life> {
  const life: Life = {
    profile: application.person({ title: 'Engineer' }),
    formerAddresses: [],
    isActive: true,
    known: null,
  };
  await until(application, life, 'create-user', {});
  const changes = 1 + Math.floor(next() * 4);
  for (let count = 0; count < changes; count += 1) await change(application, life, next());
  return life;
}

async function change(application: ContractApplication, life: Life, dice: number): Promise<void> {
  const oldUserData = life.profile;
  if (!life.isActive) {
    life.isActive = true;
    return until(application, life, 'update-user', { allowEnable: true, oldUserData });
  }
  if (dice < 0.3) {
    life.isActive = false;
    return until(application, life, 'disable-user', { isLeaver: true });
  }
  if (dice < 0.6) {
    life.formerAddresses.push(oldUserData.email ?? '');
    const { email, username } = application.person();
    life.profile = {
      ...oldUserData,
      email: email ?? '',
      username: username ?? '',
      surname: `Married${life.formerAddresses.length}`,
    };
  } else {
    life.profile = { ...oldUserData, title: `Engineer ${Math.floor(dice * 1000)}` };
  }
  return until(application, life, 'update-user', { oldUserData });
}

/** Runs one command until it succeeds, with what an activity would remember of an interrupted attempt. */
async function until(
  { connector }: ContractApplication,
  life: Life,
  command: UserCommand,
  request: Partial<UserCommandRequest>,
): Promise<void> {
  let intent: 'absent' | 'present' | undefined;
  let last = 'nothing';
  for (let count = 0; count < MOST_TRIES; count += 1) {
    const result = await attempt(() =>
      runUserCommand(connector, ALL_FLAGS, command, {
        profile: life.profile,
        known: life.known,
        allowEnable: false,
        ...request,
        ...(intent === undefined ? {} : { interrupted: intent }),
        beforeWrite: (found) => {
          intent ??= found === null ? 'absent' : 'present';
          return Promise.resolve();
        },
      }),
    );
    if (result.success) {
      if (result.id !== undefined) life.known = { id: result.id };
      return;
    }
    last = result.errorMessage ?? '';
  }
  assert.fail(`${command} did not succeed in ${MOST_TRIES} tries; the last time: ${last}`);
}

async function attempt(work: () => Promise<UserCommandResult>): Promise<UserCommandResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConnectorError) || !error.retryable) throw error;
    return { action: 'get', success: false, skipped: false, errorMessage: error.message };
  }
}

async function judge(
  application: ContractApplication,
  app: SimulatedApp,
  lives: readonly Life[],
  bystanders: string,
): Promise<string[]> {
  const others = JSON.stringify(app.users().slice(0, BYSTANDERS));
  const present = lives.filter(({ isActive }) => isActive || application.disabledIsGone !== true).length;
  const faults = await Promise.all(lives.map((life) => faultsOf(application, life)));
  return [
    ...(others === bystanders ? [] : ['an account of somebody else was changed']),
    ...(app.users().length === BYSTANDERS + present
      ? []
      : [`${app.users().length - BYSTANDERS} accounts for ${present} people`]),
    ...faults.flat(),
  ];
}

async function faultsOf(
  application: ContractApplication,
  { profile, formerAddresses, isActive }: Life,
): Promise<string[]> {
  const who = `${profile.employeeId}`;
  const accounts = await application.accountsOf(profile);
  const left = await Promise.all(formerAddresses.map((email) => application.accountsOf({ email })));
  const remains = left.flat().length === 0 ? [] : [`${who}: an account under a former address`];
  if (!isActive && application.disabledIsGone === true) {
    return accounts.length === 0 ? remains : [`${who}: the account of a leaver is still there`, ...remains];
  }
  const [account, ...more] = accounts;
  if (account === undefined || more.length > 0) return [`${who}: ${accounts.length} accounts`, ...remains];
  return [...differences(account, profile, isActive).map((fault) => `${who}: ${fault}`), ...remains];
}

function differences(account: AccountSeen, profile: UserProfile, isActive: boolean): string[] {
  const wanted = { active: isActive, surname: profile['surname'], title: profile['title'] };
  const seen = { active: account.active, surname: account.surname, title: account.title };
  return JSON.stringify(wanted) === JSON.stringify(seen)
    ? []
    : [`${JSON.stringify(seen)} instead of ${JSON.stringify(wanted)}`];
}
