import { fileURLToPath } from 'node:url';
import { detectionSchema } from '../domain/config.js';
import { createDetector } from '../domain/detection.js';
import { evaluateReport } from '../domain/evaluate-report.js';
import { indexProfiles } from '../domain/lookup.js';
import { compileMapper, WORKDAY_MAPPER } from '../domain/mapping.js';
import type { CompiledMapper } from '../domain/mapping.js';
import type { UserProfile } from '../domain/profile.js';
import { ReportReader } from '../domain/report-reader.js';
import { makeCompany, PAIRS, SEED } from './detection-data.js';
import type { Company } from './detection-data.js';
import { compareSides, oneCore, reportSide, rounded, runSide } from './report.js';
import type { Benchmark, BenchmarkReport } from './report.js';

const SIZE = 100_000;
const TARGETS = { plain: 2.5, expression: 5, growth: 14 };
const NOW = Date.UTC(2021, 9, 1, 12);
const NAME = "`Preferred_Name_-_First_Name` & ' ' & `Preferred_Name_-_Last_Name`";
const EXPRESSIONS: Readonly<Record<string, string>> = {
  expression: `${NAME} & ' (' & Emp_ID & ')'`,
  // Goes beyond what is compiled to plain code, so JSONata itself evaluates every row.
  libraryExpression: `$substring(${NAME}, 0, 20) & ' (' & Emp_ID & ')'`,
};

/** The least that any comparison does: two maps, and 34 comparisons per row. Returns the number of changed rows. */
function compareBare({ rows, profiles }: Company): number {
  const byEmail = new Map<unknown, Readonly<Record<string, unknown>>>();
  const byEmployeeId = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const profile of profiles) {
    byEmail.set(profile.email, profile);
    byEmployeeId.set(profile.employeeId, profile);
  }
  let changedRows = 0;
  for (const row of rows) {
    const profile = byEmail.get(row.Email_Address) ?? byEmployeeId.get(row.Emp_ID);
    if (profile === undefined) continue;
    let differences = 0;
    for (const [column, field] of PAIRS) if (row[column] !== profile[field]) differences += 1;
    if (differences > 0) changedRows += 1;
  }
  return changedRows;
}

/** Everything that detection does with a report. Returns the number of events. */
async function detect({ rows, profiles }: Company, mapper: CompiledMapper): Promise<number> {
  const settings = detectionSchema.parse({});
  const detector = createDetector(settings, { now: NOW, fields: mapper.targets });
  const lookup = indexProfiles(profiles, settings.sourceOfTruth);
  const outcomes = await evaluateReport(rows, new ReportReader(mapper, detector), lookup);
  return outcomes.filter(({ kind }) => kind === 'event').length;
}

/** The company as the expression variant needs it: profiles hold what the expression makes of their rows. */
async function withExpression(
  company: Company,
  expression: string,
): Promise<{ company: Company; mapper: CompiledMapper }> {
  const mapper = compileMapper({ ...WORKDAY_MAPPER, badgeName: { expression } }, { name: 'workday' });
  const profiles = [];
  for (const [index, profile] of company.profiles.entries()) {
    const { badgeName } = await mapper.toFieldsAsync(company.rows[index] ?? {});
    profiles.push(JSON.parse(JSON.stringify({ ...profile, badgeName })) as UserProfile);
  }
  return { company: { ...company, profiles }, mapper };
}

async function measure(side: string, size: number): Promise<void> {
  let company = makeCompany(size);
  let mapper = compileMapper(WORKDAY_MAPPER, { name: 'workday' });
  const expression = EXPRESSIONS[side];
  if (expression !== undefined) ({ company, mapper } = await withExpression(company, expression));
  const warmUp = { ...company, rows: company.rows.slice(0, size / 10), profiles: company.profiles.slice(0, size / 10) };
  const work = async (data: Company): Promise<number> =>
    side === 'bare' ? compareBare(data) : await detect(data, mapper);
  await work(warmUp);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const found = await work(company);
  const { user, system } = process.cpuUsage(cpu);
  if (side !== 'bare' && found !== company.changed) throw new Error(`${found} events instead of ${company.changed}`);
  // Nothing here waits, so on an idle core processor time is the elapsed time; on a busy one it is the honest part.
  reportSide((user + system) / 1000, { elapsedMs: rounded(performance.now() - start) });
}

/** The benchmark `detection`: a whole report of unchanged people, with one change in a hundred. */
export const detectionBenchmark: Benchmark = {
  name: 'detection',
  summary: 'index, map and evaluate 100,000 entries against 100,000 profiles in memory',
  async run(): Promise<BenchmarkReport> {
    const side = (name: string, size: number) => () =>
      runSide(import.meta.url, ['--side', name, String(size)], { prefix: oneCore() });
    const { medians, rounds, memoryMB } = await compareSides({
      bare: side('bare', SIZE),
      ours: side('plain', SIZE),
      expression: side('expression', SIZE),
      libraryExpression: side('libraryExpression', SIZE),
      tenth: side('plain', SIZE / 10),
    });
    const ratio = medians.ours / medians.bare;
    const expressionRatio = medians.expression / medians.bare;
    const growth = medians.ours / medians.tenth;
    return {
      name: 'detection',
      value: rounded(medians.ours),
      unit: 'ms of processor time',
      reference: { what: 'two Maps and 34 comparisons per row', value: rounded(medians.bare) },
      ratio: rounded(ratio, 3),
      target: `<= ${TARGETS.plain}`,
      met: ratio <= TARGETS.plain && expressionRatio <= TARGETS.expression && growth <= TARGETS.growth,
      memoryMB: memoryMB.ours,
      historyEvents: null,
      detail: {
        entriesPerSecond: Math.round(SIZE / (medians.ours / 1000)),
        oneExpression: {
          value: rounded(medians.expression),
          ratio: rounded(expressionRatio, 3),
          target: `<= ${TARGETS.expression}`,
          entriesPerSecond: Math.round(SIZE / (medians.expression / 1000)),
        },
        libraryExpression: {
          value: rounded(medians.libraryExpression),
          ratio: rounded(medians.libraryExpression / medians.bare, 3),
        },
        growth: { from: SIZE / 10, to: SIZE, ratio: rounded(growth, 3), target: `<= ${TARGETS.growth}` },
        rounds,
        node: process.version,
        store: 'none (in memory)',
        seed: SEED,
        oneCore: oneCore().length > 0,
      },
    };
  },
};

const [flag, side = '', size = ''] = process.argv.slice(2);
if (process.argv[1] === fileURLToPath(import.meta.url) && flag === '--side') await measure(side, Number(size));
