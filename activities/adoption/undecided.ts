import { ConnectorError, ConnectorErrorKind } from '../connectors/types.js';
import { accountIn } from '../store/people.js';
import type { PersonDocument } from '../store/person-document.js';

/**
 * Why nothing may be written for a person in an instance: several accounts could be theirs and nobody has decided yet.
 * Null when nothing stands in the way.
 */
export function undecidedAccount(person: PersonDocument, instance: string): ConnectorError | null {
  if (accountIn(person, instance)?.undecidedSince === undefined) return null;
  return new ConnectorError(
    ConnectorErrorKind.Ambiguous,
    `${instance}: several accounts could be this person's, so nothing was written. See them with ` +
      '`ilm adopt <report> --report`, then name the right one with `ilm adopt <report> --decide <e-mail>`, or leave ' +
      'only one and adopt again.',
    { code: 'AmbiguousUser' },
  );
}
