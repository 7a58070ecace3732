import type { AppDefinition } from './definition.js';

/** The applications of the example organisation, by the names that `config/ilm.yaml` gives them. */
export const EXAMPLE_APPS: readonly AppDefinition[] = [
  { name: 'Atlas Wiki' },
  { name: 'Nimbus Chat', dialect: { patchPath: 'required' } },
];
