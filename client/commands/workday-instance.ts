import type { WorkdayInstance } from '../../domain/config.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';

/**
 * The Workday instance that a command means: the named one, or the only one.
 *
 * @throws InputError naming the instances there are
 */
export async function workdayInstance(context: CommandContext, name: string | undefined): Promise<WorkdayInstance> {
  const { workday } = (await context.configuration()).ilm;
  const names = workday.map((instance) => `'${instance.name}'`).join(', ');
  const remedy = workday.length === 0 ? 'Add one under workday in ilm.yaml.' : `Name one of ${names}.`;
  if (name === undefined) {
    const [only] = workday;
    if (only !== undefined && workday.length === 1) return only;
    throw inputError('<instance>', 'is missing', remedy);
  }
  const found = workday.find((instance) => instance.name === name);
  if (found === undefined) throw inputError('<instance>', 'is no Workday instance of ilm.yaml', remedy, name);
  return found;
}
