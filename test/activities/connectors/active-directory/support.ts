import type { TestContext } from 'node:test';
import { runUserCommand } from '../../../../activities/connectors/commands.js';
import { openDirectory, realController } from '../../../connectors/support/directory.js';
import type { TestDirectory } from '../../../connectors/support/directory.js';
import type {
  CommandFlags,
  UserCommand,
  UserCommandRequest,
  UserCommandResult,
  UserConnector,
} from '../../../../activities/connectors/types.js';
import type { UserProfile } from '../../../../domain/profile.js';

const FLAGS: CommandFlags = {
  createUserEnabled: true,
  updateUserEnabled: true,
  enableUserEnabled: true,
  disableUserEnabled: true,
  createIfNotExists: true,
};

/** A container of the test's own on a real domain controller; skips the test, with the reason, where there is none. */
export async function directoryFor(t: TestContext): Promise<TestDirectory | null> {
  const controller = await realController();
  if ('unavailable' in controller) {
    t.skip(controller.unavailable);
    return null;
  }
  const directory = await openDirectory(controller);
  t.after(directory.close);
  return directory;
}

/** Runs one command with all flags on. */
export const run = (
  connector: UserConnector,
  command: UserCommand,
  profile: UserProfile,
  request: Partial<UserCommandRequest> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, FLAGS, command, { profile, known: null, allowEnable: false, ...request });
