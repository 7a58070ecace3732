import { Command, CommanderError } from 'commander';

import { ConfigurationError, formatFault } from '../activities/configuration/faults.js';
import { ExitCode } from './command.js';
import type { Registrar, Runner } from './command.js';
import { CommandContext } from './context.js';
import type { GlobalOptions } from './context.js';
import { CommandFailed, InputError, formatInputFault } from './faults.js';

/** A group of commands: its name, a sentence, and where its code is, loaded only when it is used. */
interface Group {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Registrar>;
}

const GROUPS: readonly Group[] = [
  {
    name: 'check',
    summary: 'validate the configuration and test every connection',
    load: async () => (await import('./commands/check.js')).registerCheck,
  },
  {
    name: 'report',
    summary: 'report cycles: start, pause, resume, run-now, status, sample, preview',
    load: async () => (await import('./commands/report.js')).registerReport,
  },
  {
    name: 'incident',
    summary: 'incidents: list, show, retry, close',
    load: async () => (await import('./commands/incident.js')).registerIncident,
  },
  {
    name: 'task',
    summary: 'questions that wait for a person: list, decide',
    load: async () => (await import('./commands/task.js')).registerTask,
  },
  {
    name: 'profile',
    summary: 'User Profiles: list, show, set, keep, remove, export, import',
    load: async () => (await import('./commands/profile.js')).registerProfile,
  },
  {
    name: 'held',
    summary: 'what the gate holds back: list, show, release, discard',
    load: async () => (await import('./commands/held.js')).registerHeld,
  },
  {
    name: 'iam',
    summary: 'management operations by hand: create-user, get-user, update-user, disable-user',
    load: async () => (await import('./commands/iam.js')).registerIam,
  },
];

/** Parses the arguments, runs the command and answers with the exit code. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCode.Done;
  const program = new Command('ilm')
    .description('Identity lifecycle management: joiners, movers, leavers and returners from HR to every application.')
    .option('--config <dir>', 'configuration directory (or ILM_CONFIG)', process.env['ILM_CONFIG'] ?? 'config')
    .option('--as <email>', 'who gives the command, one of the people in ilm.yaml (or ILM_USER)')
    .option('--json', 'print the result as JSON')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 faulty input.');
  const run: Runner =
    (action) =>
    async (...args) => {
      const context = new CommandContext(globalOptions(program, args));
      try {
        code = (await action(context, ...args)) ?? ExitCode.Done;
      } finally {
        await context.close();
      }
    };
  try {
    await loadGroups(program, argv, run);
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, argv.includes('--json'));
  }
}

/** `--json` and the others may stand before or behind the command's name. */
function globalOptions(program: Command, args: readonly unknown[]): GlobalOptions {
  const command = args.at(-1);
  const own = command instanceof Command ? command.optsWithGlobals() : {};
  return { ...program.opts(), ...own } as GlobalOptions;
}

async function loadGroups(program: Command, argv: readonly string[], run: Runner): Promise<void> {
  const wanted = GROUPS.find(({ name }) => argv.includes(name));
  for (const { name, summary, load } of GROUPS) {
    if (name === wanted?.name) (await load())(program, run);
    else program.command(name).description(summary);
  }
}

/** Every way to fail ends in a message with a next step. */
function explain(error: unknown, asJson: boolean): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.Done : ExitCode.FaultyInput;
  if (error instanceof InputError) {
    if (asJson) console.log(JSON.stringify({ faults: error.faults }, null, 2));
    for (const fault of error.faults) console.error(formatInputFault(fault));
    return ExitCode.FaultyInput;
  }
  if (error instanceof ConfigurationError) {
    if (asJson) console.log(JSON.stringify({ faults: error.faults }, null, 2));
    console.error(['The configuration has faults:', ...error.faults.map(formatFault)].join('\n'));
    return ExitCode.FaultyInput;
  }
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof CommandFailed ? message : `${message}\nRun \`ilm check\` to see what does not answer.`,
  );
  return ExitCode.Failed;
}
