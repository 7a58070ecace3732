const UNITS: ReadonlyArray<readonly [unit: RegExp, milliseconds: number]> = [
  [/^ms$/, 1],
  [/^s(ec|econds?)?$/, 1000],
  [/^m(in|inutes?)?$/, 60_000],
  [/^h(ours?)?$/, 3_600_000],
  [/^d(ays?)?$/, 86_400_000],
];

/**
 * Milliseconds of a span of time as the configuration writes it: `30s`, `5 minutes`, `1h`.
 *
 * @throws Error for a text that the configuration's schema would refuse
 */
export function milliseconds(duration: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(duration) ?? [];
  const factor = UNITS.find(([pattern]) => pattern.test(unit))?.[1];
  if (amount === undefined || factor === undefined) {
    throw new Error(`'${duration}' is no duration: write it as 30s, 5m or 1h.`);
  }
  return Number(amount) * factor;
}
