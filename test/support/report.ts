import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createReportActivities } from '../../activities/report.js';
import type { ActivityDependencies, Mail } from '../../activities/dependencies.js';
import type { LoadedConfiguration } from '../../activities/configuration/types.js';
import { createConnectorRegistry } from '../../activities/connectors/registry.js';
import { evaluateSlice } from '../../activities/report/evaluate.js';
import { syncProfiles } from '../../activities/report/first-sync.js';
import { passGate } from '../../activities/report/gate.js';
import { openPortion } from '../../activities/report/open.js';
import type { Progress } from '../../activities/report/progress.js';
import { endRun, planRun } from '../../activities/report/runs.js';
import { stageReport } from '../../activities/report/stage.js';
import type { Store } from '../../activities/store/index.js';
import { sourceKey } from '../../activities/store/person-document.js';
import { configSchema } from '../../domain/config.js';
import { WORKDAY_MAPPER } from '../../domain/mapping.js';
import type { UserProfile } from '../../domain/profile.js';
import { testStore } from './report-store.js';

/** One row of a report. */
export type Row = Record<string, string>;

/** Name of the Workday instance of these tests. */
export const INSTANCE = 'Workday';

/** A row of person `n`, active, hired long ago. */
export const aRow = (n: number, over: Row = {}): Row => ({
  Emp_ID: String(1000 + n),
  Email_Address: `person${n}@example.com`,
  User_Name: `person${n}@example.com`,
  Preferred_Name: `Person Number ${n}`,
  Employment_Status: 'Active',
  Prehire_Flag: 'False',
  Rehired_Employee: 'No',
  Last_Hire_Date: '01/15/2020',
  Termination_Date: '',
  Last_Day_of_Work: '',
  Title: 'Analyst',
  ...over,
});

/** Rows of people `from` to `to`, the last one included. */
export const rowsOf = (from: number, to: number, over: Row = {}): Row[] =>
  Array.from({ length: to - from + 1 }, (_, index) => aRow(from + index, over));

/** The profile that the first sync would have left of person `n`. */
export const aProfile = (n: number, over: UserProfile = {}): UserProfile => ({
  email: `person${n}@example.com`,
  username: `person${n}@example.com`,
  employeeId: String(1000 + n),
  displayName: `Person Number ${n}`,
  employmentStatus: 'Active',
  prehireFlag: 'False',
  rehiredEmployee: 'No',
  hireDate: '01/15/2020',
  title: 'Analyst',
  sourceKeys: [{ source: 'Workday', employeeId: String(1000 + n) }],
  sourceInstance: INSTANCE,
  sourcePriority: 1,
  sourceOfTruth: 'Workday',
  adAccountStatus: 'Enabled',
  isProcessed: false,
  active: true,
  ...over,
});

/** What a report server does with a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A report server on a socket of its own. Serves `rows` until `answer` says otherwise. */
export class ReportServer {
  rows: Row[] = [];
  answer: Answer | undefined;
  requests = 0;
  url = '';

  static async start(t: TestContext): Promise<ReportServer> {
    const reports = new ReportServer();
    const server = createServer((request, response) => {
      reports.requests += 1;
      if (reports.answer !== undefined) return reports.answer(request, response);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ Report_Entry: reports.rows }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    reports.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report?secret=in-the-query`;
    return reports;
  }
}

/** Everything around the activities of a report cycle: a report, a store, a clock. No workflow server. */
export class ReportWorld {
  now = new Date('2026-03-10T12:00:00Z');
  readonly mails: Mail[] = [];
  isMailDown = false;
  /** Incident ids in the order in which their runs were started. */
  readonly started: string[] = [];
  /** A real client, where incidents are to be started on a server. */
  client: Client | undefined;
  /** Overrides of the instance's settings and of the limits. */
  workday: Record<string, unknown> = {};
  limits: Record<string, unknown> = {};
  playbooks: Record<string, unknown> = { itNotificationEmail: 'it@example.com' };
  /** Stops the work of activities, as a pause does. Called between two portions. */
  check: () => void = () => undefined;
  /** Called before and after each call of the store; what it throws is a crash at this point. */
  crash: (() => void) | undefined;
  #loaded: { readonly key: string; readonly value: LoadedConfiguration } | undefined;

  constructor(
    readonly store: Store,
    readonly reports: ReportServer,
  ) {}

  static async start(t: TestContext): Promise<ReportWorld> {
    return new ReportWorld(await testStore(t), await ReportServer.start(t));
  }

  get configuration(): LoadedConfiguration {
    const { workday, limits, playbooks } = this;
    const key = JSON.stringify([workday, limits, playbooks]);
    if (this.#loaded?.key !== key) {
      const ilm = configSchema.parse({
        workday: [
          {
            name: INSTANCE,
            reportUrl: this.reports.url,
            mapper: 'mappers/workday.yaml',
            processedEntriesPercentage: 100,
            syncUserProfilesOnFirstRun: false,
            ...workday,
          },
        ],
        limits,
        playbooks,
      });
      const mappers = { 'mappers/workday.yaml': WORKDAY_MAPPER };
      this.#loaded = {
        key,
        value: { directory: '.', ilm, appProvisioningSettings: [], appGroupSyncSettings: [], mappers, templates: {} },
      };
    }
    return this.#loaded.value;
  }

  get deps(): ActivityDependencies {
    const configuration = { current: () => this.configuration };
    return {
      store: this.crash === undefined ? this.store : crashing(this.store, () => this.crash?.()),
      configuration,
      connectors: createConnectorRegistry(configuration),
      client: this.#client(),
      mailer: {
        verify: async () => {},
        send: async (mail) => {
          if (this.isMailDown) throw new Error('the mail server is down');
          this.mails.push(mail);
          await Promise.resolve();
        },
        close: async () => {},
      },
      clock: { now: () => this.now },
    };
  }

  get progress(): Progress {
    return { signal: new AbortController().signal, check: () => this.check() };
  }

  get activities(): ReturnType<typeof createReportActivities> {
    return createReportActivities(this.deps);
  }

  #client(): Client {
    if (this.client !== undefined) return this.client;
    const signalWithStart = async (_: string, { signalArgs }: { signalArgs: [string] }): Promise<void> => {
      this.started.push(signalArgs[0]);
    };
    return { workflow: { signalWithStart } } as unknown as Client;
  }

  /** Stores people as an earlier cycle would have left them. */
  async givenPeople(profiles: readonly UserProfile[]): Promise<void> {
    const ids = await this.store.people.reserve(
      'Workday',
      profiles.map(({ employeeId }) => String(employeeId)),
    );
    for (const profile of profiles) {
      const id = ids.get(String(profile.employeeId)) ?? '';
      await this.store.people.writeVersion(id, 0, {
        set: profile,
        emailKey: String(profile.email),
        employeeKey: sourceKey('Workday', String(profile.employeeId)),
      });
    }
  }

  async stage(request: { readonly acceptReport?: boolean; readonly stage?: 'syncing' | 'evaluating' } = {}) {
    const { acceptReport = false, stage = 'evaluating' } = request;
    return await stageReport(this.deps, { instance: INSTANCE, stage, acceptReport }, this.progress);
  }

  async evaluate(snapshotId: string) {
    return await evaluateSlice(this.deps, { instance: INSTANCE, snapshotId }, this.progress);
  }

  async sync(snapshotId: string) {
    return await syncProfiles(this.deps, { instance: INSTANCE, snapshotId }, this.progress);
  }

  async gate(snapshotId: string) {
    return await passGate(this.deps, { instance: INSTANCE, snapshotId });
  }

  async open() {
    return await openPortion(this.deps, { instance: INSTANCE }, this.progress);
  }

  async end() {
    const now = this.now.toISOString();
    return await endRun(this.deps, { instance: INSTANCE, startedAt: now, now });
  }

  /** One run, as the workflow drives it, without a workflow server. */
  async run(): Promise<void> {
    await new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') }).run(() => this.#run());
  }

  async #run(): Promise<void> {
    const plan = await planRun(this.deps, { instance: INSTANCE });
    const snapshotId = plan.snapshotId ?? (await this.stage()).snapshotId;
    if (snapshotId !== undefined && plan.step !== 'open') {
      const isComplete = plan.step === 'gate' || (await this.evaluate(snapshotId)).isLast;
      if (isComplete) await this.gate(snapshotId);
    }
    await this.open();
    await this.end();
  }

  /** Types of the incidents recorded so far, in the order of recording. */
  async incidentTypes(): Promise<string[]> {
    const incidents = await this.store.incidents.collection.find().sort({ seq: 1 }).toArray();
    return incidents.map(({ type }) => type);
  }
}

/** A store that can fail before and after each of its calls, so that a test can end the work anywhere. */
function crashing(store: Store, crash: () => void): Store {
  const parts = Object.entries(store).map(([name, part]: [string, unknown]) => {
    const isTopic = typeof part === 'object' && part !== null && name !== 'database';
    return [name, isTopic ? crashingPart(part, crash) : part] as const;
  });
  return Object.fromEntries(parts) as unknown as Store;
}

function crashingPart(part: object, crash: () => void): object {
  return new Proxy(part, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        crash();
        const result: unknown = await member.apply(target, args);
        crash();
        return result;
      };
    },
  });
}
