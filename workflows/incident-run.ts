import { CancellationScope, allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';

import { IncidentState } from '../domain/incident.js';
import type { IncidentType } from '../domain/incident.js';
import type { CommandOutcome, EntryPoint, HookCall, OpenTask, Opened, ProvisioningPlan } from '../domain/playbook.js';
import type { OpenRequest } from '../activities/incidents/open.js';
import { isTurnLost } from './commands.js';
import { runHook } from './hooks.js';
import { IncidentMessages } from './incident-messages.js';
import { MailDelivery } from './mail-delivery.js';
import type { OutgoingMail } from './mail-delivery.js';
import type { IncidentView } from './messages.js';
import { incidentActivities } from './proxies.js';
import { RetryBudget } from './retry-budget.js';
import type { RetryState } from './retry-budget.js';
import { deliver, failedMail, successMails, taskMail } from './notifications.js';
import { Visibility } from './visibility.js';

/** Argument of every incident's run. Only the incident id is needed; the rest is carried by continue-as-new. */
export interface IncidentRunInput {
  readonly v: 1;
  readonly incidentId: string;
  readonly at?: EntryPoint;
  readonly entry?: number;
  readonly inbox?: readonly string[];
  readonly mails?: readonly OutgoingMail[];
  readonly retry?: RetryState;
}

/** What distinguishes one kind of incident from another: how it is entered and what it does in its turn. */
export interface Playbook {
  open(request: OpenRequest): Promise<Opened>;
  provision(plan: ProvisioningPlan): Promise<CommandOutcome[]>;
}

type Next = 'again' | 'renew' | 'ended';

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
  readonly #mails = new MailDelivery(deliver);
  readonly #visibility = new Visibility();
  readonly #budget: RetryBudget;
  #incidentId: string;
  #entry: number;
  #at: EntryPoint;
  #type: IncidentType | null = null;
  #state: IncidentState = IncidentState.Running;
  #step = 'starting';
  #evict: string | undefined;
  #outcomes: readonly CommandOutcome[] = [];

  constructor(
    private readonly playbook: Playbook,
    input: IncidentRunInput,
  ) {
    this.#incidentId = input.incidentId;
    this.#entry = input.entry ?? 1;
    this.#at = input.at ?? 'start';
    this.#budget = new RetryBudget(input.retry);
    this.#messages = new IncidentMessages(input.inbox ?? []);
    this.#messages.register(
      () => this.#incidentId,
      () => this.#view(),
    );
    for (const mail of input.mails ?? []) this.#mails.start(mail);
  }

  /** Runs to the end of the incident. Returns when nothing is left to do; otherwise continues as new. */
  async run(): Promise<void> {
    const { inbox } = this.#messages;
    if (inbox.length > 0) await this.#chooseNewest();
    let next: Next;
    do next = await this.#follow(await this.#enter());
    while (next === 'again');
    if (next === 'renew') return await this.#renew();
    await this.#mails.settled(() => inbox.length > 0);
    // No await between this look and the return: a signal that arrives meanwhile makes the server refuse the end.
    if (inbox.length === 0) return;
    const [newest = '', ...others] = [...inbox].reverse();
    inbox.splice(0, inbox.length, ...others);
    this.#startAfresh(newest);
    return await this.#renew();
  }

  async #enter(): Promise<Opened> {
    const { workflowId, firstExecutionRunId } = workflowInfo();
    this.#messages.turn = false;
    const evict = this.#evict;
    this.#evict = undefined;
    return await this.playbook.open({
      incidentId: this.#incidentId,
      workflowId,
      firstRunId: firstExecutionRunId,
      entry: this.#entry,
      at: this.#at,
      ...(evict === undefined ? {} : { evict }),
    });
  }

  async #follow(opened: Opened): Promise<Next> {
    if ('type' in opened) this.#type = opened.type;
    switch (opened.kind) {
      case 'refused':
        return 'ended';
      case 'closed':
        this.#show(IncidentState.Closed, `closed: ${opened.reason}`);
        return 'ended';
      case 'redraw':
        return this.#enterAgain(this.#at);
      case 'wait':
        return await this.#waitForTurn(opened.evictAfter);
      case 'task':
        return await this.#waitForAnswer(opened.task, opened.state, this.#at);
      case 'hook':
        await this.#runHooks([opened.hook], opened.personId);
        return this.#enterAgain('provision');
      case 'provision':
        return await this.#provision(opened.plan);
      case 'bookkeeping':
        return await this.#finish(opened.plan);
    }
  }

  #enterAgain(at: EntryPoint): Next {
    this.#entry += 1;
    this.#at = at;
    return 'again';
  }

  /** Waits without polling; whoever gives the turn back says so, and the keeper repeats it. */
  async #waitForTurn(evictAfter: string | undefined): Promise<Next> {
    const { inbox } = this.#messages;
    this.#show(IncidentState.Running, "waiting for the person's turn");
    const isWoken = (): boolean => this.#messages.turn || inbox.length > 0 || this.#messages.refresh;
    const woken = await condition(isWoken, evictAfter === undefined ? LONGEST_WAIT : YIELD_TIME);
    if (inbox.length > 0) return await this.#giveWayToNewer();
    if (!woken && evictAfter !== undefined) this.#evict = evictAfter;
    return woken || evictAfter !== undefined ? 'again' : 'renew';
  }

  /** Waits for the first valid answer. A newer event beats an answer that is not verified yet. */
  async #waitForAnswer(task: OpenTask, state: IncidentState, at: EntryPoint): Promise<Next> {
    const { answers, inbox } = this.#messages;
    answers.open(task);
    this.#show(state, `waiting for an answer to ${task.kind}`, task.id);
    this.#mails.start(taskMail(this.#incidentId, task.id));
    try {
      for (;;) {
        const isWoken = (): boolean => inbox.length > 0 || answers.hasPending || this.#messages.refresh;
        const woken = await condition(isWoken, LONGEST_WAIT);
        if (inbox.length > 0) return await this.#giveWayToNewer();
        const pending = answers.next();
        if (pending === undefined) {
          if (!woken || this.#messages.refresh) return 'renew';
          continue;
        }
        pending.result = await incidentActivities.recordAnswer({ ...pending.decision, at: pending.at });
        // Late = another way recorded an answer first; the record has it, so the run goes on with that one.
        if (pending.result.kind !== 'refused') return this.#enterAgain(at);
      }
    } finally {
      answers.close();
    }
  }

  async #giveWayToNewer(): Promise<Next> {
    await this.#chooseNewest();
    return 'renew';
  }

  async #chooseNewest(): Promise<void> {
    const { inbox } = this.#messages;
    const incidentIds = [this.#incidentId, ...inbox];
    const newest = await incidentActivities.settleInbox({ incidentIds });
    inbox.splice(0, inbox.length, ...inbox.filter((id) => !incidentIds.includes(id)));
    if (newest !== this.#incidentId) this.#startAfresh(newest);
  }

  #startAfresh(incidentId: string): void {
    this.#incidentId = incidentId;
    this.#at = 'start';
    this.#budget.reset();
  }

  async #provision(plan: ProvisioningPlan): Promise<Next> {
    this.#type = plan.type;
    const instances = [...plan.directories, ...plan.applications].map(({ instance }) => instance);
    this.#show(IncidentState.Running, `provisioning ${instances.join(', ')}`, null, instances);
    const outcomes = await this.#runPlaybook(plan);
    for (const mail of successMails(plan, outcomes ?? [])) this.#mails.start(mail);
    if (outcomes === null || outcomes.some(({ superseded, turnLost }) => superseded === true || turnLost === true)) {
      await this.#release(plan, outcomes ?? [], 'gave way to another incident of the person');
      return this.#enterAgain('provision');
    }
    const pause = outcomes.some(({ success, retryable }) => !success && retryable === true)
      ? this.#budget.next()
      : null;
    if (pause !== null) return await this.#tryLater(plan, outcomes, pause);
    this.#outcomes = outcomes;
    if (plan.hooks.length === 0) return await this.#finish(plan);
    await this.#release(plan, outcomes, 'custom hooks');
    await this.#runHooks(plan.hooks, plan.personId);
    return this.#enterAgain('bookkeeping');
  }

  /** Runs the playbook so that a yield cancels what has not begun. Null = the turn was lost. */
  async #runPlaybook(plan: ProvisioningPlan): Promise<CommandOutcome[] | null> {
    const scope = new CancellationScope();
    this.#messages.onYield = () => scope.cancel();
    try {
      return await scope.run(() => this.playbook.provision(plan));
    } catch (error) {
      if (isTurnLost(error)) return null;
      throw error;
    } finally {
      this.#messages.onYield = () => undefined;
    }
  }

  async #tryLater(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[], pauseMs: number): Promise<Next> {
    const failed = outcomes.filter(({ success }) => !success).map(({ instance }) => instance);
    await this.#release(plan, outcomes, `trying ${failed.join(', ')} again later`);
    this.#show(IncidentState.Running, `waiting to try ${failed.join(', ')} again`, null, failed);
    await condition(() => this.#messages.inbox.length > 0, pauseMs);
    if (this.#messages.inbox.length > 0) return await this.#giveWayToNewer();
    return this.#enterAgain('provision');
  }

  async #release(plan: ProvisioningPlan, outcomes: readonly CommandOutcome[], why: string): Promise<void> {
    const { incidentId, personId, ticket } = plan;
    const settled = outcomes.filter(({ note, turnLost, superseded }) => note === undefined && !turnLost && !superseded);
    await incidentActivities.releaseTurn({
      incidentId,
      personId,
      ticket,
      why,
      settledIntents: settled.map(({ instance, command }) => [instance, command] as const),
    });
  }

  async #runHooks(hooks: readonly HookCall[], personId: string): Promise<void> {
    const incidentType = this.#type;
    if (incidentType === null) return;
    for (const hook of hooks) {
      this.#show(IncidentState.Running, `hook ${hook.point}`);
      await runHook(hook, { incidentId: this.#incidentId, incidentType, personId, results: this.#outcomes });
    }
  }

  async #finish(plan: ProvisioningPlan): Promise<Next> {
    const { incidentId, personId, ticket, entry } = plan;
    const outcomes = this.#outcomes;
    const finished = await incidentActivities.finishIncident({ incidentId, personId, ticket, entry, outcomes });
    switch (finished.kind) {
      case 'turnLost':
        return this.#enterAgain('bookkeeping');
      case 'closed':
        this.#show(IncidentState.Closed, 'closed: done', null);
        return 'ended';
      case 'halted':
        for (const instance of finished.failed) this.#mails.start(failedMail(plan, instance));
        this.#visibility.show({ owner: finished.ownerId, instances: finished.failed }, 'some applications failed');
        this.#budget.reset();
        return await this.#waitForAnswer(finished.task, IncidentState.WaitingForFix, 'halted');
    }
  }

  async #renew(): Promise<void> {
    await condition(allHandlersFinished);
    return await continueAsNew<(input: IncidentRunInput) => Promise<void>>({
      v: 1,
      incidentId: this.#incidentId,
      at: this.#at,
      entry: this.#entry + 1,
      inbox: [...this.#messages.inbox],
      mails: this.#mails.pending,
      ...this.#budget.carried(),
    });
  }

  #show(state: IncidentState, step: string, task: string | null = null, instances?: readonly string[]): void {
    this.#state = state;
    this.#step = step;
    this.#visibility.show({ state, task, ...(instances === undefined ? {} : { instances }) }, step);
  }

  #view(): IncidentView {
    const { task } = this.#messages.answers;
    return {
      incidentId: this.#incidentId,
      type: this.#type,
      state: this.#state,
      step: this.#step,
      openTask: task,
      waitingIncidents: this.#messages.inbox.length,
      results: this.#outcomes.map(({ instance, brand, action, success, skipped }) => ({
        instanceName: instance,
        brand,
        action,
        success,
        skipped,
      })),
    };
  }
}
