import type { ProvisioningResult } from '../../domain/incident.js';
import type { CommandOutcome } from '../../domain/playbook.js';
import { ACTIVE_DIRECTORY_BRAND } from '../../domain/selection.js';
import { ACCOUNT_GONE } from '../connectors/commands.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { AccountFactsChange } from '../store/people.js';
import type { PersonDocument } from '../store/person-document.js';

/** The result tables of an incident and what its commands learned about accounts. */
export interface Results {
  readonly successful: readonly ProvisioningResult[];
  readonly failed: readonly ProvisioningResult[];
  readonly accounts: Readonly<Record<string, AccountFactsChange>>;
  /** Commands that got an answer, whatever it said; the newest attempt of each counts. */
  readonly answered: readonly Answered[];
}

/** A command with a known outcome, and when it was known. */
interface Answered {
  readonly instance: string;
  readonly command: string;
  readonly at: string;
}

/** The intents that are settled: their commands have an outcome that is no older than they are. */
export const settledIntents = (
  { answered }: Results,
  { intents = {} }: Pick<PersonDocument, 'intents'> = {},
): (readonly [instance: string, command: string])[] =>
  answered
    .filter(({ instance, command, at }) => {
      const open = Object.values(intents).find((one) => one.instance === instance && one.command === command);
      return open === undefined || open.at <= at;
    })
    .map(({ instance, command }) => [instance, command]);

/** The result tables as an incident stores them. */
export const tablesOf = ({
  successful,
  failed,
}: Results): Pick<IncidentDocument, 'successfulProvisioning' | 'failedProvisioning'> => ({
  successfulProvisioning: successful,
  failedProvisioning: failed,
});

/**
 * Fills the result tables from the evidence of an incident, where every success was stored the moment it happened, and
 * from the outcomes that no attempt got an answer for. A look-up is a result only when it failed.
 */
export async function resultsOf(
  deps: ActivityDependencies,
  incidentId: string,
  outcomes: readonly CommandOutcome[],
): Promise<Results> {
  const latest = new Map<string, ProvisioningResult>();
  const answered = new Map<string, Answered>();
  const accounts: Record<string, AccountFactsChange> = {};
  for (const document of await deps.store.evidence.outcomes(incidentId)) {
    const result = resultOf(document);
    const { instanceName } = result;
    const command = document.action ?? '';
    latest.set(keyOf(instanceName, command), result);
    answered.set(keyOf(instanceName, command), { instance: instanceName, command, at: document.at });
    if (result.success && result.accountGone === true) accounts[instanceName] = FORGOTTEN;
    else if (result.success && result.accountId !== undefined) {
      const isLearned = accounts[instanceName]?.id === result.accountId;
      accounts[instanceName] = { ...accounts[instanceName], ...factsOf(document, result.accountId, isLearned) };
    }
  }
  for (const outcome of outcomes) {
    const key = keyOf(outcome.instance, outcome.command);
    if (outcome.note !== undefined) latest.set(key, unanswered(outcome));
    if (outcome.note !== undefined || outcome.turnLost === true || outcome.superseded === true) answered.delete(key);
  }
  const rows = [...latest.values()]
    .filter(({ action, success }) => action !== 'get' || !success)
    .sort(byBrandThenInstance);
  return {
    successful: rows.filter(({ success }) => success),
    failed: rows.filter(({ success }) => !success),
    accounts,
    answered: [...answered.values()],
  };
}

/** Nothing is known of an account that an application has deleted; the next one is another. */
const FORGOTTEN: AccountFactsChange = {
  id: null,
  username: null,
  createdAt: null,
  initialisedAt: null,
  deliveredAt: null,
  disabledAt: null,
};

const keyOf = (instance: string, command: string): string => `${instance}/${command}`;

/** The result inside a command's evidence. */
export function resultOf(document: EvidenceDocument): ProvisioningResult {
  return document.outcome as unknown as ProvisioningResult;
}

/** A directory account that we knew and that is not there any more, so that nobody can say it was disabled (H3). */
export const isGone = ({ brand, action, errorCode }: ProvisioningResult): boolean =>
  brand === ACTIVE_DIRECTORY_BRAND && action === 'disable' && errorCode === ACCOUNT_GONE;

/**
 * What a successful command says about an account. One that is new to us has no first password of ours.
 *
 * @param isLearned an earlier command of this incident spoke of the same account
 */
function factsOf({ outcome, at }: EvidenceDocument, id: string, isLearned: boolean): AccountFactsChange {
  const { action, skipped } = outcome as unknown as ProvisioningResult;
  if (action === 'initialise') {
    return skipped
      ? { id }
      : { id, initialisedAt: at, ...(outcome?.['delivered'] === true ? { deliveredAt: at } : {}) };
  }
  return {
    id,
    ...(outcome?.['isKnown'] === true || isLearned ? {} : { initialisedAt: null, deliveredAt: null }),
    ...(action === 'create' ? { createdAt: at } : {}),
    ...(action === 'disable' && !skipped ? { disabledAt: at } : {}),
  };
}

function unanswered(outcome: CommandOutcome): ProvisioningResult {
  return {
    brand: outcome.brand,
    instanceName: outcome.instance,
    action: outcome.action,
    success: false,
    skipped: false,
    errorCode: outcome.errorCode ?? '',
    errorMessage: outcome.note ?? '',
    retryable: true,
  };
}

function byBrandThenInstance(a: ProvisioningResult, b: ProvisioningResult): number {
  return a.brand.localeCompare(b.brand) || a.instanceName.localeCompare(b.instanceName);
}
