import { connectorsBenchmark } from './connectors.js';
import { cycleBenchmark } from './cycle.js';
import { detectionBenchmark } from './detection.js';
import { joinersBenchmark } from './joiners.js';
import { leaversBenchmark } from './leavers.js';
import { formatReport } from './report.js';
import type { Benchmark } from './report.js';
import { startBenchmark } from './start.js';
import { waitingBenchmark } from './waiting.js';

/** Every benchmark that `npm run bench -- <name>` knows. */
const BENCHMARKS: readonly Benchmark[] = [
  connectorsBenchmark,
  cycleBenchmark,
  detectionBenchmark,
  joinersBenchmark,
  leaversBenchmark,
  startBenchmark,
  waitingBenchmark,
];

/** Runs the named benchmark, or prints the list. Exit code: 0 target met (or list), 1 not met, 2 unknown name. */
async function main(args: readonly string[]): Promise<number> {
  const asJson = args.includes('--json');
  const name = args.find((arg) => !arg.startsWith('--'));
  if (name === undefined) {
    const list = BENCHMARKS.map(({ name: known, summary }) => ({ name: known, summary }));
    process.stdout.write(asJson ? `${JSON.stringify(list)}\n` : list.map((b) => `${b.name}  ${b.summary}\n`).join(''));
    return 0;
  }
  const benchmark = BENCHMARKS.find((candidate) => candidate.name === name);
  if (benchmark === undefined) {
    process.stderr.write(`There is no benchmark '${name}'. Known: ${BENCHMARKS.map((b) => b.name).join(', ')}.\n`);
    return 2;
  }
  const report = await benchmark.run();
  process.stdout.write(`${asJson ? JSON.stringify(report) : formatReport(report)}\n`);
  return report.met ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
