import type { Command } from 'commander';

import type { CommandContext } from './context.js';

/** Exit codes of every command. */
export const ExitCode = { Done: 0, Failed: 1, FaultyInput: 2 } as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What a command does; it answers with an exit code when that is not 0. */
export type Action<A extends readonly unknown[]> = (context: CommandContext, ...args: A) => Promise<ExitCode | void>;

/** Gives an action its context, closes what it opened, and keeps its exit code. */
export type Runner = <A extends readonly unknown[]>(action: Action<A>) => (...args: A) => Promise<void>;

/** Completes a command of the first level: adds its commands, or its own arguments and action. */
export type Registrar = (command: Command, run: Runner) => void;

/** Examples below a command's help, one a line. */
export const examples = (...lines: readonly string[]): string =>
  `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
