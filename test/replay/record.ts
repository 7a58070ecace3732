import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';

import { startEngine } from '../support/engine.js';
import type { Engine } from '../support/engine.js';
import { eventually } from '../support/incidents.js';
import { WorkflowType } from '../../domain/names.js';
import { ADOPTION_SCENARIOS } from './adoption-scenarios.js';
import { CYCLE_SCENARIOS, playCycle } from './cycle-scenarios.js';
import { OKTA_EVENT_SCENARIOS } from './okta-event-scenarios.js';
import { QUESTION_SCENARIOS } from './question-scenarios.js';
import { HOOK_SCENARIOS } from './hook-scenarios.js';
import { IAM_CONFIGURATION_SCENARIOS } from './iam-configuration-scenarios.js';
import { SCENARIOS } from './scenarios.js';
import type { Scenario } from './scenarios.js';
import { TEST_INSTANCES_SCENARIOS } from './test-instances-scenarios.js';

/**
 * Records the history of every branch into `histories/`, on a real server: `npm run record:histories [-- <name part>]`.
 * Run it on purpose only: a recorded history is what running incidents look like, and new code must replay it.
 */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HISTORIES = fileURLToPath(new URL('./histories/', import.meta.url));

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
}

/** Every run of the namespace, oldest first; from the record where the server lists nothing, as the test server. */
async function executionsOf(engine: Engine, listsNothing: boolean): Promise<Execution[]> {
  if (!listsNothing) {
    const listed: Execution[] = [];
    for await (const { workflowId, runId, type } of engine.env.client.workflow.list()) {
      listed.push({ workflowId, runId, type });
    }
    return listed.reverse();
  }
  const incidents = await engine.store.incidents.list({}, 100);
  const workflowIds = new Set(incidents.flatMap(({ run }) => run?.workflowId ?? []));
  return await Promise.all(
    [...workflowIds].map(async (workflowId) => {
      const { runId, type } = await engine.env.client.workflow.getHandle(workflowId).describe();
      return { workflowId, runId, type };
    }),
  );
}

async function save(engine: Engine, { name: scenario, records, options }: Scenario): Promise<number> {
  const listsNothing = options?.skipTime === true;
  const executions = await eventually('every run is listed and ended', async () => {
    if (listsNothing) return await executionsOf(engine, true);
    const open = await engine.env.client.workflow.count("ExecutionStatus = 'Running'");
    const all = await executionsOf(engine, false);
    return open.count === 0 && all.length > 0 ? all : null;
  });
  const count = new Map<string, number>();
  // Customers' hooks are replayed by their own workers.
  const own = executions.filter(({ type }) =>
    records === undefined ? (Object.values(WorkflowType) as string[]).includes(type) : type === records,
  );
  for (const { workflowId, runId, type } of own) {
    const number = (count.get(type) ?? 0) + 1;
    count.set(type, number);
    const history = await engine.env.client.workflow.getHandle(workflowId, runId).fetchHistory();
    write(`${type}-${scenario}${number === 1 ? '' : `-${number}`}`, history);
  }
  return own.length;
}

function forget(scenario: string): void {
  for (const file of readdirSync(HISTORIES)) {
    if (new RegExp(`^[A-Za-z]+-${scenario}(-\\d+)?\\.json$`).test(file)) rmSync(`${HISTORIES}${file}`);
  }
}

/** Stack traces name files from the project's own folder on, wherever the project lies. */
function write(name: string, history: Parameters<typeof historyToJSON>[0]): void {
  const text = historyToJSON(history).replaceAll(`file://${ROOT}`, '').replaceAll(ROOT, '');
  writeFileSync(`${HISTORIES}${name}.json`, `${text}\n`);
}

const ALL = [
  ...SCENARIOS,
  ...ADOPTION_SCENARIOS,
  ...QUESTION_SCENARIOS,
  ...TEST_INSTANCES_SCENARIOS,
  ...HOOK_SCENARIOS,
  ...IAM_CONFIGURATION_SCENARIOS,
  ...OKTA_EVENT_SCENARIOS,
];
const [part = ''] = process.argv.slice(2);
mkdirSync(HISTORIES, { recursive: true });
for (const scenario of ALL.filter(({ name }) => name.includes(part))) {
  forget(scenario.name);
  const engine = await startEngine(scenario.options);
  try {
    await scenario.run(engine);
    console.log(`${scenario.name}: ${await save(engine, scenario)} runs`);
  } finally {
    await engine.close();
  }
}
for (const scenario of CYCLE_SCENARIOS.filter(({ name }) => name.includes(part))) {
  forget(scenario.name);
  await playCycle(scenario, async ({ handle }) => {
    write(`workdayReportCycle-${scenario.name}`, await handle.fetchHistory());
    console.log(`${scenario.name}: 1 run`);
  });
}
process.exit(0);
