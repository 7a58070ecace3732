import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What `npm run bench -- <name> --json` prints; one object per benchmark. */
export interface BenchmarkReport {
  readonly name: string;
  /** Median of our side. */
  readonly value: number;
  readonly unit: string;
  /** The simplest program for the same job, measured in the same run. */
  readonly reference: { readonly what: string; readonly value: number };
  /** `value` against `reference.value`. */
  readonly ratio: number;
  /** Direction and bound of `ratio`, e.g. `<= 2.5`. */
  readonly target: string;
  /** Whether this target and every target named in `detail` is met. */
  readonly met: boolean;
  /** Highest resident memory of our side's process alone, MiB; null where no process of ours is measured. */
  readonly memoryMB: number | null;
  /** Events in the histories of our side's workflows; null without Temporal. */
  readonly historyEvents: number | null;
  /** Versions, seed, sizes, single rounds and further figures. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One benchmark of the list. */
export interface Benchmark {
  readonly name: string;
  /** One sentence for the list. */
  readonly summary: string;
  run(): Promise<BenchmarkReport>;
}

/** What one process measured. */
export interface SideReport {
  readonly value: number;
  readonly memoryMB: number;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Rounds of every comparison. */
export const ROUNDS = 3;

/** The middle value; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Rounds to `digits` places, for printing. */
export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Highest resident memory of this process so far, MiB. */
export function peakMemoryMB(): number {
  const status = '/proc/self/status';
  const peak = existsSync(status) ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  const kilobytes = peak === undefined ? process.resourceUsage().maxRSS : Number(peak);
  return rounded(kilobytes / 1024, 1);
}

/** Prints what a side's process measured; {@link runSide} reads it. */
export function reportSide(value: number, detail: Readonly<Record<string, unknown>> = {}): void {
  const report: SideReport = { value, memoryMB: peakMemoryMB(), detail };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** The command in front of a process that may use one core only; empty where the system has none. */
export function oneCore(): readonly string[] {
  return existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', '0'] : [];
}

/**
 * Runs one side in a process of its own and returns what it reports on the last line of its output.
 *
 * @param module `import.meta.url` of the benchmark's file, which runs the side when `args` are given
 * @throws Error with the side's own words when it fails
 */
export async function runSide(
  module: string,
  args: readonly string[],
  options: { readonly prefix?: readonly string[]; readonly nodeOptions?: readonly string[] } = {},
): Promise<SideReport> {
  const node = [process.execPath, ...(options.nodeOptions ?? []), '--import', 'tsx', fileURLToPath(module), ...args];
  const [command = process.execPath, ...rest] = [...(options.prefix ?? []), ...node];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const last = output.trim().split('\n').at(-1);
  if (code !== 0 || last === undefined || last === '')
    throw new Error(`Side '${args.join(' ')}' ended with code ${code}`);
  return JSON.parse(last) as SideReport;
}

/** Measurements of named sides, in rounds. */
export interface Comparison<Name extends string> {
  readonly medians: Readonly<Record<Name, number>>;
  readonly rounds: Readonly<Record<Name, readonly number[]>>;
  readonly memoryMB: Readonly<Record<Name, number>>;
  /** What the sides told beside their figure, round by round. */
  readonly details: Readonly<Record<Name, readonly Readonly<Record<string, unknown>>[]>>;
}

/** Measures sides in rounds whose order alternates, so that neither side always runs on the warmer machine. */
export async function compareSides<Name extends string>(
  sides: Readonly<Record<Name, () => Promise<SideReport>>>,
): Promise<Comparison<Name>> {
  const names = Object.keys(sides) as Name[];
  const perSide = new Map<Name, SideReport[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      process.stderr.write(`round ${round + 1} of ${ROUNDS}: ${name}\n`);
      perSide.get(name)?.push(await sides[name]());
    }
  }
  const collect = <T>(pick: (reports: readonly SideReport[]) => T): Record<Name, T> =>
    Object.fromEntries(names.map((name) => [name, pick(perSide.get(name) ?? [])])) as Record<Name, T>;
  return {
    medians: collect((reports) => median(reports.map(({ value }) => value))),
    rounds: collect((reports) => reports.map(({ value }) => rounded(value))),
    memoryMB: collect((reports) => Math.max(...reports.map(({ memoryMB }) => memoryMB))),
    details: collect((reports) => reports.map(({ detail = {} }) => detail)),
  };
}

/** A report as a person reads it. */
export function formatReport(report: BenchmarkReport): string {
  const { name, value, unit, reference, ratio, target, met, memoryMB, historyEvents, detail } = report;
  const lines = [
    `${name}: ${rounded(value)} ${unit}`,
    `  reference  ${rounded(reference.value)} ${unit} (${reference.what})`,
    `  ratio      ${rounded(ratio, 3)} (target ${target}) ${met ? 'met' : 'NOT MET'}`,
    ...(memoryMB === null ? [] : [`  memory     ${memoryMB} MB`]),
    ...(historyEvents === null ? [] : [`  history    ${historyEvents} events`]),
    ...Object.entries(detail).map(
      ([key, item]) => `  ${key}  ${typeof item === 'string' ? item : JSON.stringify(item)}`,
    ),
  ];
  return lines.join('\n');
}
