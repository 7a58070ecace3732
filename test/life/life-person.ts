import fc from 'fast-check';

import type { Workday } from '../../sandbox/workday/server.js';

/** Days ahead on which somebody of these histories is to start: at once, before the directory is due, out of sight. */
const DAYS_AHEAD = [0, 10, 40] as const;
const TITLES = ['Gardener', 'Botanist', 'Forester', 'Ranger', 'Florist'] as const;
const TAPE_LENGTH = 400;

/** Where HR has a person, as the judge sees it. */
export type Employment = 'never' | 'employed' | 'left' | 'removed';

/** What HR can do to a person next, and in which words it is told. */
interface Change {
  readonly what: string;
  readonly isPossible: (person: LifePerson) => boolean;
  readonly make: (person: LifePerson, workday: Workday) => void;
}

/**
 * One person whose whole life follows from a seed. The random numbers are a tape of fast-check's, so a seed lives the
 * same life again. It says what HR did; what the service made of it is for the judge.
 */
export class LifePerson {
  email: string;
  employeeId: string;
  employment: Employment = 'never';
  /** Days from today to the hire date. */
  startsIn = 0;
  /** The service has seen the person in a report in which they were due. */
  isKnown = false;
  /** Somebody decided that a missing row means nothing. */
  isKept = false;
  /** HR's row still says "to be rehired". */
  isReturning = false;
  /** Every address so far, the present one last. */
  readonly addresses: string[] = [];
  readonly told: string[] = [];
  readonly #tape: readonly number[];
  #position = 0;

  constructor(readonly seed: number) {
    const tapes = fc.sample(fc.array(fc.nat(), { minLength: TAPE_LENGTH, maxLength: TAPE_LENGTH }), {
      seed,
      numRuns: 1,
    });
    this.#tape = tapes[0] ?? [];
    this.email = `life-${seed}@example.com`;
    this.employeeId = `L${seed}`;
    this.addresses.push(this.email);
  }

  get displayName(): string {
    return `Life ${this.seed}`;
  }

  /** The next random number below `count`. */
  draw(count: number): number {
    const number = this.#tape[this.#position % TAPE_LENGTH] ?? 0;
    this.#position += 1;
    return number % count;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.draw(choices.length)] ?? choices[0];
  }

  /** Gives them an address that nobody had before. */
  moveToNewAddress(): string {
    this.email = `life-${this.seed}-${this.addresses.length}@example.com`;
    this.addresses.push(this.email);
    return this.email;
  }

  /** HR changes something about the person, or leaves them alone. */
  liveOn(workday: Workday): void {
    const possible = CHANGES.filter(({ isPossible }) => isPossible(this));
    const change = possible[this.draw(possible.length)];
    if (change === undefined) return;
    this.told.push(change.what);
    change.make(this, workday);
  }

  /** A report was read: whoever is due in it is known from now on. */
  seen(): void {
    if (this.employment === 'employed' && this.startsIn <= 14) this.isKnown = true;
    if (this.employment !== 'removed') this.isKept = false;
  }
}

const isEmployed = ({ employment }: LifePerson): boolean => employment === 'employed';

const CHANGES: readonly Change[] = [
  {
    what: 'nothing',
    isPossible: ({ employment }) => employment !== 'never',
    make: () => undefined,
  },
  {
    what: 'hired',
    isPossible: ({ employment }) => employment === 'never',
    make: hire,
  },
  {
    what: 'got another title',
    isPossible: (person) => isEmployed(person) && !person.isReturning,
    make: (person, workday) => workday.run('update', { email: person.email, title: person.pick(TITLES) }),
  },
  {
    what: 'hire date moved',
    isPossible: (person) => isEmployed(person) && !person.isReturning,
    make: (person, workday) => {
      person.startsIn = person.pick(DAYS_AHEAD);
      workday.run('postpone', { email: person.email, hireDate: `+${person.startsIn}` });
    },
  },
  {
    what: 'got another address',
    isPossible: (person) => isEmployed(person) && !person.isReturning,
    make: (person, workday) => {
      const { email } = person;
      workday.run('change-email', { email, newEmail: person.moveToNewAddress() });
    },
  },
  {
    what: 'left',
    isPossible: (person) => isEmployed(person),
    make: (person, workday) => {
      workday.run('terminate', { email: person.email, lastDayOfWork: '-1', terminationDate: '-1' });
      Object.assign(person, { employment: 'left', isReturning: false });
    },
  },
  {
    what: 'returned',
    isPossible: ({ employment, isKnown }) => employment === 'left' && isKnown,
    make: (person, workday) => {
      workday.run('rehire', { email: person.email, hireDate: 'today' });
      Object.assign(person, { employment: 'employed', startsIn: 0, isReturning: true });
    },
  },
  {
    // Until then the row says Terminated beside "to be rehired", and HR changes nothing else.
    what: 'began again',
    isPossible: ({ isReturning }) => isReturning,
    make: (person, workday) => {
      const fields = { Employment_Status: 'Active', Prehire_Flag: 'False', Rehired_Employee: 'No' };
      workday.run('update', { email: person.email, fields });
      person.isReturning = false;
    },
  },
  {
    what: 'row removed',
    isPossible: (person) => isEmployed(person) && !person.isReturning,
    make: (person, workday) => {
      workday.run('remove', { email: person.email });
      person.employment = 'removed';
    },
  },
];

function hire(person: LifePerson, workday: Workday): void {
  person.startsIn = person.pick(DAYS_AHEAD);
  person.employment = 'employed';
  workday.run('hire', {
    email: person.email,
    employeeId: person.employeeId,
    displayName: person.displayName,
    givenName: 'Life',
    surname: String(person.seed),
    title: person.pick(TITLES),
    department: 'Engineering',
    location: 'Berlin',
    hireDate: `+${person.startsIn}`,
  });
}
