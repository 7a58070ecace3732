import type { People } from '../../activities/store/people.js';
import { fromPathSegment } from '../../activities/store/database.js';
import type { PersonDocument } from '../../activities/store/person-document.js';
import type { UserProfile } from '../../domain/profile.js';
import type { CommandContext } from '../context.js';
import { inputError } from '../faults.js';
import { furtherFields, layoutOf, sectionTexts } from '../layout.js';
import type { Layout } from '../layout.js';
import { facts, table } from '../output.js';

/** A person's record that has a profile. */
export type PersonWithProfile = PersonDocument & { readonly profile: UserProfile };

/**
 * The permanent or proposed profile under an e-mail.
 *
 * @throws InputError when there is none
 */
export async function personByEmail(people: People, email: string): Promise<PersonWithProfile> {
  const person = await people.byEmail(email);
  if (person?.profile === undefined) {
    throw inputError('<email>', 'is the e-mail of nobody', 'Run `ilm profile list`.', email);
  }
  return { ...person, profile: person.profile };
}

/** `ilm profile show`. */
export async function showProfile(context: CommandContext, email: string): Promise<void> {
  const { people } = await context.store();
  const person = await personByEmail(people, email);
  const accounts = Object.fromEntries(
    Object.entries(person.accounts ?? {}).map(([segment, account]) => [fromPathSegment(segment), account]),
  );
  const openIntents = Object.values(person.intents ?? {});
  const json = { ...person.profile, accounts, queue: person.queue, openIntents };
  const layout = await layoutOf(context, 'profile');
  context.print(json, () =>
    [
      ...profileTexts(layout, person.profile),
      ...section(
        'Accounts',
        ['instance', 'id', 'created', 'first password', 'delivered'],
        Object.entries(accounts).map(([instance, { id, createdAt, initialisedAt, deliveredAt }]) => [
          instance,
          id,
          createdAt,
          initialisedAt,
          deliveredAt,
        ]),
      ),
      ...section(
        'Turns',
        ['incident', 'place', 'since'],
        person.queue.map(({ incidentId, since }, place) => [
          incidentId,
          place === 0 ? 'holds the turn' : 'waits',
          since,
        ]),
      ),
      ...section(
        'Outcome unknown until the next look-up',
        ['incident', 'instance', 'command', 'since'],
        openIntents.map(({ incidentId, instance, command, at }) => [incidentId, instance, command, at]),
      ),
    ]
      .join('\n')
      .trimStart(),
  );
}

/** The sections of the layout, then what none of them names; without a layout, everything. */
function profileTexts(layout: Layout, profile: UserProfile): string[] {
  const further = facts(furtherFields(layout, profile));
  if (layout.sections.length === 0) return [further];
  return [...sectionTexts(layout, profile), ...(further === '' ? [] : [`\nFurther fields\n${further}`])];
}

const section = (title: string, head: readonly string[], rows: readonly (readonly unknown[])[]): string[] =>
  rows.length === 0 ? [] : [`\n${title}`, table(head, rows)];
