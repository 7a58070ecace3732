import { decideAccount } from '../../activities/adoption/decide.js';
import { ExitCode } from '../command.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, InputError, optionFault } from '../faults.js';
import { attempt, connectorsWith } from './iam-instance.js';
import { personByEmail } from './profile-show.js';

/** Options that go with `--decide`. */
export interface DecideOptions {
  readonly application?: string;
  readonly account?: string;
}

/** `ilm adopt <instance> --decide <email> --application <name> --account <id>`. */
export async function decideByHand(
  context: CommandContext,
  source: string,
  email: string,
  { application, account }: DecideOptions,
): Promise<ExitCode> {
  if (application === undefined || account === undefined) {
    const missing = [
      ...(application === undefined
        ? [optionFault('--application', 'is missing', 'Name the application instance.')]
        : []),
      ...(account === undefined ? [optionFault('--account', 'is missing', 'Take an id that --report shows.')] : []),
    ];
    throw new InputError(missing);
  }
  const connectors = await connectorsWith(context, application, '--application');
  const { id: by } = await context.actor();
  const store = await context.store();
  const person = await personByEmail(store.people, email);
  const decision = { person, source, application, accountId: account, by };
  const found = await attempt(context, application, () => decideAccount({ store, connectors }, decision));
  if (found === null) {
    throw new CommandFailed(
      'An incident works on this person right now, so nothing was stored. Try again in a minute.',
    );
  }
  const { personId } = person;
  const { active } = found;
  context.print(
    { instance: source, application, personId, accountId: account, active, by },
    `${application}: account ${account} is the one of ${email}. Retry incidents that halted for it: ilm task list`,
  );
  return ExitCode.Done;
}
