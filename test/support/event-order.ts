import { Worker } from '@temporalio/worker';

import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { isOpenTask } from '../../activities/store/incidents.js';
import { IncidentState, IncidentType } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import type { UserProfile } from '../../domain/profile.js';
import { startEngine, workflowBundle } from './engine.js';
import type { Engine } from './engine.js';
import type { HookActivities } from './hook-workflows.js';
import {
  aPerson,
  asked,
  closed,
  departed,
  eventually,
  hired,
  incidentOf,
  report,
  runOf,
  settle,
  viewOf,
} from './incidents.js';
import { passing, refusing } from './memory-application.js';

const QUEUE = 'a-customers-queue';
const { NewHire, UpdateUser, RehireUser, TerminateUser } = IncidentType;

/** Types of events whose order matters here. */
export type OrderedType = typeof NewHire | typeof UpdateUser | typeof RehireUser | typeof TerminateUser;

/** A person of these tests. */
export type Person = ReturnType<typeof aPerson>;

/** An event that waits for something; `goOn` ends the wait and comes back when the incident is closed. */
export interface WaitingEvent {
  readonly incidentId: string;
  goOn(): Promise<void>;
}

/** Ways in which an older event can wait while a newer one comes. */
export const WAITS = ['waits for a decision', 'is halted', 'is in a hook', 'tries an application again'] as const;
export type Wait = (typeof WAITS)[number];

/** An engine whose events can be held in every way in which they wait, with a customer's worker for hooks. */
export class EventOrder {
  #hookMayEnd: Promise<void> = Promise.resolve();
  #inHook: (incidentId: string) => void = () => undefined;
  #customer: { readonly worker: Worker; readonly end: Promise<void> } | undefined;

  private constructor(
    readonly engine: Engine,
    private readonly plain: LoadedConfiguration,
  ) {}

  static async start(): Promise<EventOrder> {
    const engine = await startEngine({ skipTime: true, applications: ['Atlas'] });
    const order = new EventOrder(engine, engine.configuration.value);
    await order.#serveHooks();
    return order;
  }

  async #serveHooks(): Promise<void> {
    const activities: HookActivities = {
      noteHook: async ({ incidentId }) => {
        this.#inHook(incidentId);
        await this.#hookMayEnd;
      },
    };
    const worker = await Worker.create({
      connection: this.engine.env.nativeConnection,
      namespace: this.engine.namespace,
      taskQueue: QUEUE,
      workflowBundle: await workflowBundle(),
      activities,
    });
    this.#customer = { worker, end: worker.run() };
  }

  /** As it was before a test. */
  calm(): void {
    this.engine.configuration.value = this.plain;
    for (const application of this.engine.applications.values()) application.calm();
    this.#hookMayEnd = Promise.resolve();
  }

  async close(): Promise<void> {
    this.#customer?.worker.shutdown();
    await this.#customer?.end;
    await this.engine.close();
  }

  /** Somebody about whom an event of the type can come. */
  async personFor(type: OrderedType): Promise<Person> {
    if (type === NewHire) return aPerson();
    return type === RehireUser ? await departed(this.engine) : await hired(this.engine);
  }

  /** Opens an event of the type and comes back when it waits. */
  async hold(wait: Wait, type: OrderedType, person: Person): Promise<WaitingEvent> {
    switch (wait) {
      case 'waits for a decision':
        return await this.#atDecision(type, person);
      case 'is halted':
        return await this.#atHalt(type, person);
      case 'is in a hook':
        return await this.#inAHook(type, person);
      case 'tries an application again':
        return await this.#betweenAttempts(type, person);
    }
  }

  /** Waits until an incident ends or asks; answers with the open question's kind, `none` when it is closed. */
  async endOrQuestion(incidentId: string): Promise<TaskKind | 'none'> {
    return await eventually('the event ends or asks', async () => {
      const { state, tasks } = await incidentOf(this.engine, incidentId);
      return state === IncidentState.Closed ? 'none' : tasks.find(isOpenTask)?.kind;
    });
  }

  async #older(type: OrderedType, person: UserProfile): Promise<string> {
    return await report(this.engine, {
      type,
      profile: { ...person, displayName: 'Of The Older', title: 'Older' },
      ...(type === TerminateUser ? { terminationTrigger: 'Workday' } : {}),
    });
  }

  async #atDecision(type: OrderedType, person: Person): Promise<WaitingEvent> {
    const { engine } = this;
    if (type === NewHire) {
      const profile = { ...person, displayName: 'Of The Older' };
      const mergedUserProfile = { ...profile, email: aPerson().email };
      const incidentId = await report(engine, { type, profile, userProfile: { fields: profile, mergedUserProfile } });
      return await this.#asking(incidentId, 'D1', 'Create New Account');
    }
    if (type === TerminateUser) {
      const incidentId = await report(engine, { type, profile: person, terminationTrigger: 'Orphan' });
      return await this.#asking(incidentId, 'D5', 'Terminate');
    }
    const { email } = aPerson();
    const incidentId = await this.#older(type, { ...person, email, username: email });
    return await this.#asking(incidentId, 'D3', 'Change Username');
  }

  async #asking(incidentId: string, kind: TaskKind, option: string): Promise<WaitingEvent> {
    await asked(this.engine, incidentId, kind);
    return { incidentId, goOn: () => this.#answered(incidentId, kind, option) };
  }

  /** An incident that the newer event has closed already is asked nothing any more. */
  async #answered(incidentId: string, kind: TaskKind, option: string): Promise<void> {
    const { state } = await incidentOf(this.engine, incidentId);
    if (state !== IncidentState.Closed) await settle(this.engine, incidentId, kind, option);
    await closed(this.engine, incidentId);
  }

  async #atHalt(type: OrderedType, person: Person): Promise<WaitingEvent> {
    const refused = { [NewHire]: 'create', [UpdateUser]: 'update', [RehireUser]: 'update', [TerminateUser]: 'disable' };
    const atlas = this.engine.application('Atlas');
    atlas.fault = (operation) => (operation === refused[type] ? refusing() : undefined);
    const incidentId = await this.#older(type, person);
    await asked(this.engine, incidentId, 'H2');
    atlas.calm();
    return { incidentId, goOn: () => this.#answered(incidentId, 'H2', 'retry') };
  }

  async #inAHook(type: OrderedType, person: Person): Promise<WaitingEvent> {
    let end = (): void => undefined;
    this.#hookMayEnd = new Promise((resolve) => (end = resolve));
    const reached = new Promise<string>((resolve) => (this.#inHook = resolve));
    const hook = { workflowType: 'goodHook', taskQueue: QUEUE, timeout: '10m' };
    const { plain } = this;
    this.engine.configuration.value = { ...plain, ilm: { ...plain.ilm, hooks: { customPreProvisioning: hook } } };
    const incidentId = await this.#older(type, person);
    await reached;
    this.engine.configuration.value = plain;
    const goOn = async (): Promise<void> => {
      end();
      await closed(this.engine, incidentId);
    };
    return { incidentId, goOn };
  }

  async #betweenAttempts(type: OrderedType, person: Person): Promise<WaitingEvent> {
    const { engine } = this;
    engine.application('Atlas').fault = () => passing();
    const incidentId = await this.#older(type, person);
    const run = await runOf(engine, incidentId);
    await engine.env.sleep('6m');
    await eventually('it waits to try again', async () =>
      (await viewOf(engine, run.workflowId)).step.startsWith('waiting to try'),
    );
    engine.application('Atlas').calm();
    const goOn = async (): Promise<void> => {
      await engine.env.sleep('31m');
      await closed(engine, incidentId);
    };
    return { incidentId, goOn };
  }
}
