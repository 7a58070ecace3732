import { randomUUID } from 'node:crypto';

import { ConnectorError } from '../../activities/connectors/types.js';
import type { ConnectorRegistry } from '../../activities/connectors/registry.js';
import type { EvidenceDocument } from '../../activities/store/evidence.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';

/**
 * The connectors, when the named instance is one of them.
 *
 * @throws InputError naming the instances there are
 */
export async function connectorsWith(
  context: CommandContext,
  instance: string,
  option = '--instance',
): Promise<ConnectorRegistry> {
  const connectors = await context.connectors();
  const names = connectors.instances();
  if (names.includes(instance)) return connectors;
  throw inputError(option, 'is no application instance of ilm.yaml', `Use one of ${names.join(', ')}.`, instance);
}

/** Runs a command on an application; what the application refuses or fails to do ends the command in words. */
export async function attempt<T>(context: CommandContext, instance: string, work: () => Promise<T>): Promise<T> {
  try {
    return await context.during(`waiting for ${instance}`, work);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    const next = error.retryable ? ' Try again later, or run `ilm check`.' : '';
    throw new CommandFailed(`${error.message}${next}`, { cause: error });
  }
}

/** Evidence of a command by hand; its outcome holds ids and results, no personal data. */
export async function leaveEvidence(
  context: CommandContext,
  by: string,
  about: Pick<EvidenceDocument, 'personId' | 'instance' | 'action' | 'outcome'>,
): Promise<void> {
  const { evidence } = await context.store();
  const at = new Date().toISOString();
  await evidence.append([
    { _id: `by-hand/${randomUUID()}`, at, kind: 'command', phase: 'done', cause: `by hand: ${by}`, ...about },
  ]);
}
