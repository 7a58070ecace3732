import { WorkflowNotFoundError } from '@temporalio/client';

import { reportCycleWorkflowId } from '../../domain/names.js';
import type { HeldOutcome } from '../../activities/store/held.js';
import { runNowSignal } from '../../workflows/messages.js';
import type { CommandContext } from '../context.js';
import { CommandFailed, inputError } from '../faults.js';
import { age, facts, table } from '../output.js';
import type { Registrar } from '../command.js';

interface DecisionOptions {
  readonly item?: string;
  readonly planHash?: string;
  readonly note?: string;
}

/** `ilm held list|show|release|discard`. */
export const registerHeld: Registrar = (program, run) => {
  const held = program.command('held').description('what the gate holds back');
  held
    .command('list')
    .description('every set of items that waits for an approver')
    .action(run(listHeld))
    .addHelpText('after', '\nExample:\n  ilm held list');
  held
    .command('show')
    .description('the items of a set')
    .argument('<set>')
    .action(run(showHeld))
    .addHelpText('after', '\nExample:\n  ilm held show <set> --json');
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
      .addHelpText('after', `\nExample:\n  ilm --as admin@example.com held ${name} <set> --note "checked with HR"`);
  }
};

async function listHeld(context: CommandContext): Promise<void> {
  const sets = await (await context.store()).held.list();
  context.print(
    sets,
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
  context.print(
    found,
    [
      facts([
        ['set', set._id],
        ['report', set.instance],
        ['action', set.action],
        ['why', set.reason],
        ['plan hash', set.planHash],
      ]),
      table(
        ['item', 'type', 'person', 'state', 'fields'],
        items.map((item) => [item._id, item.type, item.email, item.state, Object.keys(item.changedFields).join(', ')]),
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
  const { held } = await context.store();
  const outcome = await held[what]({
    set,
    by: context.actor.id,
    at: new Date().toISOString(),
    ...(item === undefined ? {} : { item }),
    ...(planHash === undefined ? {} : { planHash }),
    ...(note === undefined ? {} : { note }),
  });
  if (outcome.kind !== 'done') throw refusalOf(outcome, set, item);
  if (what === 'release') await wakeCycle(context, set);
  context.print({ set, ...outcome }, `${outcome.items} ${what === 'release' ? 'released' : 'discarded'}`);
}

function refusalOf(outcome: Exclude<HeldOutcome, { kind: 'done' }>, set: string, item: string | undefined): Error {
  switch (outcome.kind) {
    case 'unknown-set':
      return unknownSet(set);
    case 'unknown-item':
      return inputError('--item', 'no such item waits in this set', `run \`ilm held show ${set}\``, item);
    case 'drifted':
      return new CommandFailed(
        `The set is not what was shown. Look again with \`ilm held show ${set}\`, then repeat with --plan-hash ${outcome.planHash ?? ''}.`,
      );
  }
}

const unknownSet = (set: string): Error => inputError('<set>', 'there is no such set', 'run `ilm held list`', set);

/** Released items open in the next run; it need not wait for its time. */
async function wakeCycle(context: CommandContext, set: string): Promise<void> {
  const found = await (await context.store()).held.show(set);
  if (found === null) return;
  try {
    const client = await context.client();
    await client.workflow.getHandle(reportCycleWorkflowId(found.set.instance)).signal(runNowSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    context.progress(`The cycle of ${found.set.instance} does not run; start it with \`ilm report start\`.`);
  }
}
