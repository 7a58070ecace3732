import type { ProvisioningResult } from '../../domain/incident.js';
import type { CommandOutcome } from '../../domain/playbook.js';
import type { ActivityDependencies } from '../dependencies.js';
import type { EvidenceDocument } from '../store/evidence.js';
import type { IncidentDocument } from '../store/incident-document.js';
import type { AccountFacts } from '../store/person-document.js';

/** The result tables of an incident and what its commands learned about accounts. */
export interface Results {
  readonly successful: readonly ProvisioningResult[];
  readonly failed: readonly ProvisioningResult[];
  readonly accounts: Readonly<Record<string, AccountFacts>>;
}

/**
 * Fills the result tables from the evidence of this incident, where every success was stored the moment it happened,
 * and from the outcomes that no attempt got an answer for. Look-ups are never provisioning results.
 */
export async function resultsOf(
  deps: ActivityDependencies,
  incident: IncidentDocument,
  outcomes: readonly CommandOutcome[],
): Promise<Results> {
  const evidence = await deps.store.evidence.outcomes(incident._id);
  const latest = new Map<string, ProvisioningResult>();
  const accounts: Record<string, AccountFacts> = {};
  for (const document of evidence) {
    const result = resultOf(document);
    latest.set(keyOf(result.instanceName, document.action ?? ''), result);
    if (result.success && result.accountId !== undefined) {
      const { instanceName } = result;
      accounts[instanceName] = {
        id: result.accountId,
        ...(result.action === 'create' ? { createdAt: accounts[instanceName]?.createdAt ?? document.at } : {}),
      };
    }
  }
  for (const outcome of outcomes) {
    if (outcome.note === undefined) continue;
    latest.set(keyOf(outcome.instance, outcome.command), unanswered(outcome));
  }
  const rows = [...latest.values()].filter(({ action }) => action !== 'get').sort(byBrandThenInstance);
  return {
    successful: rows.filter(({ success }) => success),
    failed: rows.filter(({ success }) => !success),
    accounts,
  };
}

const keyOf = (instance: string, command: string): string => `${instance}/${command}`;

/** The result inside a command's evidence. */
export function resultOf(document: EvidenceDocument): ProvisioningResult {
  return document.outcome as unknown as ProvisioningResult;
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
