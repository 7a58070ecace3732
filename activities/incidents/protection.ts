import { DateTime } from 'luxon';
import { protectionOf } from '../../domain/protection.js';
import type { Entry } from './entry.js';

/** How long a person whom an answer spared is left alone before the question comes again (design decision 10). */
const KEPT_FOR = { days: 7 };

/** Until when a person whom an answer spares now is left alone, as an ISO instant. */
export const keptUntil = ({ deps }: Entry): string =>
  DateTime.fromJSDate(deps.clock.now()).plus(KEPT_FOR).toJSDate().toISOString();

/** The person in a question: by their display name, or by the address of the event. */
export function nameOf({ person, incident }: Entry): string {
  const { displayName = '' } = person.profile ?? {};
  return displayName === '' ? incident.email : displayName;
}

/** Why the person is protected, as a sentence; null = they are not. */
export const protection = ({ deps, person }: Entry): Promise<string | null> =>
  protectionOf(person.profile ?? {}, deps.configuration.current().ilm.protected);
