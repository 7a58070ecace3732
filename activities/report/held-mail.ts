import { log } from '@temporalio/activity';
import { PlanState } from '../store/cycle-plan.js';
import type { PlanItemDocument } from '../store/cycle-plan.js';
import type { ActivityDependencies, Mail } from '../dependencies.js';
import { body, factsTable, paragraph, SIGNATURE } from '../mails/layout.js';
import type { HeldSetDocument } from '../store/held.js';

const MOST_LISTED = 50;

/**
 * Tells IT about each held set, once. A mail that cannot be sent holds nothing up: it is tried again with the next
 * plan. A crash between sending and recording sends it twice, with one message id.
 */
export async function mailHeldSets(
  { store, configuration, mailer, clock }: Pick<ActivityDependencies, 'store' | 'configuration' | 'mailer' | 'clock'>,
  instance: string,
): Promise<void> {
  const { itNotificationEmail } = configuration.current().ilm.playbooks;
  if (itNotificationEmail === undefined) return;
  for (const set of await store.held.unmailed(instance)) {
    const items = await store.plan.ofSet(set._id, [PlanState.Held]);
    try {
      if (items.length > 0) await mailer.send(heldMail(set, items, itNotificationEmail));
      await store.held.markMailed(set._id, clock.now().toISOString());
    } catch (error) {
      log.warn('the mail about a held set could not be sent', { set: set._id, error: String(error) });
    }
  }
}

function heldMail(set: HeldSetDocument, items: readonly PlanItemDocument[], to: string): Mail {
  const more = items.length - MOST_LISTED;
  return {
    to: [to],
    subject: `${items.length} changes from ${set.instance} are held (${set._id})`,
    html: body(
      paragraph(`The report of ${set.instance} asks for more than may happen by itself. ${set.reason}`),
      factsTable([
        ['Set', set._id],
        ['Action', set.action],
        ['Held', String(items.length)],
      ]),
      factsTable(items.slice(0, MOST_LISTED).map(({ type, email }) => [type, email])),
      ...(more > 0 ? [paragraph(`... and ${more} more.`)] : []),
      paragraph(`Look at them: ilm held show ${set._id}`),
      paragraph(`Let them happen: ilm held release ${set._id}. Refuse them: ilm held discard ${set._id}.`),
      SIGNATURE,
    ),
    messageId: `held/${set._id}`,
  };
}
