import type { SandboxCompany } from '../company.js';
import type { Progress } from '../servers/progress.js';
import type { StepOutcome, StoryStep } from './step.js';

const LOOK_EVERY_MS = 250;
/** A cycle that had downloaded the report before the event needs another run to see it. */
const NUDGE_EVERY_MS = 3_000;
const SAY_EVERY_MS = 4_000;

/**
 * Plays the steps one after another and reads back what each changed. Steps that an earlier start told are only read
 * back. The first step that does not come true within its time ends the story.
 *
 * @param secondsPerStep how long a step may take to come true
 */
export async function tellStory(
  company: SandboxCompany,
  steps: readonly StoryStep[],
  progress: Progress,
  secondsPerStep = 90,
): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const [index, step] of steps.entries()) {
    const isTold = company.isTold(step.name);
    progress(`\n${index + 1}. ${step.name}${isTold ? ' (told before)' : ''}`);
    if (!isTold) await step.act(company);
    const actual = await cameTrue(company, step, progress, secondsPerStep);
    const ok = actual === step.expected;
    outcomes.push({ name: step.name, expected: step.expected, actual, ok });
    progress(`   ${ok ? 'yes' : 'NO'}: ${actual}`);
    if (!ok) {
      progress(`   expected: ${step.expected}`);
      break;
    }
    for (const line of await step.tell(company)) progress(`   - ${line}`);
    await company.markTold(step.name);
  }
  return outcomes;
}

async function cameTrue(
  company: SandboxCompany,
  step: StoryStep,
  progress: Progress,
  seconds: number,
): Promise<string> {
  const began = Date.now();
  let nudgedAt = began;
  let saidAt = began;
  for (;;) {
    const actual = await step.look(company).catch((error: unknown) => `not to be seen yet: ${String(error)}`);
    const now = Date.now();
    if (actual === step.expected || now - began > seconds * 1_000) return actual;
    if (now - nudgedAt > NUDGE_EVERY_MS) {
      nudgedAt = now;
      await company.nudge();
    }
    if (now - saidAt > SAY_EVERY_MS) {
      saidAt = now;
      progress(`   ... ${actual}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
