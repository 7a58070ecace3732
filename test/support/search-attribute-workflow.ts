import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { sleep, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';

const STATE = defineSearchAttributeKey('IlmState', SearchAttributeType.KEYWORD);

/** Sets a search attribute of the engine, sleeps for a month, and returns what it finds there. */
export async function sleepsWithAttributes(): Promise<string | undefined> {
  upsertSearchAttributes([{ key: STATE, value: 'WaitingForDecision' }]);
  await sleep('30 days');
  return workflowInfo().typedSearchAttributes.get(STATE);
}
