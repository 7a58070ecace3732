// Hashing reads and writes nothing outside: it is as pure as any other rule here.
// eslint-disable-next-line @typescript-eslint/no-restricted-imports
import { createHash } from 'node:crypto';
import type { IncidentType } from './incident.js';

/** What identifies one item of a cycle's plan: whom it is about, what happens, and on which state it was judged. */
export interface PlanItem {
  readonly personId: string;
  readonly type: IncidentType;
  /** Names of the changed fields; their order does not count. */
  readonly changedFields: readonly string[];
  /** Version of the profile that was read; 0 without one. */
  readonly profileVersion: number;
}

const lineOf = ({ personId, type, changedFields, profileVersion }: PlanItem): string =>
  JSON.stringify([personId, type, [...changedFields].sort(), profileVersion]);

/**
 * Hash of a plan, the same whatever the order of its items. An approval names it; a plan that has drifted since has
 * another one and is refused.
 */
export function planHash(items: Iterable<PlanItem>): string {
  const lines = [...items].map(lineOf).sort();
  const hash = createHash('sha256');
  for (const line of lines) hash.update(line).update('\n');
  return hash.digest('hex');
}
