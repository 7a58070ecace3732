import { pauseSignal, resumeSignal, runNowSignal } from '../../workflows/messages.js';
import type { CycleProgress } from '../../workflows/messages.js';
import { RunningCycle, reportNamespace, reportWorker } from '../support/report-temporal.js';
import { ReportWorld, aProfile, rowsOf } from '../support/report.js';
import type { TestScope } from '../support/servers.js';

/** A report cycle on a real server, and the world around it. */
interface CycleScene {
  readonly world: ReportWorld;
  readonly cycle: RunningCycle;
}

/** One branch of the report cycle. */
export interface CycleScenario {
  readonly name: string;
  readonly prepare: (world: ReportWorld) => Promise<void> | void;
  readonly run: (scene: CycleScene) => Promise<void>;
}

const PEOPLE = 30;
const isWaiting = ({ phase, nextRunAt }: CycleProgress): boolean => phase === 'waiting' && nextRunAt !== null;

const known = async (world: ReportWorld): Promise<void> => {
  world.reports.rows = rowsOf(1, PEOPLE);
  await world.givenPeople(Array.from({ length: PEOPLE }, (_, index) => aProfile(index + 1)));
};

const finished = async ({ cycle }: CycleScene): Promise<void> => {
  await cycle.until('waiting', isWaiting);
};

/** Every branch of `workdayReportCycle`. */
export const CYCLE_SCENARIOS: readonly CycleScenario[] = [
  { name: 'nothing-changed', prepare: known, run: finished },
  {
    name: 'first-sync',
    prepare: (world) => {
      world.reports.rows = rowsOf(1, PEOPLE);
      world.workday = { ...world.workday, syncUserProfilesOnFirstRun: true };
    },
    run: finished,
  },
  {
    name: 'samples',
    prepare: (world) => {
      world.reports.rows = rowsOf(1, PEOPLE);
      world.workday = { ...world.workday, fetchSamples: true };
    },
    run: finished,
  },
  {
    name: 'changes-in-slices',
    prepare: async (world) => {
      await known(world);
      world.reports.rows = [...rowsOf(1, 2, { Title: 'Changed' }), ...rowsOf(3, PEOPLE + 2)];
      world.workday = { ...world.workday, processedEntriesPercentage: 50, fetchLimit: 2 };
    },
    run: async ({ cycle }) => {
      let progress = await cycle.until('waiting', isWaiting);
      while (progress.lastFinishedAt === null) {
        const { nextRunAt } = progress;
        await cycle.handle.signal(runNowSignal);
        progress = await cycle.until('waiting again', (now) => isWaiting(now) && now.nextRunAt !== nextRunAt);
      }
    },
  },
  {
    name: 'refused-then-accepted',
    prepare: async (world) => {
      await known(world);
      world.reports.rows = [];
    },
    run: async ({ world, cycle }) => {
      await cycle.until('halted', ({ phase }) => phase === 'halted');
      world.reports.rows = rowsOf(1, PEOPLE);
      await cycle.handle.signal(runNowSignal);
      await cycle.until('waiting', isWaiting);
    },
  },
  {
    name: 'unreachable',
    prepare: (world) => {
      world.reports.answer = (_, response) => response.writeHead(404).end();
    },
    run: async ({ cycle }) => {
      await cycle.until('telling why', ({ reason }) => reason !== null);
    },
  },
  {
    name: 'held-by-the-gate',
    prepare: async (world) => {
      await known(world);
      world.reports.rows = rowsOf(1, PEOPLE + 15);
    },
    run: async ({ cycle }) => {
      await cycle.until('holding', ({ held, ...rest }) => held > 0 && isWaiting({ held, ...rest }));
    },
  },
  {
    name: 'paused-then-resumed',
    prepare: known,
    run: async ({ cycle }) => {
      await cycle.until('waiting', isWaiting);
      await cycle.handle.signal(pauseSignal);
      await cycle.handle.signal(runNowSignal);
      await cycle.handle.signal(resumeSignal);
      await cycle.until('waiting again', (progress) => progress.cycle === 2 && isWaiting(progress));
    },
  },
];

/** Plays a scenario on a namespace of its own and hands its history over before everything ends. */
export async function playCycle(
  { name, prepare, run }: CycleScenario,
  save: (cycle: RunningCycle) => Promise<void>,
): Promise<void> {
  const endings: (() => Promise<void> | void)[] = [];
  const t: TestScope = { name, after: (end) => void endings.push(end) };
  try {
    const world = await ReportWorld.start(t as Parameters<typeof ReportWorld.start>[0]);
    const { env, scope } = await reportNamespace(t);
    world.client = env.client;
    world.now = new Date();
    world.workday = { schedule: { every: '1h' } };
    await prepare(world);
    await reportWorker(scope, env, world.activities);
    const cycle = await RunningCycle.start(env);
    await run({ world, cycle });
    await save(cycle);
  } finally {
    for (const end of endings.reverse()) await end();
  }
}
