import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Client, Connection } from '@temporalio/client';

import { startReportCycle } from '../../../activities/report/start.js';
import { openStore } from '../../../activities/store/index.js';
import type { Store } from '../../../activities/store/index.js';
import { KEEPER_SCHEDULE_ID, reportCycleWorkflowId } from '../../../domain/names.js';
import { EXAMPLE_APPS, exampleApps } from '../../../sandbox/apps/example-apps.js';
import { startApps } from '../../../sandbox/apps/server.js';
import type { SimulatedApps } from '../../../sandbox/apps/server.js';
import { DirectoryClient } from '../../../sandbox/directory-client.js';
import { startDirectory } from '../../../sandbox/directory/server.js';
import type { Directory } from '../../../sandbox/directory/server.js';
import { startMailCatcher } from '../../../sandbox/mail/server.js';
import type { MailCatcher } from '../../../sandbox/mail/server.js';
import { environmentOf } from '../../../sandbox/peers.js';
import type { AdEnvironment } from '../../../sandbox/servers/active-directory.js';
import { addSearchAttributes } from '../../../sandbox/servers/search-attributes.js';
import type { CommandInput } from '../../../sandbox/workday/commands.js';
import { startWorkday } from '../../../sandbox/workday/server.js';
import type { Workday } from '../../../sandbox/workday/server.js';
import { progressQuery, runNowSignal } from '../../../workflows/messages.js';
import type { CycleProgress } from '../../../workflows/messages.js';
import { testServers } from '../../support/servers.js';
import { DirectoryReader } from './directory-reader.js';
import { Endings } from './endings.js';
import type { Scope } from './endings.js';
import { eventually } from './eventually.js';
import { EXAMPLE_CONFIGURATION, changedConfiguration } from './example-configuration.js';
import type { ConfigurationChange } from './example-configuration.js';
import { WorkerProcess } from './worker-process.js';

const TWO_APPLICATIONS = ['Atlas Wiki', 'Nimbus Chat'];
const OTHER_APPLICATIONS = EXAMPLE_APPS.map(({ name }) => name).filter((name) => !TWO_APPLICATIONS.includes(name));

/** How a company differs from the plain one. */
export interface CompanyOptions extends Omit<ConfigurationChange, 'without'> {
  /** Whether it has every application of the example, or two that speak SCIM, which are enough for most and quicker. */
  readonly applications?: 'all' | 'two';
  /** Rows of the employees' report before anything happens, default 4; the first is everybody's manager. */
  readonly size?: number;
  /** Rows of the contractors' report, default none. */
  readonly contractors?: number;
  /** A real domain controller instead of the simulated directory. */
  readonly ad?: AdEnvironment;
  /** Servers of the test's own instead of the shared ones; their default namespace is used. */
  readonly servers?: { readonly temporalAddress: string; readonly mongodbUri: string };
  /** Secrets to be planted; without them, the simulated systems choose. */
  readonly secrets?: { readonly token?: string; readonly bindPassword?: string; readonly workdayPassword?: string };
}

/** Systems around the service. */
interface Peers {
  readonly workday: Workday;
  readonly apps: SimulatedApps;
  readonly mail: MailCatcher;
  readonly ad: AdEnvironment;
  /** Absent beside a real domain controller. */
  readonly simulatedDirectory?: Directory;
}

/** Where the service keeps its things. */
interface Home {
  readonly client: Client;
  readonly store: Store;
  readonly environment: Readonly<Record<string, string>>;
  readonly logDir: string;
}

/**
 * A small company with its HR system, directory, applications and mailbox, a namespace and a database of its own, and
 * as many worker processes as a test starts. What it knows of the service it reads from the outside.
 */
export class Company {
  readonly workday: Workday;
  readonly apps: SimulatedApps;
  readonly mail: MailCatcher;
  readonly directory: DirectoryReader;
  readonly simulatedDirectory: Directory | undefined;
  readonly client: Client;
  readonly store: Store;
  readonly environment: Readonly<Record<string, string>>;

  private constructor(
    private readonly scope: Scope,
    peers: Peers,
    private readonly home: Home,
  ) {
    ({ workday: this.workday, apps: this.apps, mail: this.mail } = peers);
    this.simulatedDirectory = peers.simulatedDirectory;
    this.directory = new DirectoryReader(peers.ad);
    ({ client: this.client, store: this.store, environment: this.environment } = home);
  }

  /** Starts everything but a worker. It ends with the test. */
  static async start(scope: Scope, options: CompanyOptions = {}): Promise<Company> {
    const endings = new Endings(scope);
    const peers = await startPeers(endings, options);
    return new Company(endings, peers, await makeHome(endings, options, peers));
  }

  /** Starts a worker process and waits until it serves. */
  async worker(entry?: string, more: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({ ...this.environment, ...more }, this.home.logDir, entry);
    this.scope.after(async () => void (await worker.stop()));
    await worker.serving();
    return worker;
  }

  /** Starts the cycle of a report. */
  async startCycle(instance = 'Workday'): Promise<void> {
    await startReportCycle(this.client, instance);
  }

  /** Starts the cycle and waits until the first sync has made the profiles of the people who are there already. */
  async firstSync(instance = 'Workday'): Promise<void> {
    await this.startCycle(instance);
    await this.progressed(instance, 'after its first run', ({ cycle, phase }) => cycle >= 1 && phase === 'waiting');
  }

  async runNow(instance = 'Workday'): Promise<void> {
    await this.client.workflow.getHandle(reportCycleWorkflowId(instance)).signal(runNowSignal);
  }

  /** Waits until a cycle is where it should be. */
  async progressed(instance: string, what: string, isSo: (progress: CycleProgress) => boolean): Promise<CycleProgress> {
    const look = (): Promise<CycleProgress> =>
      this.client.workflow.getHandle(reportCycleWorkflowId(instance)).query(progressQuery);
    return await eventually(
      `the cycle of ${instance} is ${what}`,
      async () => {
        const progress = await look();
        return isSo(progress) && progress;
      },
      look,
    );
  }

  /**
   * Somebody is hired: HR enters them, over HTTP as people do. Ten days ahead unless told otherwise, when accounts are
   * made and the day of their activation is still to come.
   */
  async hire(given: CommandInput<'hire'>): Promise<void> {
    const response = await fetch(`${this.workday.url}/commands/hire`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hireDate: '+10', location: 'Berlin', department: 'Engineering', ...given }),
    });
    if (!response.ok) throw new Error(`HR refused the hire: ${await response.text()}`);
  }
}

async function startPeers(
  scope: Scope,
  { size = 4, contractors = 0, ad, secrets = {}, applications }: CompanyOptions,
): Promise<Peers> {
  const { token, bindPassword, workdayPassword } = secrets;
  const tokenOf = (name: string): { token?: string } => (token === undefined ? {} : { token: `${token}-${name}` });
  const workday = await startWorkday({
    size,
    contractors,
    seed: 7,
    ...(workdayPassword === undefined ? {} : { password: workdayPassword }),
  });
  scope.after(() => workday.stop());
  const names = applications === 'all' ? undefined : TWO_APPLICATIONS;
  const apps = await startApps({ apps: exampleApps(names).map((app) => ({ ...app, ...tokenOf(app.name) })) });
  scope.after(() => apps.stop());
  const mail = await startMailCatcher();
  scope.after(() => mail.stop());
  if (ad !== undefined) {
    await new DirectoryClient(ad).prepareUnits();
    return { workday, apps, mail, ad };
  }
  const simulatedDirectory = await startDirectory(bindPassword === undefined ? {} : { bindPassword });
  scope.after(() => simulatedDirectory.stop());
  return { workday, apps, mail, ad: simulatedDirectory.info, simulatedDirectory };
}

async function makeHome(scope: Scope, options: CompanyOptions, peers: Peers): Promise<Home> {
  const { temporalAddress, mongodbUri } = options.servers ?? (await testServers('temporal', 'mongodb'));
  const namespace = options.servers === undefined ? `ilm-whole-${randomUUID()}` : 'default';
  const connection = await Connection.connect({ address: temporalAddress });
  scope.after(() => connection.close());
  if (options.servers === undefined) await makeNamespace(scope, connection, namespace);
  const uri = new URL(mongodbUri);
  uri.pathname = `/ilm-whole-${randomUUID()}`;
  const store = await openStore({ uri: uri.href });
  scope.after(async () => {
    await store.database.db.dropDatabase();
    await store.close();
  });
  const logDir = mkdtempSync(join(tmpdir(), 'ilm-whole-logs-'));
  scope.after(() => rmSync(logDir, { recursive: true, force: true }));
  const isShipped = options.applications === 'all' && options.change === undefined && options.files === undefined;
  const without = options.applications === 'all' ? [] : OTHER_APPLICATIONS;
  const environment = {
    ...environmentOf(peers),
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    MONGODB_URI: uri.href,
    ILM_LINK_BASE_URL: 'http://127.0.0.1/namespaces/default',
    ILM_CONFIG: isShipped ? EXAMPLE_CONFIGURATION : changedConfiguration(scope, { ...options, without }),
    ILM_LOG_LEVEL: 'debug',
  };
  return { client: new Client({ connection, namespace }), store, environment, logDir };
}

async function makeNamespace(scope: Scope, connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await addSearchAttributes(connection, namespace);
  // A schedule without a worker would go on starting runs on the shared server.
  scope.after(async () => {
    const client = new Client({ connection, namespace });
    await client.schedule
      .getHandle(KEEPER_SCHEDULE_ID)
      .delete()
      .catch(() => undefined);
  });
}
