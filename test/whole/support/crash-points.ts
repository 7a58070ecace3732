import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How a test and a {@link file://./crashing-worker.ts crashing worker} talk: by files in a folder. The worker writes
 * down every step that it comes to; the test names, of those, the ones at which the worker is to be killed.
 */

/** Variable that names the folder to a crashing worker. */
export const CRASH_FOLDER = 'ILM_TEST_CRASH_FOLDER';

/** A moment in the work for one person or one report. */
export interface Step {
  /** Address of the person, or name of the report's instance. */
  readonly who: string;
  /** E.g. `before openSyncUser`, `write 2 of runApplicationCommand Atlas Wiki`. */
  readonly what: string;
}

/** Where to kill: at one step per person or report. */
export type CrashPoints = Readonly<Record<string, string>>;

const traceFile = (folder: string): string => join(folder, 'trace.jsonl');
const pointsFile = (folder: string): string => join(folder, 'points.json');

/** Notes a step. */
export function noteStep(folder: string, step: Step): void {
  appendFileSync(traceFile(folder), `${JSON.stringify(step)}\n`);
}

/** The steps that workers came to for one person or report, each once, in order. */
export function stepsOf(folder: string, who: string): string[] {
  const lines = readFileSync(traceFile(folder), 'utf8').trim().split('\n');
  const steps = lines.map((line) => JSON.parse(line) as Step);
  return [...new Set(steps.filter((step) => step.who === who).map(({ what }) => what))];
}

/** Tells the crashing worker where to die: when the work has come to every one of these points. */
export function setCrashPoints(folder: string, points: CrashPoints): void {
  const file = pointsFile(folder);
  writeFileSync(`${file}.new`, JSON.stringify(points));
  renameSync(`${file}.new`, file);
}

/** The points that were set; none before that. */
export function crashPoints(folder: string): CrashPoints {
  const file = pointsFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as CrashPoints) : {};
}
