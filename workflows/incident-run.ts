import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';

import { IncidentState } from '../domain/incident.js';
import type {
  CommandOutcome,
  EntryPoint,
  Finished,
  HookCall,
  Inquiry,
  OpenTask,
  Opened,
  ProvisioningPlan,
} from '../domain/playbook.js';
import { isTurnLost } from './commands.js';
import { runHooks } from './hooks.js';
import { IncidentMessages } from './incident-messages.js';
import { inquire } from './look-ups.js';
import { MailDelivery } from './mail-delivery.js';
import { failureMails, mailsAbout, taskMail } from './notifications.js';
import type { Playbook } from './playbook.js';
import { incidentActivities } from './proxies.js';
import { viewOf } from './run-view.js';
import { recordPending } from './record-pending.js';
import { RunPosition } from './run-position.js';
import type { IncidentRunInput } from './run-position.js';
import { RunStatus } from './run-status.js';
import type { Visible } from './run-status.js';

type Next = 'again' | 'renew' | 'ended';

/** The owner of the incident at hand, so that none of an earlier one stays on show. */
const ownerIn = ({ ownerId }: Extract<Opened, { kind: 'task' }>): Partial<Visible> =>
  ownerId === undefined ? {} : { owner: ownerId };

/** A run that waited this long continues as new, so that months of waiting cost no patches. */
const LONGEST_WAIT = '24h';
/** A holder that was asked to yield has this long before its turn is taken. */
const YIELD_TIME = '60s';

/**
 * One run of one incident (design 3): enters its record, waits for the turn and for people, provisions, closes, and
 * hands over to a newer event of the same type and person. Everything it must remember lies in the record; it can end
 * and start again at any wait.
 */
export class IncidentRun {
  readonly #messages: IncidentMessages;
  readonly #mails = new MailDelivery();
  readonly #status = new RunStatus();
  readonly #position: RunPosition;
  /** Holder to push out with the next entry. */
  #evict: string | undefined;

  constructor(
    private readonly playbook: Playbook,
    input: IncidentRunInput,
  ) {
    this.#position = new RunPosition(input);
    this.#messages = new IncidentMessages(input.inbox ?? []);
    this.#messages.register(
      () => this.#position.incidentId,
      () => viewOf(this.#status, this.#position, this.#messages),
      (ownerId) => this.#status.showOwner(ownerId),
    );
    for (const mail of input.mails ?? []) this.#mails.start(mail);
  }

  /** Runs to the end of the incident. Returns when nothing is left to do; otherwise continues as new. */
  async run(): Promise<void> {
    const messages = this.#messages;
    if (messages.hasNewer) await this.#chooseNewest();
    let next: Next;
    do next = await this.#follow(await this.#enter());
    while (next === 'again');
    if (next === 'ended') {
      await this.#mails.settled(() => messages.hasNewer || messages.refresh);
      // No await between this look and the return: a signal that arrives meanwhile makes the server refuse the end.
      const newest = messages.inbox.pop();
      if (newest !== undefined) this.#position.startAfresh(newest);
      else if (this.#mails.pending.length === 0) return;
    }
    await condition(allHandlersFinished);
    return await continueAsNew<(input: IncidentRunInput) => Promise<void>>(
      this.#position.carried(messages.inbox, this.#mails.pending),
    );
  }

  async #enter(): Promise<Opened> {
    const { workflowId, firstExecutionRunId: firstRunId } = workflowInfo();
    const { incidentId, entry, at } = this.#position;
    const evict = this.#evict === undefined ? {} : { evict: this.#evict };
    this.#evict = undefined;
    this.#messages.beginEntry(incidentId);
    try {
      return await this.playbook.open({ incidentId, workflowId, firstRunId, entry, at, ...evict });
    } catch (error) {
      if (isTurnLost(error)) return { kind: 'redraw' };
      throw error;
    }
  }

  async #follow(opened: Opened): Promise<Next> {
    if (opened.kind !== 'task') this.#messages.answers.close();
    if ('type' in opened) this.#status.type = opened.type;
    switch (opened.kind) {
      case 'refused':
        return 'ended';
      case 'closed':
        this.#status.show(IncidentState.Closed, `closed: ${opened.reason}`);
        return 'ended';
      case 'redraw':
        return this.#enterAgain(this.#position.at);
      case 'wait':
        return await this.#waitForTurn(opened.evictAfter);
      case 'task':
        return await this.#waitForAnswer(opened.task, opened.state, this.#position.at, ownerIn(opened));
      case 'inquiry':
        return await this.#inquire(opened);
      case 'hook':
        return await this.#runHooks([opened.hook], opened, 'provision');
      case 'provision':
        return await this.#provision(opened.plan);
      case 'bookkeeping':
        return await this.#finish(opened.plan);
    }
  }

  async #inquire(inquiry: Inquiry): Promise<Next> {
    const { instances } = inquiry;
    this.#status.show(IncidentState.Running, `asking ${instances.join(', ')}`, { instances });
    await inquire(this.#position.incidentId, inquiry);
    return this.#enterAgain(this.#position.at);
  }

  #enterAgain(at: EntryPoint): Next {
    this.#position.moveTo(at);
    return 'again';
  }

  /** Waits without polling, the ticket staying in the queue; whoever gives the turn back says so. */
  async #waitForTurn(evictAfter: string | undefined): Promise<Next> {
    const messages = this.#messages;
    this.#status.show(IncidentState.Running, "waiting for the person's turn");
    const isWoken = (): boolean => messages.turn || messages.hasNewer || messages.refresh;
    const woken = await condition(isWoken, evictAfter === undefined ? LONGEST_WAIT : YIELD_TIME);
    if (messages.hasNewer) return await this.#giveWayToNewer();
    if (messages.turn) return 'again';
    if (woken || evictAfter === undefined) return 'renew';
    this.#evict = evictAfter;
    return 'again';
  }

  /** Waits for the first valid answer. A newer event beats an answer that is not verified yet. */
  async #waitForAnswer(
    task: OpenTask,
    state: IncidentState,
    next: EntryPoint,
    also: Partial<Visible> = {},
  ): Promise<Next> {
    const messages = this.#messages;
    const { answers } = messages;
    answers.open(task);
    this.#position.moveTo(next);
    this.#status.show(state, `waiting for an answer to ${task.kind}`, { ...also, task: task.id });
    this.#mails.start(taskMail(task.id));
    for (;;) {
      await condition(() => messages.hasNewer || answers.hasPending || messages.refresh, LONGEST_WAIT);
      if (messages.hasNewer) {
        answers.close();
        return await this.#giveWayToNewer();
      }
      if (!answers.hasPending) {
        answers.close();
        return 'renew';
      }
      if (await recordPending(answers)) return 'again';
    }
  }

  async #giveWayToNewer(): Promise<Next> {
    await this.#chooseNewest();
    return 'renew';
  }

  async #chooseNewest(): Promise<void> {
    const { inbox } = this.#messages;
    const incidentIds = [this.#position.incidentId, ...inbox];
    const newest = await incidentActivities.settleInbox({ incidentIds });
    inbox.splice(0, inbox.length, ...inbox.filter((id) => !incidentIds.includes(id)));
    if (newest !== this.#position.incidentId) this.#position.startAfresh(newest);
  }

  async #provision(plan: ProvisioningPlan): Promise<Next> {
    this.#status.type = plan.type;
    const instances = [...plan.directories, ...plan.applications].map(({ instance }) => instance);
    this.#status.show(IncidentState.Running, `provisioning ${instances.join(', ')}`, { instances });
    const outcomes = await this.#messages.untilYield(() => this.playbook.provision(plan));
    this.#position.outcomes = outcomes ?? [];
    for (const mail of mailsAbout(this.playbook, plan, this.#position.outcomes)) this.#mails.start(mail);
    if (outcomes === null || outcomes.some(({ superseded, turnLost }) => superseded === true || turnLost === true)) {
      await this.#release(plan, 'gave way to another incident of the person');
      return this.#enterAgain('provision');
    }
    const failed = outcomes.filter(({ success, retryable }) => !success && retryable === true);
    const pauseMs = failed.length > 0 ? this.#position.budget.next() : null;
    if (pauseMs !== null) return await this.#tryLater(plan, failed, pauseMs);
    if (outcomes.some(({ asks }) => asks === true)) {
      await this.#release(plan, 'came to a question');
      return this.#enterAgain('question');
    }
    if (plan.hooks.length === 0) return await this.#finish(plan);
    await this.#release(plan, 'custom hooks');
    return await this.#runHooks(plan.hooks, plan, 'bookkeeping');
  }

  async #tryLater(plan: ProvisioningPlan, failed: readonly CommandOutcome[], pauseMs: number): Promise<Next> {
    const instances = failed.map(({ instance }) => instance);
    const step = `waiting to try ${instances.join(', ')} again`;
    await this.#release(plan, step);
    this.#status.show(IncidentState.Running, step, { instances });
    await condition(() => this.#messages.hasNewer, pauseMs);
    if (this.#messages.hasNewer) return await this.#giveWayToNewer();
    return this.#enterAgain('provision');
  }

  async #release({ incidentId, personId, ticket }: ProvisioningPlan, why: string): Promise<void> {
    const { outcomes } = this.#position;
    const request = { incidentId, personId, ticket, why, outcomes };
    await (this.playbook.release?.(request) ?? incidentActivities.releaseTurn(request));
  }

  /** Runs hooks outside the turn. One that fails halts the incident; a retry repeats it, and whatever is missing. */
  async #runHooks(
    hooks: readonly HookCall[],
    { type, personId }: Pick<ProvisioningPlan, 'type' | 'personId'>,
    next: EntryPoint,
  ): Promise<Next> {
    const { incidentId, outcomes } = this.#position;
    const input = { incidentId, incidentType: type, personId, results: outcomes };
    const failed = await runHooks(hooks, input, ({ point }) =>
      this.#status.show(IncidentState.Running, `hook ${point}`),
    );
    if (failed === null) return this.#enterAgain(next);
    this.#messages.answers.expect(incidentId);
    return await this.#end(await incidentActivities.haltAtHook(failed));
  }

  async #finish({ incidentId, type, seq, personId, ticket, isOwner }: ProvisioningPlan): Promise<Next> {
    const { outcomes } = this.#position;
    this.#messages.answers.expect(incidentId);
    const request = { incidentId, type, seq, personId, ticket, isOwner, outcomes };
    return await this.#end(await (this.playbook.finish?.(request) ?? incidentActivities.finishIncident(request)));
  }

  async #end(finished: Finished): Promise<Next> {
    if (finished.kind !== 'halted') this.#messages.answers.close();
    switch (finished.kind) {
      case 'turnLost':
        return this.#enterAgain('bookkeeping');
      case 'closed':
        this.#status.show(IncidentState.Closed, 'closed: done');
        return 'ended';
      case 'halted': {
        const { task, failed, ownerId } = finished;
        for (const mail of failureMails(task.id, failed)) this.#mails.start(mail);
        this.#position.budget.reset();
        const also = { owner: ownerId, instances: failed };
        return await this.#waitForAnswer(task, IncidentState.WaitingForFix, 'halted', also);
      }
    }
  }
}
