import type { ApplicationInstance } from '../../domain/config.js';
import { oktaInstances } from '../../domain/okta/iam-configuration.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';

/**
 * The Okta instance that a command means: the named one, or the only one. It has to be switched on.
 *
 * @throws InputError naming the instances there are
 */
export async function oktaInstance(context: CommandContext, name: string | undefined): Promise<ApplicationInstance> {
  const instances = oktaInstances((await context.configuration()).ilm.instances);
  const names = instances.map((instance) => `'${instance.name}'`).join(', ');
  const remedy = instances.length === 0 ? 'Add one under instances in ilm.yaml.' : `Name one of ${names}.`;
  const [only] = instances;
  if (name === undefined) {
    if (only !== undefined && instances.length === 1) return only;
    throw inputError('<okta-instance>', 'is missing', remedy);
  }
  const found = instances.find((instance) => instance.name === name);
  if (found !== undefined) return found;
  throw inputError('<okta-instance>', 'is no Okta instance of ilm.yaml that is switched on', remedy, name);
}
