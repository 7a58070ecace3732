import { ADOPTION_OUTCOMES } from '../../domain/adoption.js';
import type { AdoptionOutcome } from '../../domain/adoption.js';
import type { AdoptionDocument } from '../../activities/store/adoptions.js';
import type { People } from '../../activities/store/people.js';
import { ExitCode } from '../command.js';
import type { CommandContext } from '../context.js';
import { table } from '../output.js';

/** One finding that somebody should look at. */
interface Item {
  readonly application: string;
  readonly outcome: AdoptionOutcome | 'contradiction';
  readonly personId: string;
  readonly email: string;
  readonly accountIds: readonly string[];
  readonly reason: string;
}

const CONTRADICTION = "the directory's account and AD Account Status, or the person's presence in HR, disagree";
const READ_AT_ONCE = 1_000;

/** `ilm adopt <instance> --report`: counts per application, and everything but the plain matches. */
export async function showAdoption(context: CommandContext, instance: string): Promise<ExitCode> {
  const { adoptions, people } = await context.store();
  const found = await adoptions.list(instance);
  const applications = [...new Set(found.map(({ application }) => application))].map((application) => {
    const own = found.filter((one) => one.application === application);
    const counts = ADOPTION_OUTCOMES.map((name) => [name, own.filter(({ outcome }) => outcome === name).length]);
    return { application, counts: Object.fromEntries(counts) as Record<AdoptionOutcome, number> };
  });
  const items = await itemsOf(people, found);
  context.print({ instance, applications, items }, () => {
    if (found.length === 0) return `Nobody was looked for yet. Start with: ilm adopt "${instance}"`;
    const counts = applications.map((one) => [one.application, ...ADOPTION_OUTCOMES.map((name) => one.counts[name])]);
    const rows = items.map((item) => [item.application, item.outcome, item.email, item.accountIds, item.reason]);
    return [
      table(['application', ...ADOPTION_OUTCOMES], counts),
      ...(items.length === 0 ? [] : [`\n${table(['application', 'outcome', 'person', 'accounts', 'why'], rows)}`]),
    ].join('\n');
  });
  return ExitCode.Done;
}

async function itemsOf(people: People, found: readonly AdoptionDocument[]): Promise<Item[]> {
  const listed = found.filter(
    ({ outcome, contradicts }) => contradicts === true || (outcome !== 'matched' && outcome !== 'decided'),
  );
  const emails = await emailsOf(people, [...new Set(listed.map(({ personId }) => personId))]);
  return listed.map(({ application, outcome, personId, accountIds, contradicts, reason }) => ({
    application,
    outcome: contradicts === true ? 'contradiction' : outcome,
    personId,
    email: emails.get(personId) ?? '',
    accountIds,
    reason: contradicts === true ? CONTRADICTION : (reason ?? ''),
  }));
}

async function emailsOf(people: People, personIds: readonly string[]): Promise<Map<string, string>> {
  const emails = new Map<string, string>();
  for (let from = 0; from < personIds.length; from += READ_AT_ONCE) {
    const ids = personIds.slice(from, from + READ_AT_ONCE);
    for await (const { personId, profile } of people.profiles({ _id: { $in: ids } })) {
      emails.set(personId, profile?.email ?? '');
    }
  }
  return emails;
}
