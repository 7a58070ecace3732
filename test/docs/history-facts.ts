import { Buffer } from 'node:buffer';

/** A payload, or anything around payloads, as a recorded history writes it. */
type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;

const fieldsOf = (value: Json | undefined): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** The first value of what a call was given or gave. */
function valueOf(payloads: Json | undefined): Json {
  const list = fieldsOf(payloads)['payloads'];
  const data = textOf(fieldsOf(Array.isArray(list) ? (list as Json[])[0] : undefined)['data']);
  return data === '' ? null : (JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as Json);
}

/** What somebody answered: `<incident>/<kind>/<number>` names the question. */
const answerFact = ({ taskId, option }: Fields): string =>
  `answer ${textOf(taskId).split('/')[1] ?? ''}: ${textOf(option)}`;

/** An answer, an edit, or only the name of what was asked. */
function updateFact({ name, args }: Fields): string {
  const given = fieldsOf(valueOf(args));
  const { kind } = fieldsOf(given['edit']);
  if (typeof kind === 'string') return `edit ${kind}`;
  return textOf(given['taskId']) === '' ? `update ${textOf(name)}` : answerFact(given);
}

function commandFact({ instance, command, action, success, skipped }: Fields): string {
  const outcome = skipped === true ? 'skipped' : success === true ? textOf(action) || 'done' : 'failed';
  return `${textOf(instance)} ${textOf(command)}: ${outcome}`;
}

/** What an activity has come to: a command's outcome, a question, an end, or nothing but that it was done. */
function activityFacts(name: string, input: Fields, result: Json): string[] {
  const fields = fieldsOf(result);
  if (textOf(fields['command']) !== '') return [name, commandFact(fields)];
  const { kind, type, reason, task } = fields;
  const question = textOf(fieldsOf(task)['kind']);
  return [
    name,
    ...(name === 'setAdAccountStatus' ? [`status ${textOf(input['status'])}`] : []),
    ...(question === '' ? [] : [`asked ${question}`]),
    ...(kind === 'closed' && typeof reason === 'string' ? [`closed: ${reason}`] : []),
    ...(typeof type === 'string' ? [type] : []),
  ];
}

/**
 * What happened in a recorded history, in its order, in the words of `docs/playbook-branches`: activities that were
 * done and what they came to, questions and answers, signals, timers, children, and the end.
 *
 * @param text the file of a history
 */
export function factsOf(text: string): string[] {
  const { events } = JSON.parse(text) as { events: readonly Fields[] };
  const scheduled = new Map<string, { readonly name: string; readonly input: Fields }>();
  return events.flatMap((event): string[] => {
    const attributes = fieldsOf(Object.entries(event).find(([name]) => name.endsWith('EventAttributes'))?.[1]);
    switch (textOf(event['eventType']).replace('EVENT_TYPE_', '')) {
      case 'ACTIVITY_TASK_SCHEDULED':
        scheduled.set(textOf(event['eventId']), {
          name: textOf(fieldsOf(attributes['activityType'])['name']),
          input: fieldsOf(valueOf(attributes['input'])),
        });
        return [];
      case 'ACTIVITY_TASK_COMPLETED': {
        const { name = '', input = {} } = scheduled.get(textOf(attributes['scheduledEventId'])) ?? {};
        return activityFacts(name, input, valueOf(attributes['result']));
      }
      case 'ACTIVITY_TASK_FAILED':
      case 'ACTIVITY_TASK_TIMED_OUT':
        return [`${scheduled.get(textOf(attributes['scheduledEventId']))?.name ?? ''} failed`];
      case 'WORKFLOW_EXECUTION_SIGNALED':
        return [`signal ${textOf(attributes['signalName'])}`];
      case 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED':
        return [updateFact(fieldsOf(fieldsOf(attributes['acceptedRequest'])['input']))];
      case 'TIMER_FIRED':
        return ['timer fired'];
      case 'START_CHILD_WORKFLOW_EXECUTION_INITIATED':
        return [`hook ${textOf(fieldsOf(attributes['workflowType'])['name'])}`];
      case 'CHILD_WORKFLOW_EXECUTION_COMPLETED':
        return ['hook done'];
      case 'CHILD_WORKFLOW_EXECUTION_FAILED':
      case 'CHILD_WORKFLOW_EXECUTION_TIMED_OUT':
        return ['hook failed'];
      case 'WORKFLOW_EXECUTION_CONTINUED_AS_NEW':
        return ['continued as new'];
      case 'WORKFLOW_EXECUTION_FAILED':
        return ['failed'];
      case 'WORKFLOW_EXECUTION_COMPLETED':
        return ['completed'];
      default:
        return [];
    }
  });
}
