import type { KnownAccount } from './connectors/types.js';
import { accountIn } from './store/people.js';
import type { PersonDocument } from './store/person-document.js';

/** The account we know of a person in an instance, in the form that connectors take. */
export function knownAccount(person: PersonDocument, instance: string): KnownAccount | null {
  const facts = accountIn(person, instance);
  if (facts?.id === undefined) return null;
  const { id, username, disabledAt } = facts;
  return { id, ...(username === undefined ? {} : { username }), ...(disabledAt === undefined ? {} : { disabledAt }) };
}
