import { test } from 'node:test';

import { ANSWER_CASES } from './contract-answers.js';
import { COMMAND_CASES } from './contract-commands.js';
import { GONE_CASES } from './contract-gone.js';
import { GROUP_CASES } from './contract-groups.js';
import { HAZARD_CASES } from './contract-hazards.js';
import type { ConnectorOptions } from '../../activities/connectors/brand.js';
import type { AppTarget } from './support/app-target.js';
import type { AppHabits, ContractApplication, ContractCase } from './contract-application.js';

/** A connector under test. `open` gives null, with a reason, when its application cannot run here. */
export interface ContractTarget {
  readonly name: string;
  /** How its application is simulated; null for a connector whose application is a real server or speaks no HTTP. */
  readonly simulated: AppTarget | null;
  open(
    habits?: AppHabits,
    options?: Partial<ConnectorOptions>,
  ): Promise<ContractApplication | { readonly unavailable: string }>;
}

type Outcome = 'pass' | 'fail' | 'n/a' | 'skipped';

const CASES = [...COMMAND_CASES, ...HAZARD_CASES, ...ANSWER_CASES, ...GONE_CASES, ...GROUP_CASES];

/** Registers every case for every target. The returned function gives the table of what came out. */
export function registerContract(targets: readonly ContractTarget[]): () => string {
  const outcomes = new Map<string, Outcome>();
  for (const target of targets) {
    for (const contractCase of CASES) {
      test(`${target.name}: ${contractCase.title}`, async (context) => {
        const key = `${target.name}\n${contractCase.title}`;
        outcomes.set(key, 'fail');
        const application = await target.open(contractCase.habits);
        if ('unavailable' in application) {
          outcomes.set(key, 'skipped');
          context.skip(application.unavailable);
          return;
        }
        try {
          if (!canShow(application, contractCase.needs)) {
            outcomes.set(key, 'n/a');
            return;
          }
          await contractCase.run(application);
          outcomes.set(key, 'pass');
        } finally {
          await application.close();
        }
      });
    }
  }
  return () => table(targets, outcomes);
}

function canShow(application: ContractApplication, needs: ContractCase['needs']): boolean {
  if (needs === undefined) return true;
  if (needs === 'sharesKeys') return application.sharesKeys;
  if (needs === 'groups') return application.groups !== undefined;
  if (needs === 'disabledIsGone') return application.disabledIsGone === true;
  if (needs === 'disabledStays') return application.disabledIsGone !== true;
  return needs === 'app' ? application.app !== undefined : application.faults[needs] !== undefined;
}

function table(targets: readonly ContractTarget[], outcomes: ReadonlyMap<string, Outcome>): string {
  const width = Math.max(...CASES.map(({ title }) => title.length));
  const columns = targets.map(({ name }) => name);
  const row = (first: string, cells: readonly string[]): string =>
    [first.padEnd(width), ...cells.map((cell, index) => cell.padEnd(columns[index]?.length ?? 0))].join('  ');
  const rows = CASES.map(({ title }) =>
    row(
      title,
      columns.map((name) => outcomes.get(`${name}\n${title}`) ?? '-'),
    ),
  );
  return [row('case', columns), ...rows].join('\n');
}
