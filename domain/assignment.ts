import type { AssignmentMethod, Reviewer } from './config.js';

/** Who owns a failed incident, and what to tell about the choice. */
export interface Assignment {
  readonly ownerId: string | null;
  readonly note: string;
}

/** What is counted of our own incidents, by person; somebody without an entry has none. */
export interface Workload {
  /** Open incidents that the person owns. */
  readonly open: Readonly<Record<string, number>>;
  /** Incidents of the type in question that the person owns or owned. */
  readonly ofType: Readonly<Record<string, number>>;
}

/** What a choice is made from. */
export interface AssignmentFacts {
  /** Roles to choose from; empty = any. */
  readonly roles: readonly string[];
  /** Whether only people on shift count. */
  readonly onCall: boolean;
  readonly isOnShift: (person: Reviewer) => boolean;
  readonly workload: Workload;
  /** Who asked for the present attempt; null when nobody did. */
  readonly currentId: string | null;
  /** What the suggestion service said: a person's id, or why there is none. */
  readonly suggestion: { readonly id: string } | { readonly why: string };
  /** A number in [0, 1). */
  readonly random: number;
}

/**
 * Chooses the owner of a failed incident (guide, *UserAssignmentMethod*). People who are away are never chosen. Nobody
 * left is an outcome like any other: the note says why, and nothing waits for it.
 */
export function chooseOwner(method: AssignmentMethod, people: readonly Reviewer[], facts: AssignmentFacts): Assignment {
  if (method === 'current') return chooseCurrent(people, facts);
  const candidates = candidatesOf(method, people, facts);
  if (candidates.length === 0) return { ownerId: null, note: nobodyNote(method, people, facts) };
  switch (method) {
    case 'random':
      return oneOf(candidates, facts, 'chosen at random');
    case 'online':
      return oneOf(candidates, facts, 'chosen at random among the people on shift');
    case 'less-busy-user': {
      const least = bestOf(candidates, (id) => -(facts.workload.open[id] ?? 0));
      return oneOf(least, facts, 'has the fewest open incidents');
    }
    case 'top-user': {
      const most = bestOf(candidates, (id) => facts.workload.ofType[id] ?? 0);
      const hasOwned = most.some(({ id }) => (facts.workload.ofType[id] ?? 0) > 0);
      const note = hasOwned ? 'has owned the most incidents of this type' : 'nobody has owned one of this type yet';
      return oneOf(most, facts, hasOwned ? note : `${note}; chosen at random`);
    }
    case 'machine-learning':
      return chooseSuggested(candidates, facts);
  }
}

/** Whom the method may choose: with a role, not away, and on shift where that is asked for. */
export function candidatesOf(
  method: AssignmentMethod,
  people: readonly Reviewer[],
  { roles, onCall, isOnShift }: Pick<AssignmentFacts, 'roles' | 'onCall' | 'isOnShift'>,
): Reviewer[] {
  return people.filter(
    (person) =>
      person.away !== true &&
      (roles.length === 0 || person.roles.some((role) => roles.includes(role))) &&
      // The service cannot see who sits at a desk; a shift is the nearest that it knows.
      ((!onCall && method !== 'online') || isOnShift(person)),
  );
}

function chooseSuggested(candidates: readonly Reviewer[], facts: AssignmentFacts): Assignment {
  const { suggestion } = facts;
  if ('why' in suggestion) return oneOf(candidates, facts, `${suggestion.why}; chosen at random`);
  return candidates.some(({ id }) => id === suggestion.id)
    ? { ownerId: suggestion.id, note: 'suggested by the suggestion service' }
    : oneOf(candidates, facts, 'the suggestion service named nobody who is available; chosen at random');
}

/** Roles do not count: whoever wants it done looks after it. */
function chooseCurrent(people: readonly Reviewer[], { currentId, onCall, isOnShift }: AssignmentFacts): Assignment {
  const person = people.find(({ id }) => id === currentId);
  if (person === undefined) {
    return {
      ownerId: null,
      note: 'nobody asked for this attempt, so there is no current user; assign somebody by hand',
    };
  }
  return !onCall || isOnShift(person)
    ? { ownerId: person.id, note: 'asked for this attempt' }
    : { ownerId: null, note: 'whoever asked for this attempt is not on shift; assign somebody by hand' };
}

function bestOf(candidates: readonly Reviewer[], scoreOf: (id: string) => number): Reviewer[] {
  const best = Math.max(...candidates.map(({ id }) => scoreOf(id)));
  return candidates.filter(({ id }) => scoreOf(id) === best);
}

function oneOf(candidates: readonly Reviewer[], { random }: AssignmentFacts, note: string): Assignment {
  return { ownerId: candidates[Math.floor(random * candidates.length)]?.id ?? null, note };
}

function nobodyNote(method: AssignmentMethod, people: readonly Reviewer[], { roles, onCall }: AssignmentFacts): string {
  if (people.length === 0) return 'nobody is configured under people; assign somebody by hand';
  const whom = roles.length === 0 ? 'nobody is available' : `nobody with a role of ${roles.join(', ')} is available`;
  return `${whom}${onCall || method === 'online' ? ' and on shift' : ''}; assign somebody by hand`;
}
