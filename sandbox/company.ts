import type { Client } from '@temporalio/client';

import type { IncidentDocument } from '../activities/store/incident-document.js';
import type { Store } from '../activities/store/index.js';
import type { IncidentType } from '../domain/incident.js';
import { reportCycleWorkflowId } from '../domain/names.js';
import { decideUpdate, progressQuery, runNowSignal } from '../workflows/messages.js';
import type { CycleProgress } from '../workflows/messages.js';
import type { SimulatedApps } from './apps/server.js';
import type { DirectoryClient } from './directory-client.js';
import type { MailCatcher } from './mail/server.js';
import type { ToldSteps } from './told-steps.js';
import type { Workday } from './workday/server.js';

/** Thrown by a look that cannot know yet, e.g. before the first download. */
export class NotYetKnown extends Error {
  override readonly name = 'NotYetKnown' as const;
}

/** The parts of a running sandbox. */
export interface SandboxParts {
  readonly workday: Workday;
  readonly apps: SimulatedApps;
  readonly mail: MailCatcher;
  readonly directory: DirectoryClient;
  readonly store: Store;
  readonly client: Client;
  readonly told: ToldSteps;
  readonly startCycle: (instance: string) => Promise<void>;
}

/** The small company of `npm start`: its HR system, directory, applications and mailbox, and the service's own record. */
export class SandboxCompany {
  readonly workday: Workday;
  readonly apps: SimulatedApps;
  readonly mail: MailCatcher;
  readonly directory: DirectoryClient;
  readonly store: Store;

  constructor(private readonly parts: SandboxParts) {
    ({ workday: this.workday, apps: this.apps, mail: this.mail, directory: this.directory, store: this.store } = parts);
  }

  /** Starts the cycle of a report, or finds it running. */
  async startCycle(instance: string): Promise<void> {
    await this.parts.startCycle(instance);
  }

  /** Asks the cycle of a report to run at once. */
  async runNow(instance: string): Promise<void> {
    await this.parts.client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(runNowSignal);
  }

  /** One more run of the employees' report, in case the last one had downloaded before the change. */
  async nudge(): Promise<void> {
    await this.runNow('Workday').catch(() => undefined);
  }

  async cycle(instance: string): Promise<CycleProgress> {
    return await this.parts.client.workflow.getHandle(reportCycleWorkflowId(instance)).query(progressQuery);
  }

  /** The newest incident of one type about an address. */
  async newestIncident(email: string, type: IncidentType): Promise<IncidentDocument | undefined> {
    const [incident] = await this.store.incidents.list({ email: email.toLowerCase(), type }, 1);
    return incident;
  }

  /** Answers the open question about somebody as an administrator would. */
  async decide(type: IncidentType, email: string, kind: string, option: string): Promise<void> {
    const incident = await this.newestIncident(email, type);
    const task = incident?.tasks.find((one) => one.kind === kind && one.answer === undefined);
    if (incident?.run === undefined || task === undefined) throw new NotYetKnown(`the question ${kind}`);
    const handle = this.parts.client.workflow.getHandle(incident.run.workflowId);
    const decision = { taskId: task.id, option, by: 'iam-admin@example.com', comment: 'decided in the story' };
    await handle.executeUpdate(decideUpdate, { args: [decision], updateId: task.id });
  }

  /** Address of the head of the company, who is everybody's manager in the story. */
  manager(): string {
    const email = this.workday.rows('employees')[0]?.['Email_Address'];
    if (email === undefined) throw new NotYetKnown('the manager');
    return email.toLowerCase();
  }

  isTold(step: string): boolean {
    return this.parts.told.has(step);
  }

  async markTold(step: string): Promise<void> {
    await this.parts.told.add(step);
  }
}
