import { countingWindow } from '../../activities/incidents/termination-decisions.js';
import { examples } from '../command.js';
import type { Registrar } from '../command.js';
import type { CommandContext } from '../context.js';
import { facts } from '../output.js';

/** `ilm counter show|reset`. */
export const registerCounter: Registrar = (counter, run) => {
  counter
    .command('show')
    .description('directory accounts that terminations have disabled since the day began or the count was reset')
    .action(run(showCounter))
    .addHelpText('after', examples('ilm counter show'));
  counter
    .command('reset')
    .description('count anew from now on, so that playbooks.maxDeactivationLimit holds for what comes')
    .action(run(resetCounter))
    .addHelpText('after', examples('ilm counter reset --as admin@example.com'));
};

async function showCounter(context: CommandContext): Promise<void> {
  const { ilm } = await context.configuration();
  const { since, disabled, underWay } = await readCounter(context);
  const limit = ilm.playbooks.maxDeactivationLimit ?? null;
  context.print({ since, disabled, underWay, limit }, () =>
    facts([
      ['since', since],
      ['disabled', disabled],
      ['under way', underWay],
      ['limit', limit ?? 'none'],
    ]),
  );
}

async function resetCounter(context: CommandContext): Promise<void> {
  const { id: by } = await context.actor();
  const before = await readCounter(context);
  const at = new Date().toISOString();
  await (await context.store()).deactivations.reset(at, by);
  context.print({ since: at, before }, `Counting anew since ${at}; ${before.disabled} were disabled before.`);
}

async function readCounter(context: CommandContext) {
  const configuration = await context.configuration();
  const store = await context.store();
  const since = await countingWindow({
    store,
    configuration: { current: () => configuration },
    clock: { now: () => new Date() },
  });
  return { since, ...(await store.deactivations.count(since)) };
}
