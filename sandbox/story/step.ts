import type { SandboxCompany } from '../company.js';

/** One event of the story of a day: what happens in HR or in the world, and what must be true afterwards. */
export interface StoryStep {
  readonly name: string;
  /** What is to be true, in plain words; `look` answers with the same words when it is. */
  readonly expected: string;
  /** Seconds that the product itself lets pass in this step: timers, pauses between attempts. Default none. */
  readonly waitSeconds?: number;
  /** Makes it happen. Left out on a second start, when the step was told before. */
  act(company: SandboxCompany): Promise<void>;
  /** Reads back from directory, applications, mailbox and record what is true now. */
  look(company: SandboxCompany): Promise<string>;
  /** What changed where, for the reader. */
  tell(company: SandboxCompany): Promise<readonly string[]>;
}

/** What a step came to. */
export interface StepOutcome {
  readonly name: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
}

/** A person of the story, all of them fictional. */
export interface StoryPerson {
  readonly email: string;
  readonly givenName: string;
  readonly surname: string;
  readonly displayName: string;
}

/** Makes a person of the story. */
export const storyPerson = (givenName: string, surname: string, address = `${givenName}.${surname}`): StoryPerson => ({
  email: `${address.toLowerCase()}@example.com`,
  givenName,
  surname,
  displayName: `${givenName} ${surname}`,
});
