import type { Client, WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

const { api } = proto.temporal;
type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** Everything that Temporal keeps about a namespace's runs, as the bytes that its database holds, readable as text. */
export interface RawTemporal {
  /** Histories, search attributes included. */
  readonly histories: string;
  /** The same without search attributes. */
  readonly withoutAttributes: string;
  /** What is known of each run outside its history: search attributes, memo, pending activities and their failures. */
  readonly descriptions: string;
  readonly runs: number;
}

/** Texts lie in protobuf as they are, so that what was put into a payload, a failure or a name can be searched for. */
const readable = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

/** Reads every run of a namespace. A run that was started a moment ago may not be listed yet. */
export async function readTemporal(client: Client): Promise<RawTemporal> {
  const histories: string[] = [];
  const withoutAttributes: string[] = [];
  const descriptions: string[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const events = await eventsOf(client, workflowId, runId);
    histories.push(encode(events));
    withoutAttributes.push(encode(events.map(withoutSearchAttributes)));
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    descriptions.push(readable(api.workflowservice.v1.DescribeWorkflowExecutionResponse.encode(raw).finish()));
  }
  return {
    histories: histories.join('\n'),
    withoutAttributes: withoutAttributes.join('\n'),
    descriptions: descriptions.join('\n'),
    runs: histories.length,
  };
}

async function eventsOf(client: Client, workflowId: string, runId: string): Promise<HistoryEvent[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return events ?? [];
}

const encode = (events: HistoryEvent[]): string => readable(api.history.v1.History.encode({ events }).finish());

/** Events whose attributes may carry search attributes. */
const CARRIERS = [
  'workflowExecutionStartedEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
  'workflowExecutionContinuedAsNewEventAttributes',
] as const;

function withoutSearchAttributes(event: HistoryEvent): HistoryEvent {
  const stripped = CARRIERS.flatMap((carrier) => {
    const attributes = event[carrier];
    return attributes === null || attributes === undefined
      ? []
      : [[carrier, { ...attributes, searchAttributes: null }] as const];
  });
  return { ...event, ...Object.fromEntries(stripped) };
}
