import { setTimeout as pause } from 'node:timers/promises';

import { Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import { Collection, MongoClient } from 'mongodb';

import type { IncidentDocument } from '../../../activities/store/incident-document.js';
import { incidentIdOfTask } from '../../../domain/names.js';
import { CRASH_FOLDER, crashPoints, noteStep } from './crash-points.js';

/**
 * The shipped worker, and a way to kill it at chosen moments: right before and right after an activity, and right before
 * each of its writes to the store. Work that comes to such a moment is held there; when all of it has come, the process
 * kills itself, so that one crash interrupts many people's work, each somewhere else. Nothing of the shipped code knows.
 */

/** The driver's methods that write; its `insertMany` calls `bulkWrite`. */
const WRITES = [
  ...['insertOne', 'bulkWrite', 'updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate'],
  ...['deleteOne', 'deleteMany'],
];
const HEARTBEAT_MS = 1_000;

const folder = process.env[CRASH_FOLDER] ?? '';
const incidents = new MongoClient(process.env['MONGODB_URI'] ?? '').db().collection<IncidentDocument>('incidents');
const reached = new Set<string>();
/** Person or report by workflow id. */
const names = new Map<string, Promise<string>>();
/** Activities of a workflow by name, to tell the first from the second. */
const activities = new Map<string, string[]>();
/** What an attempt is about and how often it has written, by its task token. */
const attempts = new Map<string, { readonly who: string; readonly label: string; writes: number }>();

/** Arguments of activities, as far as they say what the work is about. */
interface Request {
  readonly incidentId?: string;
  readonly instance?: string;
  readonly taskId?: string;
  readonly answers?: readonly { readonly taskId: string }[];
}

async function nameOf({ incidentId, instance, taskId, answers }: Request): Promise<string> {
  const task = taskId ?? answers?.[0]?.taskId;
  const id = incidentId ?? (task === undefined ? undefined : incidentIdOfTask(task));
  if (id === undefined) return instance ?? '';
  return (await incidents.findOne({ _id: id }))?.email ?? '';
}

function labelOf({ info }: Context, { instance }: Request): string {
  const workflowId = info.workflowExecution?.workflowId ?? '';
  const isReport = workflowId.startsWith('workday-report/');
  const name = `${info.activityType}${instance === undefined || isReport ? '' : ` ${instance}`}`;
  const key = `${workflowId} ${name}`;
  const ids = activities.get(key) ?? [];
  activities.set(key, ids);
  if (!ids.includes(info.activityId)) ids.push(info.activityId);
  const occurrence = ids.indexOf(info.activityId) + 1;
  return occurrence === 1 ? name : `${name} (${occurrence})`;
}

/** Notes a step; when it is a point to die at, the work stops here, and the process with the last one. */
async function come(who: string, what: string): Promise<void> {
  noteStep(folder, { who, what });
  const points = crashPoints(folder);
  if (points[who] !== what) return;
  reached.add(who);
  if (Object.keys(points).every((one) => reached.has(one))) process.kill(process.pid, 'SIGKILL');
  for (;;) {
    Context.current().heartbeat();
    await pause(HEARTBEAT_MS);
  }
}

const interceptorFor = (context: Context): ActivityInboundCallsInterceptor => ({
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    const request = (input.args[0] ?? {}) as Request;
    const workflowId = context.info.workflowExecution?.workflowId ?? '';
    const name = names.get(workflowId) ?? nameOf(request);
    names.set(workflowId, name);
    const who = await name;
    const label = labelOf(context, request);
    attempts.set(context.info.base64TaskToken, { who, label, writes: 0 });
    await come(who, `before ${label}`);
    const result = await next(input);
    await come(who, `after ${label}`);
    return result;
  },
});

function watchWrites(): void {
  const prototype = Collection.prototype as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const method of WRITES) {
    const write = prototype[method];
    if (write === undefined) throw new Error(`the driver has no ${method}`);
    prototype[method] = async function (this: Collection, ...args: unknown[]): Promise<unknown> {
      const attempt = attempts.get(currentToken());
      if (attempt !== undefined) {
        attempt.writes += 1;
        await come(attempt.who, `write ${attempt.writes} of ${attempt.label}`);
      }
      return await write.apply(this, args);
    };
  }
}

/** Task token of the running activity; empty outside of one. */
function currentToken(): string {
  try {
    return Context.current().info.base64TaskToken;
  } catch {
    return '';
  }
}

const create = Worker.create.bind(Worker);
Worker.create = (options) =>
  create({ ...options, interceptors: { activity: [(context) => ({ inbound: interceptorFor(context) })] } });
watchWrites();
await import('../../../worker/main.js');
