import { join } from 'node:path';

import { createFaultQueue } from '../peer/fault-queue.js';
import { openStateFile } from '../peer/state-file.js';
import { COMMANDS } from './commands.js';
import type { CommandArguments, CommandInput, CommandName } from './commands.js';
import type { Company, CompanySize } from './company.js';
import { PEOPLE_COMMANDS } from './people-commands.js';
import type { PeopleCommand } from './people-commands.js';
import { faultOf, isFaultCommand } from './report-faults.js';
import type { ReportFault } from './report-faults.js';
import type { ReportEntry, ReportName } from './report-entry.js';
import { Workforce } from './workforce.js';
import type { WorkforceSettings } from './workforce.js';

/** What the simulated Workday does, apart from HTTP. */
export interface Simulator {
  readonly workforce: Workforce;
  /** Downloads per report, faulty ones included. */
  readonly downloads: Record<ReportName, number>;
  /**
   * Runs a command; gives the row that it made, changed or removed, null for commands about downloads.
   *
   * @throws CommandRefused when the report does not allow it, ZodError for faulty arguments
   */
  run<N extends CommandName>(command: N, given: CommandInput<N>): ReportEntry | null;
  /** The report as bytes, made again only after a change. */
  body(report: ReportName): Buffer;
  takeFault(report: ReportName): ReportFault | null;
  /** Writes what is not written yet. */
  close(): void;
}

interface Kept {
  readonly made: CompanySize;
  readonly company: Company;
}

/** The simulator, with the people kept in `dataDir` if they are of the same size and seed. */
export function createSimulator(settings: WorkforceSettings, dataDir: string | undefined): Simulator {
  const made: CompanySize = { size: settings.size, seed: settings.seed, contractors: settings.contractors };
  const bodies = new Map<ReportName, Buffer>();
  const faults = createFaultQueue<ReportFault>();
  const readState = (): Kept => ({ made, company: workforce.company });
  const file = openStateFile<Kept>(dataDir === undefined ? undefined : join(dataDir, 'workday.json'), readState);
  const workforce: Workforce = new Workforce(settings, keptCompany(file.initial, made), () => {
    bodies.clear();
    file.changed();
  });
  return {
    workforce,
    downloads: { employees: 0, contractors: 0 },
    run: (command, given) => {
      const values = COMMANDS[command].parse(given);
      if (isFaultCommand(command)) {
        const fault = values as CommandArguments<typeof command>;
        faults.add(faultOf(command, fault), fault.times);
        return null;
      }
      if (command === 'clear-faults' || command === 'reset') {
        faults.clear();
        if (command === 'reset') workforce.reset();
        return null;
      }
      return changePeople(workforce, command, values);
    },
    body: (report) => {
      const body = bodies.get(report) ?? Buffer.from(JSON.stringify({ Report_Entry: workforce.company[report] }));
      bodies.set(report, body);
      return body;
    },
    takeFault: (report) => faults.take((fault) => fault.report === undefined || fault.report === report),
    close: () => file.close(),
  };
}

/** The table pairs each command with its own arguments, which a look-up by a variable name cannot express. */
function changePeople(workforce: Workforce, command: PeopleCommand, values: unknown): ReportEntry {
  const act = PEOPLE_COMMANDS[command] as (workforce: Workforce, given: unknown) => ReportEntry;
  return act(workforce, values);
}

function keptCompany(kept: Kept | null, made: CompanySize): Company | null {
  if (kept === null) return null;
  const same =
    kept.made.size === made.size && kept.made.seed === made.seed && kept.made.contractors === made.contractors;
  return same ? kept.company : null;
}
