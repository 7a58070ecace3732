import { Command, CommanderError } from 'commander';

import { ConfigurationError, formatFault } from '../activities/configuration/faults.js';
import { ExitCode } from './command.js';
import type { Registrar, Runner } from './command.js';
import { CommandContext } from './context.js';
import type { GlobalOptions } from './context.js';
import { CommandFailed, InputError, formatInputFault } from './faults.js';

/** A command of the first level: its name, a sentence, and where its code is, loaded only when it is used. */
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
    summary: 'incidents: list, show, retry, close, assign, comment',
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
    name: 'counter',
    summary: 'directory accounts that terminations have disabled: show, reset',
    load: async () => (await import('./commands/counter.js')).registerCounter,
  },
  {
    name: 'iam',
    summary: 'accounts and groups of an application by hand',
    load: async () => (await import('./commands/iam.js')).registerIam,
  },
  {
    name: 'okta',
    summary: 'IAM Configuration: which application in Okta is connected to which instance',
    load: async () => (await import('./commands/okta.js')).registerOkta,
  },
  {
    name: 'adopt',
    summary: 'find the accounts that people already have, after the first sync',
    load: async () => (await import('./commands/adopt.js')).registerAdopt,
  },
  {
    name: 'test-instances',
    summary: 'try every command of every application instance with a test user',
    load: async () => (await import('./commands/test-instances.js')).registerTestInstances,
  },
  {
    name: 'console',
    summary: 'serve the decision page that mails link to',
    load: async () => (await import('./commands/console.js')).registerConsole,
  },
];

const MOST_LINES = 100;
const REMEDY = 'Add --help to see what is possible.';

/** Parses the arguments, runs the command and answers with the exit code. Nothing at all asks for help. */
export async function runProgram(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = ExitCode.Done;
  const run: Runner =
    (action) =>
    async (...args) => {
      const context = new CommandContext(globalOptions(args));
      try {
        code = (await action(context, ...args)) ?? ExitCode.Done;
      } finally {
        await context.close();
      }
    };
  const isJson = argv.includes('--json');
  try {
    await createProgram(run).parseAsync(withHelp(argv), { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, isJson);
  }
}

/** `help report preview` asks for what `report preview --help` prints; nothing at all asks for help, too. */
function withHelp(argv: readonly string[]): string[] {
  const [first, ...rest] = argv;
  if (first === undefined) return ['--help'];
  return first === 'help' ? [...rest, '--help'] : [...argv];
}

/** Options of the program, which may stand before or behind the command's name. Commander hands over the command last. */
function globalOptions(args: readonly unknown[]): GlobalOptions {
  const command = args.at(-1) as Command;
  const isConfigNamed = command.getOptionValueSourceWithGlobals('config') === 'cli';
  return { ...command.optsWithGlobals<Omit<GlobalOptions, 'isConfigNamed'>>(), isConfigNamed };
}

function createProgram(run: Runner): Command {
  const program = new Command('ilm')
    .description('Identity lifecycle management: joiners, movers, leavers and returners from HR to every application.')
    .option('--config <dir>', 'configuration directory (or ILM_CONFIG)', process.env['ILM_CONFIG'] ?? 'config')
    .option('--as <email>', 'who gives the command, one of the people in ilm.yaml (or ILM_USER)')
    .option('--json', 'print the result as JSON')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError(REMEDY)
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 faulty input.');
  for (const { name, summary } of GROUPS) program.command(name).description(summary);
  program.hook('preSubcommand', async (_, command) => {
    const group = GROUPS.find(({ name }) => name === command.name());
    if (group !== undefined) (await group.load())(command, run);
  });
  return program;
}

/** Every way to fail ends in a message with a next step. */
function explain(error: unknown, isJson: boolean): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitCode.Done;
    const problem = error.code === 'commander.help' ? 'no command is named' : error.message.replace(/^error: /, '');
    // Commander has told a person already.
    if (isJson) printFaults([{ problem, remedy: REMEDY }]);
    return ExitCode.FaultyInput;
  }
  if (error instanceof InputError) return tell(error.faults, error.faults.map(formatInputFault), isJson);
  if (error instanceof ConfigurationError) return tell(error.faults, error.faults.map(formatFault), isJson);
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    error instanceof CommandFailed ? message : `${message}\nRun \`ilm check\` to see what does not answer.`,
  );
  return ExitCode.Failed;
}

function tell(faults: readonly unknown[], lines: readonly string[], isJson: boolean): ExitCode {
  if (isJson) printFaults(faults);
  const hidden = lines.length - MOST_LINES;
  const more = hidden > 0 ? [`... and ${hidden} more faults; --json lists all of them.`] : [];
  console.error([...lines.slice(0, MOST_LINES), ...more].join('\n'));
  return ExitCode.FaultyInput;
}

const printFaults = (faults: readonly unknown[]): void => console.log(JSON.stringify({ faults }, null, 2));
