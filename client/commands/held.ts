import { reportCycleWorkflowId } from '../../domain/names.js';
import type { HeldOutcome } from '../../activities/store/held.js';
import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';
import { age, facts, table } from '../output.js';

interface DecisionOptions {
  readonly item?: string;
  readonly planHash?: string;
  readonly note?: string;
}

/** `ilm held list|show|release|discard`. */
export const registerHeld: Registrar = (held, run) => {
  held
    .command('list')
    .description('every set of items that waits for an approver')
    .action(run(listHeld))
    .addHelpText('after', examples('ilm held list'));
  held
    .command('show')
    .description('the items of a set')
    .argument('<set>')
    .action(run(showHeld))
    .addHelpText('after', examples('ilm held show SET --json'));
  for (const [name, text] of [
    ['release', 'let items happen: all of a set, or one'],
    ['discard', 'drop items: all of a set, or one'],
  ] as const) {
    held
      .command(name)
      .description(text)
      .argument('<set>')
      .option('--item <id>', 'one item only')
      .option('--plan-hash <hash>', 'refuse when the set is not what `held show` showed')
      .option('--note <text>', 'kept with the decision')
      .action(run((context, set: string, options: DecisionOptions) => decideHeld(context, name, set, options)))
      .addHelpText('after', examples(`ilm held ${name} SET --as admin@example.com --note "checked with HR"`));
  }
};

async function listHeld(context: CommandContext): Promise<void> {
  const sets = await (await context.store()).held.list();
  context.print(sets, () =>
    sets.length === 0
      ? 'Nothing is held.'
      : table(
          ['set', 'report', 'action', 'held', 'released', 'age', 'why'],
          sets.map((set) => [set._id, set.instance, set.action, set.held, set.released, age(set.openedAt), set.reason]),
        ),
  );
}

async function showHeld(context: CommandContext, name: string): Promise<void> {
  const found = await (await context.store()).held.show(name);
  if (found === null) throw unknownSet(name);
  const { set, items } = found;
  context.print(found, () =>
    [
      facts([
        ['set', set._id],
        ['report', set.instance],
        ['action', set.action],
        ['why', set.reason],
        ['plan hash', set.planHash],
      ]),
      items.length === 0
        ? 'Nothing of it waits any more.'
        : table(
            ['item', 'type', 'person', 'state', 'fields'],
            items.map(({ _id, type, email, state, changedFields }) => [
              _id,
              type,
              email,
              state,
              Object.keys(changedFields).join(', '),
            ]),
          ),
    ].join('\n'),
  );
}

async function decideHeld(
  context: CommandContext,
  what: 'release' | 'discard',
  set: string,
  { item, planHash, note }: DecisionOptions,
): Promise<void> {
  const { id: by } = await context.actor();
  const { held } = await context.store();
  const outcome = await held[what]({
    set,
    by,
    at: new Date().toISOString(),
    ...(item === undefined ? {} : { item }),
    ...(planHash === undefined ? {} : { planHash }),
    ...(note === undefined ? {} : { note }),
  });
  if (outcome.kind !== 'done') throw refusalOf(outcome, what, set, item);
  if (what === 'release') await wakeCycle(context, set);
  context.print({ set, ...outcome }, `${outcome.items} ${what === 'release' ? 'released' : 'discarded'}`);
}

function refusalOf(
  outcome: Exclude<HeldOutcome, { kind: 'done' }>,
  what: string,
  set: string,
  item: string | undefined,
): Error {
  switch (outcome.kind) {
    case 'unknown-set':
      return unknownSet(set);
    case 'unknown-item':
      if (item === undefined) return new CommandFailed(`Nothing of ${set} waits any more. See: ilm held list`);
      return inputError('--item', 'is no item that waits in this set', `Run \`ilm held show ${set}\`.`, item);
    case 'drifted':
      return new CommandFailed(
        `This needs the hash of what you saw. Look at the set with \`ilm held show ${set}\`, then repeat with ` +
          `\`ilm held ${what} ${set} --plan-hash ${outcome.planHash ?? 'HASH'}\`.`,
      );
  }
}

const unknownSet = (set: string): Error => inputError('<set>', 'is no held set', 'Run `ilm held list`.', set);

/** Released items open in the next run; it need not wait for its time. They are released whether it is reached or not. */
async function wakeCycle(context: CommandContext, set: string): Promise<void> {
  const found = await (await context.store()).held.show(set);
  if (found === null) return;
  const { instance } = found.set;
  const [{ WorkflowNotFoundError }, { runNowSignal }] = await Promise.all([
    import('@temporalio/client'),
    import('../../workflows/messages.js'),
  ]);
  try {
    const client = await context.client();
    await client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(runNowSignal);
  } catch (error) {
    const isStopped = error instanceof WorkflowNotFoundError;
    context.progress(
      isStopped
        ? `The cycle of ${instance} does not run; start it with: ilm report start "${instance}"`
        : `The cycle of ${instance} could not be told; the items open in its next run.`,
    );
  }
}
