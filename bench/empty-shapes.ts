import { proxyActivities, workflowInfo } from '@temporalio/workflow';

import { applicationTaskQueue } from '../domain/names.js';

export { syncUser } from '../workflows/index.js';

/** What an empty shape is made of: one queue per application, and how many mails follow. */
export interface EmptyShape {
  readonly directory: string;
  readonly applications: readonly string[];
  readonly mails: number;
}

/** Activities that do nothing. `disable` stands for the one that disables somebody in an application. */
export interface EmptyActivities {
  empty(): Promise<void>;
  disable(person: string): Promise<void>;
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
  await finish(mails);
}

/** A leaver without content. */
export async function emptyLeaver({ directory, applications, mails }: EmptyShape): Promise<void> {
  const { workflowId } = workflowInfo();
  await main.empty();
  await Promise.all([directory, ...applications].map((name) => ofQueue(name).empty()));
  const account = async (): Promise<void> => {
    await ofQueue(directory).disable(workflowId);
    await main.empty();
  };
  await Promise.all([account(), ...applications.map((name) => ofQueue(name).disable(workflowId))]);
  await finish(mails);
}

async function finish(mails: number): Promise<void> {
  const sent = Array.from({ length: mails }, () => main.empty());
  await main.empty();
  await Promise.all(sent);
}
