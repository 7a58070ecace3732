import type { Filter } from 'mongodb';
import type { ActivityDependencies } from '../dependencies.js';
import type { PersonDocument } from '../store/person-document.js';

/** The decided profiles that came from a Workday instance; those of no instance belong to the only one (design 13). */
export function peopleOf(
  { configuration }: Pick<ActivityDependencies, 'configuration'>,
  source: string,
): Filter<PersonDocument> {
  const isSole = configuration.current().ilm.workday.length === 1;
  const from = isSole ? { $in: [source, '', null] } : source;
  return { 'profile.sourceInstance': from, 'profile.isTemporaryUser': { $ne: true } };
}
