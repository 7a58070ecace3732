import { activityInfo } from '@temporalio/activity';
import type { ProvisioningResult } from '../domain/incident.js';
import type { CommandOutcome } from '../domain/playbook.js';
import { AdAccountStatus } from '../domain/profile.js';
import type { UserProfile } from '../domain/profile.js';
import { doneEvidence, intentOf } from './command-evidence.js';
import type { EvidencedCall } from './command-evidence.js';
import { ConnectorError, ConnectorErrorKind } from './connectors/types.js';
import type { AccountState } from './connectors/types.js';
import type { ActivityDependencies, Mail } from './dependencies.js';
import { notFound, toApplicationFailure, turnLost } from './failures.js';
import { hasFirstPassword, mustChangePassword } from './first-password.js';
import { profileEvidence } from './incidents/entry.js';
import { firstPasswordMails, hasPasswordReceiver } from './mails/first-password.js';
import { loadPasswordGenerator } from './passwords.js';
import { resultsOf } from './incidents/results.js';
import { accountIn } from './store/people.js';
import type { AccountFactsChange } from './store/people.js';
import type { AccountFacts } from './store/person-document.js';

/** One account that is to get its first password. */
export interface InitialiseRequest extends Omit<EvidencedCall, 'command'> {
  readonly personVersion: number;
  /** The incident was entered before, so that the account may have its password. */
  readonly isRepeat: boolean;
  /** The account, when this run's own create command has just made or found it. */
  readonly accountId?: string;
}

/** A server that refuses this many passwords in a row has a rule that the generator does not know. */
const MOST_PASSWORDS = 3;

/** What the steps of one initialisation work with. */
interface Initialisation {
  readonly deps: ActivityDependencies;
  readonly call: EvidencedCall;
  readonly profile: UserProfile;
  readonly accountId: string;
}

/**
 * Gives a disabled account its first password and delivers it to the manager and the service desk (spec
 * active-directory 5; design decision 17): mail server connected first, then the reset, then the mails. The password
 * lives in this file's functions only. *Initialised* and *delivered* are stored as facts, and AD Account Status becomes
 * `Pending` together with the last of them.
 *
 * A repeat after a delivery does nothing. A repeat before it sets and sends another password, and only while the
 * account is still disabled; the last mail is the valid one.
 *
 * @throws TurnLost when somebody else holds the turn; retryable failures when directory or mail server do not answer
 */
export async function initialiseDirectoryAccount(
  deps: ActivityDependencies,
  request: InitialiseRequest,
): Promise<CommandOutcome> {
  const { incidentId, personId, personVersion, ticket, instance } = request;
  const isRepeat = request.isRepeat || activityInfo().attempt > 1;
  const person = await deps.store.personCache.at(personId, personVersion, { fresh: isRepeat });
  if (person?.profile === undefined) throw notFound(`the profile of person ${personId}`);
  // The person's record learns about an account that this incident made only at the end.
  const learned = isRepeat ? (await resultsOf(deps, incidentId, [])).accounts[instance] : undefined;
  const facts = { ...accountIn(person, instance), ...learned };
  const accountId = request.accountId ?? facts.id ?? undefined;
  if (accountId === undefined) throw notFound(`the account of person ${personId} in '${instance}'`);
  const call: EvidencedCall = { incidentId, personId, ticket, instance, command: 'initialise' };
  const work: Initialisation = { deps, call, profile: person.profile, accountId };
  if (hasFirstPassword(deps, facts, accountId)) return await succeed(work, facts, 'It has its first password.');
  return await attempt(work);
}

async function attempt(work: Initialisation): Promise<CommandOutcome> {
  const { deps, call, accountId } = work;
  try {
    const state = await deps.connectors.directory(call.instance).accountState(accountId);
    const obstacle = obstacleTo(work, state);
    return state === null || obstacle !== null
      ? await fail(work, '400', obstacle ?? '')
      : await setAndSend(work, state);
  } catch (error) {
    if (error instanceof ConnectorError && !error.retryable) return await fail(work, error.code, error.message);
    throw toApplicationFailure(error);
  }
}

/** What prevents a first password for good; null when nothing does. */
function obstacleTo({ deps, profile }: Initialisation, state: AccountState | null): string | null {
  const configuration = deps.configuration.current();
  if (state === null) return 'The account is gone from the directory. Retry to create it again.';
  if (state.enabled) {
    return 'The account is enabled already, so no new first password is set. Set one by hand if it was never delivered.';
  }
  if (configuration.ilm.playbooks.sendEmail && !hasPasswordReceiver(configuration, profile)) {
    return 'Nobody is there to receive the first password: set playbooks.serviceDeskEmail, or give the person a manager.';
  }
  return null;
}

async function setAndSend(work: Initialisation, state: AccountState): Promise<CommandOutcome> {
  const { deps, call, accountId, profile } = work;
  const { people } = deps.store;
  const { sendEmail } = deps.configuration.current().ilm.playbooks;
  if (sendEmail) await deps.mailer.verify();
  const intent = intentOf(deps, call, 'present');
  if (!(await people.recordIntent(call.personId, call.ticket, intent))) throw turnLost();
  const password = await setPassword(work, state);
  const facts: AccountFacts = { id: accountId, initialisedAt: deps.clock.now().toISOString() };
  if (!sendEmail) return await succeed(work, facts);
  const { accountName } = state;
  const { incidentId, instance } = call;
  const mails = firstPasswordMails(deps.configuration.current(), {
    incidentId,
    instance,
    profile,
    accountName,
    password,
  });
  try {
    await sendAll(deps, mails);
  } catch (error) {
    await people.writeInTurn(call.personId, call.ticket, { accounts: { [instance]: { ...facts, deliveredAt: null } } });
    throw error;
  }
  return await succeed(work, { ...facts, deliveredAt: deps.clock.now().toISOString() });
}

/** Waits for every mail before it fails, so that none with this password comes after one with the next. */
async function sendAll(deps: ActivityDependencies, mails: readonly Mail[]): Promise<void> {
  const sent = await Promise.allSettled(mails.map((mail) => deps.mailer.send(mail)));
  const failed = sent.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** The account whose password is set. */
type PasswordTarget = Pick<Initialisation, 'deps' | 'accountId' | 'profile'> & {
  readonly call: Pick<EvidencedCall, 'instance'>;
};

/**
 * Sets a first password that the domain accepts, and answers it to its one caller, who delivers it.
 *
 * @throws ConnectorError `Policy` when the domain refuses several in a row
 */
export async function setPassword(
  { deps, call, accountId, profile }: PasswordTarget,
  { accountName, displayName }: AccountState,
): Promise<string> {
  const directory = deps.connectors.directory(call.instance);
  const { directory: folder, ilm } = deps.configuration.current();
  const generate = await loadPasswordGenerator(ilm.playbooks.passwordGenerator, folder);
  const policy = await directory.readPasswordPolicy();
  const mustChange = await mustChangePassword(deps, profile);
  for (let tries = 1; ; tries++) {
    const password = await generate({ accountName, displayName, policy });
    try {
      // The duty to change it is part of the enabling change, because a new pwdLastSet would lift it again.
      await directory.setInitialPassword(accountId, password, { mustChange });
      return password;
    } catch (error) {
      const isRefusedByPolicy = error instanceof ConnectorError && error.kind === ConnectorErrorKind.Policy;
      if (!isRefusedByPolicy || tries >= MOST_PASSWORDS) throw error;
    }
  }
}

/** Evidence first: when the turn is lost now, the next entry still knows that the account has its password. */
async function succeed(
  work: Initialisation,
  facts: AccountFactsChange,
  skippedBecause?: string,
): Promise<CommandOutcome> {
  const { deps, call, profile, accountId } = work;
  const { personId, ticket, instance, incidentId } = call;
  const result: ProvisioningResult = {
    brand: deps.connectors.brandOf(instance),
    instanceName: instance,
    action: 'initialise',
    success: true,
    skipped: skippedBecause !== undefined,
    ...(skippedBecause === undefined ? {} : { reason: skippedBecause }),
    active: false,
    accountId,
  };
  const set = { adAccountStatus: AdAccountStatus.Pending };
  const write = {
    incident: { _id: incidentId, personId },
    ticket,
    at: deps.clock.now().toISOString(),
    cause: 'Create User In Active Directory',
  };
  await deps.store.evidence.append([
    doneEvidence(deps, call, result, { delivered: typeof facts.deliveredAt === 'string' }),
    profileEvidence(write, profile, { ...profile, ...set }),
  ]);
  const settledIntents = [[instance, call.command]] as const;
  const change = { set, accounts: { [instance]: facts }, settledIntents };
  if (!(await deps.store.people.writeInTurn(personId, ticket, change))) throw turnLost();
  return outcomeOf(result, call.command);
}

async function fail({ deps, call }: Initialisation, errorCode: string, errorMessage: string): Promise<CommandOutcome> {
  const result: ProvisioningResult = {
    brand: deps.connectors.brandOf(call.instance),
    instanceName: call.instance,
    action: 'initialise',
    success: false,
    skipped: false,
    errorCode,
    errorMessage,
  };
  await deps.store.evidence.append([doneEvidence(deps, call, result)]);
  return outcomeOf(result, call.command);
}

const outcomeOf = (
  { instanceName, brand, action, success, skipped, errorCode }: ProvisioningResult,
  command: string,
): CommandOutcome => ({
  instance: instanceName,
  brand,
  command,
  action,
  success,
  skipped,
  ...(errorCode === undefined ? {} : { errorCode }),
});
