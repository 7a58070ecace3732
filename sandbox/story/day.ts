import {
  activation,
  changeUsername,
  emailChange,
  orphan,
  postponed,
  rehire,
  terminateOrphan,
  termination,
  update,
} from './changes.js';
import {
  applicationDown,
  applicationRecovers,
  badRow,
  createNewAccount,
  emptyReport,
  firstSync,
  hireSomebody,
  takenName,
} from './hires.js';
import type { StoryStep } from './step.js';

/** A step whose outcome a later one changes: on a second start nothing of it is left to be read back. */
const once = (step: StoryStep): StoryStep => ({
  ...step,
  look: async (company) => (company.isTold(step.name) ? step.expected : await step.look(company)),
});

/** The story of a day. Each step leaves the company as the next one expects it. */
export const DAY: readonly StoryStep[] = [
  firstSync,
  once(hireSomebody),
  takenName,
  once(createNewAccount),
  badRow,
  emptyReport,
  applicationDown,
  applicationRecovers,
  once(activation),
  postponed,
  update,
  once(emailChange),
  changeUsername,
  once(termination),
  rehire,
  once(orphan),
  terminateOrphan,
];
