import { activityInfo } from '@temporalio/activity';
import type { ProvisioningResult } from '../domain/incident.js';
import type { CommandOutcome } from '../domain/playbook.js';
import type { UserProfile } from '../domain/profile.js';
import { ConnectorError, ConnectorErrorKind } from './connectors/types.js';
import type { AccountState, DirectoryConnector } from './connectors/types.js';
import type { ActivityDependencies } from './dependencies.js';
import { notFound, toApplicationFailure, turnLost } from './failures.js';
import { firstPasswordMails, hasPasswordReceiver } from './mails/first-password.js';
import { loadPasswordGenerator } from './passwords.js';
import { accountIn } from './store/people.js';
import type { PersonDocument } from './store/person-document.js';

/** One account that is to get its first password. */
export interface InitialiseRequest {
  readonly incidentId: string;
  readonly personId: string;
  readonly ticket: string;
  readonly entry: number;
  readonly instance: string;
  readonly personVersion: number;
  /** The account, when this run's own create command has just made or found it. */
  readonly accountId?: string;
}

const COMMAND = 'initialise';
/** A server that refuses this many passwords in a row has a rule that the generator does not know. */
const MOST_PASSWORDS = 3;

/**
 * Gives a disabled account its first password and delivers it to the manager and the service desk (spec
 * active-directory 5; design decision 17): mail server connected first, then the reset, then the mails. The password
 * lives in this function only. *Initialised* and *delivered* are stored as facts, and AD Account Status becomes
 * `Pending` together with them.
 *
 * A repeat after a delivery does nothing. A repeat before it sets and sends another password, and only while the
 * account is still disabled; the last mail is the valid one.
 */
export async function initialiseDirectoryAccount(
  deps: ActivityDependencies,
  request: InitialiseRequest,
): Promise<CommandOutcome> {
  const isRepeat = request.entry > 1 || activityInfo().attempt > 1;
  const { people, personCache } = deps.store;
  const person = isRepeat
    ? await people.get(request.personId)
    : await personCache.at(request.personId, request.personVersion);
  if (person?.profile === undefined) throw notFound(`the profile of person ${request.personId}`);
  const facts = accountIn(person, request.instance);
  const accountId = request.accountId ?? facts?.id ?? (await createdAccountId(deps, request));
  if (facts?.deliveredAt !== undefined) return await settle(deps, request, {}, success(deps, request, accountId));
  try {
    const refusal = await setAndSend(deps, request, person, accountId);
    return await settle(
      deps,
      request,
      refusal === null ? deliveredFacts(deps, accountId) : null,
      refusal ?? success(deps, request, accountId),
    );
  } catch (error) {
    if (error instanceof ConnectorError && !error.retryable)
      return await settle(deps, request, null, failure(deps, request, error));
    throw toApplicationFailure(error);
  }
}

/** The id of the account that this incident's create command made; the person's record learns it only at the end. */
async function createdAccountId(deps: ActivityDependencies, request: InitialiseRequest): Promise<string> {
  const outcomes = await deps.store.evidence.outcomes(request.incidentId);
  const ids = outcomes
    .filter(({ instance }) => instance === request.instance)
    .map(({ outcome }) => (outcome as ProvisioningResult | undefined)?.accountId);
  const id = ids.findLast((accountId) => accountId !== undefined);
  if (id === undefined) throw notFound(`the account of person ${request.personId} in '${request.instance}'`);
  return id;
}

/** Null when the password was set and delivered; otherwise what prevents it for good. */
async function setAndSend(
  deps: ActivityDependencies,
  request: InitialiseRequest,
  person: PersonDocument,
  accountId: string,
): Promise<ProvisioningResult | null> {
  const configuration = deps.configuration.current();
  const { playbooks } = configuration.ilm;
  const profile = person.profile ?? {};
  const directory = deps.connectors.directory(request.instance);
  const state = await directory.accountState(accountId);
  const obstacle = obstacleTo(state, playbooks.sendEmail && !hasPasswordReceiver(configuration, profile));
  if (obstacle !== null || state === null) return failure(deps, request, obstacle ?? '');
  if (playbooks.sendEmail) await deps.mailer.verify();
  await recordIntent(deps, request);
  const password = await setPassword(deps, directory, accountId, state);
  if (!playbooks.sendEmail) return null;
  const about = {
    incidentId: request.incidentId,
    instance: request.instance,
    profile,
    accountName: state.accountName,
    password,
  };
  await Promise.all(firstPasswordMails(configuration, about).map((mail) => deps.mailer.send(mail)));
  return null;
}

function obstacleTo(state: AccountState | null, nobodyToTell: boolean): string | null {
  if (state === null) return 'The account is gone from the directory. Retry to create it again.';
  if (state.enabled) {
    return 'The account is enabled already, so no new first password is set. Set one by hand if it was never delivered.';
  }
  if (nobodyToTell) {
    return 'Nobody is there to receive the first password: set playbooks.serviceDeskEmail, or give the person a manager.';
  }
  return null;
}

async function recordIntent(deps: ActivityDependencies, request: InitialiseRequest): Promise<void> {
  const held = await deps.store.people.recordIntent(request.personId, request.ticket, {
    incidentId: request.incidentId,
    instance: request.instance,
    command: COMMAND,
    found: 'present',
    at: deps.clock.now().toISOString(),
    attempt: `${request.entry}.${activityInfo().attempt}`,
  });
  if (!held) throw turnLost();
}

async function setPassword(
  deps: ActivityDependencies,
  directory: DirectoryConnector,
  accountId: string,
  { accountName, displayName }: AccountState,
): Promise<string> {
  const { directory: folder, ilm } = deps.configuration.current();
  const generate = await loadPasswordGenerator(ilm.playbooks.passwordGenerator, folder);
  const policy = await directory.readPasswordPolicy();
  for (let tries = 1; ; tries++) {
    const password = await generate({ accountName, displayName, policy });
    try {
      // The duty to change it is part of the enabling change, because a new pwdLastSet would lift it again.
      await directory.setInitialPassword(accountId, password, {
        mustChange: ilm.playbooks.mustChangePasswordAtFirstLogon,
      });
      return password;
    } catch (error) {
      const isRefusedByPolicy = error instanceof ConnectorError && error.kind === ConnectorErrorKind.Policy;
      if (!isRefusedByPolicy || tries >= MOST_PASSWORDS) throw error;
    }
  }
}

const deliveredFacts = (
  deps: ActivityDependencies,
  id: string,
): { id: string; initialisedAt: string; deliveredAt: string } => {
  const at = deps.clock.now().toISOString();
  return { id, initialisedAt: at, deliveredAt: at };
};

/** Stores facts, AD status and evidence. `facts` null = the account could not be initialised. */
async function settle(
  deps: ActivityDependencies,
  request: InitialiseRequest,
  facts: Readonly<Record<string, string>> | null,
  result: ProvisioningResult,
): Promise<CommandOutcome> {
  const { people, evidence } = deps.store;
  if (facts !== null) {
    const set: UserProfile = { adAccountStatus: 'Pending' };
    const change = {
      set,
      accounts: { [request.instance]: facts },
      settledIntents: [[request.instance, COMMAND] as const],
    };
    if (!(await people.writeInTurn(request.personId, request.ticket, change))) throw turnLost();
  }
  await evidence.append([
    {
      _id: `${request.incidentId}/${request.instance}/${COMMAND}/${request.entry}.${activityInfo().attempt}/done`,
      at: deps.clock.now().toISOString(),
      kind: 'command',
      phase: 'done',
      incidentId: request.incidentId,
      personId: request.personId,
      cause: 'Create User In Active Directory',
      instance: request.instance,
      brand: result.brand,
      action: COMMAND,
      outcome: { ...result },
    },
  ]);
  return {
    instance: request.instance,
    brand: result.brand,
    command: COMMAND,
    action: 'initialise',
    success: result.success,
    skipped: false,
    ...(result.errorCode === undefined ? {} : { errorCode: result.errorCode }),
  };
}

const success = (deps: ActivityDependencies, request: InitialiseRequest, accountId: string): ProvisioningResult => ({
  brand: deps.connectors.brandOf(request.instance),
  instanceName: request.instance,
  action: 'initialise',
  success: true,
  skipped: false,
  active: false,
  accountId,
});

const failure = (
  deps: ActivityDependencies,
  request: InitialiseRequest,
  cause: ConnectorError | string,
): ProvisioningResult => ({
  brand: deps.connectors.brandOf(request.instance),
  instanceName: request.instance,
  action: 'initialise',
  success: false,
  skipped: false,
  errorCode: typeof cause === 'string' ? '400' : cause.code,
  errorMessage: typeof cause === 'string' ? cause : cause.message,
});
