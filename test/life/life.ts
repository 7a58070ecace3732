import { setTimeout as pause } from 'node:timers/promises';

import type { IncidentDocument } from '../../activities/store/incident-document.js';
import { decideUpdate, resolveHaltUpdate } from '../../workflows/messages.js';
import { Company } from '../whole/support/company.js';
import type { Endings } from '../whole/support/endings.js';
import { eventually } from '../whole/support/eventually.js';
import type { ExampleIlm } from '../whole/support/example-configuration.js';
import type { WorkerProcess } from '../whole/support/worker-process.js';
import { faultsOf } from './judge.js';
import type { Seen } from './judge.js';
import { LifePerson } from './life-person.js';

const APPLICATIONS = ['Atlas Wiki', 'Nimbus Chat'] as const;
const ADMINISTRATOR = 'iam-admin@example.com';
const LOOK_MS = 300;
/** Runs of the report without anything left to do, after which nothing is on its way any more. */
const QUIET_RUNS = 2;

/** Limits are raised here, as everybody is hired on one day, and several of everything happen at once. */
function withRoom(ilm: ExampleIlm): void {
  for (const instance of ilm.instances) Object.assign(instance, { concurrency: 20, commandsPerSecond: 500 });
  for (const instance of ilm.workday) Object.assign(instance, { fetchLimit: 199, schedule: { every: '1h' } });
  for (const action of ['hire', 'rehire', 'terminate', 'adActivation', 'adDeactivation', 'emailChange', 'update']) {
    ilm.limits.gate[action] = { count: 10_000, percent: 100 };
  }
  ilm.limits.reportGuard = {
    missingRows: 10_000,
    missingRowsPercent: 100,
    rejectedRows: 10,
    rejectedRowsPercent: 10,
  };
  Object.assign(ilm.playbooks, { secondsToWaitBeforeWelcomeEmail: 1 });
}

/** Lives that are lived side by side in one company, and what went wrong with each of them. */
export class Lives {
  readonly people: readonly LifePerson[];
  #worker: WorkerProcess | undefined;
  #rounds = 0;

  private constructor(
    private readonly company: Company,
    seeds: readonly number[],
  ) {
    this.people = seeds.map((seed) => new LifePerson(seed));
  }

  static async start(endings: Endings, seeds: readonly number[]): Promise<Lives> {
    const company = await Company.start(endings, { size: 4, change: withRoom });
    const lives = new Lives(company, seeds);
    lives.#worker = await company.worker();
    await company.firstSync();
    return lives;
  }

  /**
   * Something happens to everybody; to some of them twice, the second time before the first has been dealt with. In a
   * stormy round applications fail and the worker is killed. Returns after everything has come to rest.
   */
  async round({ stormy }: { readonly stormy: boolean }): Promise<void> {
    this.#rounds += 1;
    const { workday, apps } = this.company;
    for (const person of this.people) person.liveOn(workday);
    if (stormy) {
      for (const name of APPLICATIONS) apps.app(name).addFault({ kind: 'down', times: 5 + this.#rounds * 3 });
    }
    await this.#report();
    if (stormy) await this.#killWorker();
    for (const person of this.people) if (person.draw(3) === 0) person.liveOn(workday);
    await this.#report();
    for (const name of APPLICATIONS) apps.app(name).clearFaults();
    await this.#rest();
  }

  /** Faults of every life in this quiet moment, each with its seed and history. */
  async faults(): Promise<string[]> {
    const found: string[] = [];
    for (const person of this.people) {
      const faults = faultsOf(person, await this.#see(person));
      if (faults.length > 0) found.push(`seed ${person.seed} (${person.told.join(', ')}): ${faults.join('; ')}`);
    }
    return found;
  }

  /** Reads the report once more and waits until everything that follows from it is under way. */
  async #report(): Promise<void> {
    for (const person of this.people) person.seen();
    const { cycle } = await this.company.progressed('Workday', 'known', () => true);
    await this.company.runNow();
    await this.company.progressed('Workday', 'run', (now) => now.cycle > cycle && now.phase === 'waiting');
  }

  async #killWorker(): Promise<void> {
    await pause((this.people[0]?.draw(20) ?? 0) * 100);
    await this.#worker?.kill();
    this.#worker = await this.company.worker();
  }

  /** Answers what is asked until two reports in a row bring nothing new. */
  async #rest(): Promise<void> {
    for (let quiet = 0; quiet < QUIET_RUNS;) {
      await eventually(
        'every incident is closed',
        async () => {
          const open = await this.#openIncidents();
          for (const incident of open) await this.#answer(incident);
          if (open.length > 0) await pause(LOOK_MS);
          return open.length === 0;
        },
        async () =>
          (await this.#openIncidents()).map(({ type, email, state, tasks, steps }) => ({
            type,
            email,
            state,
            tasks,
            last: steps.at(-1),
          })),
      );
      const before = await this.company.store.incidents.collection.countDocuments();
      await this.#report();
      quiet = (await this.company.store.incidents.collection.countDocuments()) === before ? quiet + 1 : 0;
    }
  }

  async #openIncidents(): Promise<IncidentDocument[]> {
    return await this.company.store.incidents.oldest({ state: { $ne: 'Closed' } }, 1000);
  }

  async #answer({ _id, email, run, tasks }: IncidentDocument): Promise<void> {
    const task = tasks.find(({ answer, withdrawnAt }) => answer === undefined && withdrawnAt === undefined);
    const person = this.people.find(({ addresses }) => addresses.includes(email));
    if (task === undefined || run === undefined) return;
    if (person === undefined) throw new Error(`a question about nobody: ${_id}`);
    const handle = this.company.client.workflow.getHandle(run.workflowId);
    const decide = async (option: string): Promise<void> => {
      // The run may not have opened its task yet, or may be on its way elsewhere: the next look tries again.
      await handle
        .executeUpdate(decideUpdate, { args: [{ taskId: task.id, option, by: ADMINISTRATOR }] })
        .catch(() => undefined);
    };
    switch (task.kind) {
      case 'D3':
        return await decide('Change Username');
      case 'D5': {
        const option = person.employment === 'removed' ? person.pick(['Terminate', 'Keep'] as const) : 'Keep';
        person.told.push(option);
        person.isKept = option === 'Keep';
        return await decide(option);
      }
      case 'H2':
      case 'H3':
        await handle
          .executeUpdate(resolveHaltUpdate, {
            args: [{ taskId: task.id, resolution: 'retry', by: ADMINISTRATOR }],
          })
          .catch(() => undefined);
        return;
      default:
        throw new Error(`seed ${person.seed}: an unexpected question ${task.kind}: ${task.question}`);
    }
  }

  async #see({ email, addresses, employeeId }: LifePerson): Promise<Seen> {
    const { workday, store, directory, apps } = this.company;
    const person = (await store.people.byEmployeeId('Workday', employeeId)) ?? undefined;
    const accounts = await Promise.all(addresses.map((address) => directory.accountsOf(address)));
    const isTheirs = ({ userName }: Readonly<Record<string, unknown>>): boolean => addresses.includes(String(userName));
    return {
      row: workday.rows('employees').find((row) => row['Email_Address'] === email),
      person,
      hasProposal: (await store.people.proposalOf(person?.personId ?? '')) !== null,
      directory: accounts.flat(),
      applications: Object.fromEntries(
        APPLICATIONS.map((name) => [
          name,
          apps
            .app(name)
            .users()
            .filter(isTheirs)
            .map(({ active }) => active !== false),
        ]),
      ),
    };
  }
}
