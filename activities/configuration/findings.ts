import type { ConfigurationFault } from './faults.js';
import type { FaultText, SourceFile } from './source-file.js';

/** Collects what the checks of one configuration directory find. */
export class Findings {
  readonly faults: ConfigurationFault[] = [];
  readonly warnings: ConfigurationFault[] = [];

  /** Something that makes the configuration unusable. */
  fault(source: SourceFile, path: readonly PropertyKey[], text: FaultText): void {
    this.faults.push(source.fault(path, text));
  }

  /** Something that can be meant as it stands and probably is not. */
  warn(source: SourceFile, path: readonly PropertyKey[], text: FaultText): void {
    this.warnings.push(source.fault(path, text));
  }

  add(faults: readonly ConfigurationFault[]): void {
    this.faults.push(...faults);
  }
}

/** In the order of files, then lines. */
export function inOrder(faults: readonly ConfigurationFault[]): ConfigurationFault[] {
  return [...faults].sort((a, b) => (a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1));
}
