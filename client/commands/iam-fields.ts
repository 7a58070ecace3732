import type { CommandContext } from '../context.js';
import { attempt, connectorsWith } from './iam-instance.js';

/** `ilm iam mapping-fields`: what an outgoing mapper can fill, asked of the application where it can tell. */
export async function mappingFields(context: CommandContext, instance: string): Promise<void> {
  const connectors = await connectorsWith(context, instance);
  const fields = await attempt(context, instance, () => connectors.get(instance).describe());
  // Names are as long as a terminal is wide, and so are their descriptions.
  context.print(fields, () =>
    Object.entries(fields)
      .map(([name, text]) => `${name}\n    ${text}`)
      .join('\n'),
  );
}
