import { proxyActivities } from '@temporalio/workflow';

import { applicationTaskQueue } from '../domain/names.js';

export { syncUser } from '../workflows/index.js';

/** What the empty shape is made of: one queue per application, and how many mails follow. */
export interface EmptyShape {
  readonly directory: string;
  readonly applications: readonly string[];
  readonly mails: number;
}

interface EmptyActivities {
  empty(): Promise<void>;
}

const main = proxyActivities<EmptyActivities>({ startToCloseTimeout: '15s' });
const ofQueue = (instance: string): EmptyActivities =>
  proxyActivities<EmptyActivities>({ startToCloseTimeout: '60s', taskQueue: applicationTaskQueue(instance) });

/** A joiner without content: as many activities on the same queues in the same order, each of which does nothing. */
export async function emptyJoiner({ directory, applications, mails }: EmptyShape): Promise<void> {
  await main.empty();
  const account = async (): Promise<void> => {
    await ofQueue(directory).empty();
    await ofQueue(directory).empty();
  };
  await Promise.all([account(), ...applications.map((name) => ofQueue(name).empty())]);
  const sent = Array.from({ length: mails }, () => main.empty());
  await main.empty();
  await Promise.all(sent);
}
