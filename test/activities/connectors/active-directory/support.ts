import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { runUserCommand } from '../../../../activities/connectors/commands.js';
import { openDirectory, realController, simulatedController } from '../../../connectors/support/directory.js';
import { ALL_FLAGS } from '../../../connectors/support/flags.js';
import type { Controller, TestDirectory } from '../../../connectors/support/directory.js';
import type {
  UserCommand,
  UserCommandRequest,
  UserCommandResult,
  UserConnector,
} from '../../../../activities/connectors/types.js';
import type { UserProfile } from '../../../../domain/profile.js';

/** A test's container, and the server it lies on. */
type DirectoryTest = (directory: TestDirectory, controller: Controller, t: TestContext) => Promise<void>;

/**
 * Registers a test twice: on a real domain controller (skipped, with the reason, where there is none) and on the
 * simulated directory, which refuses what Windows refuses. Each run has containers of its own.
 */
export function directoryTest(title: string, work: DirectoryTest): void {
  const servers = [
    ['Samba', realController],
    ['simulated', simulatedController],
  ] as const;
  for (const [name, start] of servers) {
    test(`${name}: ${title}`, async (t) => {
      const controller = await start();
      if ('unavailable' in controller) {
        t.skip(controller.unavailable);
        return;
      }
      const directory = await openDirectory(controller);
      t.after(directory.close);
      await work(directory, controller, t);
    });
  }
}

/** Runs one command with all flags on. */
export const run = (
  connector: UserConnector,
  command: UserCommand,
  profile: UserProfile,
  request: Partial<UserCommandRequest> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, ALL_FLAGS, command, { profile, known: null, allowEnable: false, ...request });
