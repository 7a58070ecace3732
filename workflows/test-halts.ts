import { allHandlersFinished, condition, setHandler, workflowInfo } from '@temporalio/workflow';

import { IncidentState, IncidentType } from '../domain/incident.js';
import type { InstanceTest } from '../domain/instance-test.js';
import { incidentIdOfTask } from '../domain/names.js';
import type { HaltAnswer } from '../activities/test-instances/halt-test.js';
import { IncidentMessages } from './incident-messages.js';
import { MailDelivery } from './mail-delivery.js';
import { testReportUpdate } from './messages.js';
import { taskMail } from './notifications.js';
import { testActivities } from './proxies.js';
import { recordPending } from './record-pending.js';
import { RunStatus } from './run-status.js';
import { viewOf } from './run-view.js';

/**
 * The halt of a test (H4): an incident of its own, which asks, reminds and is answered as every other. Make it before the
 * first await, since it registers the handlers of the run's messages.
 */
export class TestHalts {
  readonly #messages = new IncidentMessages([]);
  readonly #mails = new MailDelivery();
  readonly #status = new RunStatus();
  #incidentId = '';
  #report: InstanceTest | undefined;

  constructor() {
    this.#messages.register(
      () => this.#incidentId,
      () => viewOf(this.#status, { incidentId: this.#incidentId, outcomes: [] }, this.#messages),
      (ownerId) => this.#status.showOwner(ownerId),
    );
    setHandler(testReportUpdate, async () => {
      await condition(() => this.#report !== undefined);
      return this.#report as InstanceTest;
    });
  }

  /** The incident that was opened; absent when nothing has halted. */
  get incidentId(): string | undefined {
    return this.#incidentId === '' ? undefined : this.#incidentId;
  }

  /** Asks what becomes of a test in which commands failed, and waits for the answer. */
  async ask(report: InstanceTest): Promise<HaltAnswer> {
    const { answers } = this.#messages;
    const { testId, results } = report;
    if (this.#incidentId !== '') answers.expect(this.#incidentId);
    const halted = await testActivities.haltTest({ testId, firstRunId: workflowInfo().firstExecutionRunId, results });
    if (halted.kind !== 'halted') return 'close';
    const { task, failed, ownerId } = halted;
    this.#incidentId = incidentIdOfTask(task.id);
    answers.open(task);
    this.#status.type = IncidentType.TestInstances;
    const also = { owner: ownerId, task: task.id, instances: [...new Set(failed)] };
    this.#status.show(IncidentState.WaitingForFix, `waiting for an answer to ${task.kind}`, also);
    this.#mails.start(taskMail(task.id));
    this.#report = { ...report, halt: { incidentId: this.#incidentId, taskId: task.id } };
    do await condition(() => answers.hasPending);
    while (!(await recordPending(answers)));
    this.#report = undefined;
    this.#status.show(IncidentState.Running, 'going on after a halt');
    return await testActivities.takeHaltAnswer({ taskId: task.id });
  }

  /** Answers whoever waits for the report, and lets mails and handlers come to their end. */
  async end(report: InstanceTest): Promise<void> {
    this.#report = report;
    if (this.#incidentId !== '') this.#status.show(IncidentState.Closed, 'closed: done');
    await this.#mails.settled(() => false);
    await condition(allHandlersFinished);
  }
}
