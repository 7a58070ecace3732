import type { AssignmentMethod, Reviewer } from './config.js';

/** Who owns a failed incident, and what to tell about the choice. */
export interface Assignment {
  readonly ownerId: string | null;
  readonly note: string;
}

/**
 * Chooses the owner of a failed incident (guide, *UserAssignmentMethod*). Only `random` chooses by itself in this
 * version; every other method falls back to it and says so.
 *
 * @param roles roles to choose from; empty = any
 * @param onCall whether only people on shift count; `isOnShift` knows
 * @param random a number in [0, 1)
 */
export function chooseOwner(
  method: AssignmentMethod,
  people: readonly Reviewer[],
  options: {
    readonly roles: readonly string[];
    readonly onCall: boolean;
    readonly isOnShift: (person: Reviewer) => boolean;
    readonly random: number;
  },
): Assignment {
  const candidates = people.filter(
    (person) =>
      (options.roles.length === 0 || person.roles.some((role) => options.roles.includes(role))) &&
      (!options.onCall || options.isOnShift(person)),
  );
  const chosen = candidates[Math.floor(options.random * candidates.length)];
  if (chosen === undefined) {
    const whom =
      options.roles.length === 0
        ? 'nobody is configured under people'
        : `nobody has a role of ${options.roles.join(', ')}`;
    return { ownerId: null, note: `${whom}${options.onCall ? ' and is on shift' : ''}; assign somebody by hand` };
  }
  return {
    ownerId: chosen.id,
    note: method === 'random' ? 'chosen at random' : `method ${method} is not available; chosen at random`,
  };
}
