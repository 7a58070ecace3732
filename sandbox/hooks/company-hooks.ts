import type { Configuration, LoadedConfiguration } from '../../activities/configuration/types.js';
import { configSchema } from '../../domain/config.js';
import { COMPANY_HOOKS } from './worker.js';

/** A configuration with the example's hooks in it, whatever its file says about hooks; made anew when the file changes. */
export function withCompanyHooks(configuration: Configuration): Configuration {
  const { hooks } = configSchema.parse({ hooks: COMPANY_HOOKS });
  const made = new WeakMap<LoadedConfiguration, LoadedConfiguration>();
  return {
    current: () => {
      const plain = configuration.current();
      const known = made.get(plain) ?? { ...plain, ilm: { ...plain.ilm, hooks } };
      made.set(plain, known);
      return known;
    },
  };
}
