import type { LogParty } from './log-event.js';

/**
 * Whose deactivations in Okta end an employment (TUFE, spec okta-flows 4.3). An actor is named by id or login, in any
 * case.
 */
export interface TufeActors {
  /** Their deactivations are none; holds the account whose token the connector uses. */
  readonly dropActors: readonly string[];
  /** Only their deactivations are; empty = everybody's but those above. */
  readonly onlyActors: readonly string[];
}

/** Where a deactivation's actor puts it: an end of an employment, not one, or not to be told, because no rule is set. */
export type TufeVerdict = 'tufe' | 'dropped' | 'noRule';

const names = (actors: readonly string[], { id, alternateId }: LogParty): boolean => {
  const own = [id, alternateId].flatMap((name) => (typeof name === 'string' ? [name.trim().toLowerCase()] : []));
  return actors.some((actor) => own.includes(actor.trim().toLowerCase()));
};

const isUnset = ({ dropActors, onlyActors }: TufeActors): boolean => dropActors.length === 0 && onlyActors.length === 0;

/**
 * Judges a deactivation by its actor. Without any rule no deactivation counts: our own disabling of a leaver makes the
 * same event, and each would come back as a termination. `dropActors` wins over `onlyActors`.
 */
export function judgeActor(actors: TufeActors, actor: LogParty | null | undefined): TufeVerdict {
  if (isUnset(actors)) return 'noRule';
  if (names(actors.dropActors, actor ?? {})) return 'dropped';
  const isAllowed = actors.onlyActors.length === 0 || names(actors.onlyActors, actor ?? {});
  return isAllowed ? 'tufe' : 'dropped';
}

/**
 * Why deactivations must not be read as terminations with these rules, in words for operators; null when they may.
 *
 * @param own the account whose token the connector of the Okta instance uses
 */
export function tufeRuleFault(actors: TufeActors, own: LogParty): string | null {
  if (isUnset(actors)) {
    return (
      'Deactivations in Okta are not read as terminations: name the account of this instance in tufe.dropActors, or ' +
      'those who end employments in Okta in tufe.onlyActors.'
    );
  }
  if (actors.dropActors.length > 0 && !names(actors.dropActors, own)) {
    return (
      'tufe.dropActors does not name the account of this instance, so that every termination would come back as one ' +
      'made in Okta: add its id or login.'
    );
  }
  if (judgeActor(actors, own) !== 'tufe') return null;
  return (
    'tufe.onlyActors names the account of this instance, so that every termination would come back as one made in ' +
    'Okta: remove it, or add it to tufe.dropActors.'
  );
}
