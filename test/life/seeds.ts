import { randomInt } from 'node:crypto';

/** Seeds of the lives to be lived: those that `ILM_SEEDS` names, else that many new ones. */
export function seedsOf(count: number): number[] {
  const named = process.env['ILM_SEEDS']?.trim();
  if (named !== undefined && named !== '') return named.split(/\s+/).map(Number);
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(randomInt(1, 1_000_000));
  return [...seeds];
}
