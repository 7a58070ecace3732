import type { AccountStanding } from '../domain/playbook.js';
import { alive } from './alive.js';
import { ACCOUNT_GONE, runUserCommand } from './connectors/commands.js';
import type { UserCommandResult } from './connectors/types.js';
import type { ActivityDependencies } from './dependencies.js';
import { notFound, toApplicationFailure } from './failures.js';
import { knownAccount } from './known-account.js';

/** Whose account is looked at, and where. */
export interface LookUpRequest {
  readonly personId: string;
  readonly instance: string;
}

/** The access that an incident is about to take away. */
export interface AccessRequest extends LookUpRequest {
  readonly incidentId: string;
}

/** Look-ups in one application: they write nothing there and are no provisioning results. */
export interface LookUpActivities {
  /**
   * Whether the person's account is active, by `get-user`. An account that does not exist, or a refusal, is `unknown`.
   *
   * @throws RateLimited or Transient, which are worth another attempt
   */
  readAccountStanding(request: LookUpRequest): Promise<AccountStanding>;
  /**
   * Keeps what the person's account can reach as evidence, once per incident and instance. Nothing is kept where there
   * is no account, or where the connector cannot read access.
   *
   * @throws the application's refusal, so that the run can note it
   */
  keepAccess(request: AccessRequest): Promise<void>;
}

/** Makes the look-ups of an application's task queue. */
export const createLookUps = (deps: ActivityDependencies): LookUpActivities => ({
  readAccountStanding: (request) => alive(() => readAccountStanding(deps, request)),
  keepAccess: (request) => alive(() => keepAccess(deps, request)),
});

async function readAccountStanding(deps: ActivityDependencies, request: LookUpRequest): Promise<AccountStanding> {
  const { success, active } = await lookUp(deps, request);
  if (!success || active === undefined) return 'unknown';
  return active ? 'active' : 'inactive';
}

async function keepAccess(deps: ActivityDependencies, request: AccessRequest): Promise<void> {
  const { incidentId, personId, instance } = request;
  const { connectors, store, clock } = deps;
  const key = `${incidentId}/access/${instance}`;
  const connector = connectors.get(instance);
  if (connector.readAccess === undefined || (await store.evidence.has(key))) return;
  const { success, id, errorCode, errorMessage } = await lookUp(deps, request);
  if (errorCode === ACCOUNT_GONE) return;
  if (!success || id === undefined) throw notFound(`the account in '${instance}' (${errorMessage ?? 'no reason'})`);
  const outcome = await connector.readAccess(id).catch((error: unknown) => {
    throw toApplicationFailure(error);
  });
  await store.evidence.append([
    {
      _id: key,
      at: clock.now().toISOString(),
      kind: 'access',
      incidentId,
      personId,
      cause: 'Terminate User',
      instance,
      brand: connector.brand,
      outcome: { ...outcome, accountId: id },
    },
  ]);
}

async function lookUp(
  { connectors, store }: ActivityDependencies,
  { personId, instance }: LookUpRequest,
): Promise<UserCommandResult> {
  const person = await store.people.get(personId);
  if (person?.profile === undefined) throw notFound(`the profile of person ${personId}`);
  try {
    return await runUserCommand(connectors.get(instance), connectors.flags(instance), 'get-user', {
      profile: person.profile,
      known: knownAccount(person, instance),
      ownerOf: (accountId) => store.accountOwners.ownerOf(instance, accountId, personId),
      allowEnable: false,
    });
  } catch (error) {
    throw toApplicationFailure(error);
  }
}
