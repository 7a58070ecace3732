import { flatText } from '../flat.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { find } from './search.js';
import type { AppAttributes } from '../types.js';
import type { ExceedLmsContext } from './search.js';

/** What became of the manager: an attribute to write, nothing to do, or a warning. */
export interface ResolvedManager {
  readonly attributes: AppAttributes;
  readonly warning?: string;
}

/**
 * The manager's id, looked up by the address that the map gives; nothing is asked where the account has this manager
 * already. A manager who is not found, or not certain, is left out with a warning.
 */
export async function managerOf(
  context: ExceedLmsContext,
  wanted: AppAttributes,
  current: AppAttributes,
): Promise<ResolvedManager> {
  const address = flatText(wanted['manager_email']);
  if (address === undefined) return { attributes: {} };
  const isSame = flatText(current['manager_email'])?.toLowerCase() === address.toLowerCase();
  if (isSame && flatText(current['manager_id']) !== undefined) return { attributes: {} };
  try {
    const manager = await find(context, { attribute: 'email', value: address });
    return manager === null ? leftOut('was not found') : { attributes: { manager_id: numberOf(manager.id) } };
  } catch (error) {
    if (error instanceof ConnectorError && UNCERTAIN.has(error.kind)) return leftOut('is not certain');
    throw error;
  }
}

const UNCERTAIN: ReadonlySet<string> = new Set([ConnectorErrorKind.Ambiguous, ConnectorErrorKind.LookupMismatch]);

const leftOut = (why: string): ResolvedManager => ({
  attributes: {},
  warning: `The manager's account ${why}; manager_id was left out.`,
});

/** Ids are numbers; one that a number cannot hold exactly stays a text. */
const numberOf = (id: string): number | string => (Number.isSafeInteger(Number(id)) ? Number(id) : id);
