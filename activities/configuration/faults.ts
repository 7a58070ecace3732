/** One thing that is wrong in a configuration, or worth a look. */
export interface ConfigurationFault {
  readonly severity: 'error' | 'warning';
  /** Relative to the configuration directory. */
  readonly file: string;
  /** Path inside the file, e.g. `workday.0.timeZone`; empty for the file itself. */
  readonly path: string;
  readonly line?: number;
  readonly problem: string;
  readonly remedy: string;
}

/** Thrown when a configuration cannot be used; carries every fault at once. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError' as const;

  constructor(readonly faults: readonly ConfigurationFault[]) {
    super(`The configuration has faults:\n${faults.map(formatFault).join('\n')}`);
  }
}

/** A fault on one line, with place and remedy. */
export function formatFault({ severity, file, path, line, problem, remedy }: ConfigurationFault): string {
  const place = `${file}${line === undefined ? '' : `:${line}`}${path === '' ? '' : ` (${path})`}`;
  return `  ${severity === 'error' ? 'fault  ' : 'warning'} ${place}: ${problem}. Remedy: ${remedy}.`;
}
