import type { CommandContext } from '../context.js';
import { table } from '../output.js';
import { attempt, connectorsWith } from './iam-instance.js';

/** `ilm iam mapping-fields`: what an outgoing mapper can fill, asked of the application where it can tell. */
export async function mappingFields(context: CommandContext, instance: string): Promise<void> {
  const connectors = await connectorsWith(context, instance);
  const fields = await attempt(context, instance, () => connectors.get(instance).describe());
  context.print(fields, () => table(['attribute', 'what it is'], Object.entries(fields)));
}
