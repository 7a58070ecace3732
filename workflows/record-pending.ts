import type { Answers } from './answers.js';
import { incidentActivities } from './proxies.js';

/**
 * Has the answers that came for the open question verified and recorded, and closes it when one of them counts.
 *
 * @returns whether the question has its answer now, which the record holds
 */
export async function recordPending(answers: Answers): Promise<boolean> {
  const pending = answers.takeAll();
  const requests = pending.map(({ decision, at }) => ({ ...decision, at }));
  const results = await incidentActivities.recordAnswers({ answers: requests });
  pending.forEach((answer, index) => (answer.result = results[index] ?? { kind: 'refused' }));
  // Late = another way recorded an answer first; the record has it, so the run goes on with that one.
  const isDecided = results.some(({ kind }) => kind === 'recorded' || kind === 'late');
  if (isDecided) answers.close({ isDecided });
  return isDecided;
}
