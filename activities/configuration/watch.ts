import type { Environment } from './environment.js';
import { loadConfiguration, stateOf } from './load.js';
import type { Configuration } from './types.js';

/** Files are looked at no more often than this; a run's entries come far more often than an operator's edits. */
const LOOK_EVERY_MS = 1_000;

/**
 * A configuration that is read again when one of its files changed. A changed file that is faulty keeps the last good
 * state and is reported once.
 *
 * @throws ConfigurationError when the first state is faulty
 */
export function watchConfiguration(
  directory: string,
  env: Environment,
  report: (message: string) => void,
): Configuration {
  let loaded = loadConfiguration(directory, env);
  let state = stateOf(directory);
  let lookedAt = Date.now();
  return {
    current: () => {
      if (Date.now() - lookedAt < LOOK_EVERY_MS) return loaded;
      lookedAt = Date.now();
      const next = stateOf(directory);
      if (next === state) return loaded;
      state = next;
      try {
        loaded = loadConfiguration(directory, env);
      } catch (error) {
        // Also when a file vanishes while it is read: a half-made edit must not stop what runs.
        report(`The changed configuration is not used. ${error instanceof Error ? error.message : String(error)}`);
      }
      return loaded;
    },
  };
}
