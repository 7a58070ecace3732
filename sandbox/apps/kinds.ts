import type { AppKind } from './kind.js';
import { SCIM_KIND } from './scim/kind.js';

/** Every kind of application that can be simulated, by the name that a definition gives. */
export const APP_KINDS = {
  scim: SCIM_KIND,
} as const satisfies Readonly<Record<string, AppKind>>;
