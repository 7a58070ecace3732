import type { TestContext } from 'node:test';
import { DateTime } from 'luxon';

import { WORKDAY_MAPPER } from '../../domain/mapping.js';
import { IncidentState } from '../../domain/incident.js';
import { pauseSignal, resumeSignal } from '../../workflows/messages.js';
import { startEngine } from './engine.js';
import type { Engine } from './engine.js';
import { eventually } from './incidents.js';
import type { MemoryAccount } from './memory-application.js';
import { aRow, INSTANCE, ReportServer } from './report.js';
import type { Row } from './report.js';
import { RunningCycle } from './report-temporal.js';

const DIRECTORY = 'Active Directory';
const MAPPER = 'mappers/workday.yaml';

/** A date as the report writes it. */
export const reportDate = (day: DateTime): string => day.toFormat('MM/dd/yyyy');

/** An incident that was opened for a person, or a change of their directory account. */
export interface Happening {
  readonly what: string;
  readonly at: DateTime;
}

/**
 * A company whose report is read by the whole engine on a server that skips time. Everything goes by the server's
 * clock, so that months pass in seconds; its story begins half an hour after midnight, UTC.
 */
export class TimeCompany {
  readonly #rows = new Map<number, Row>();
  #cycle: RunningCycle | undefined;

  private constructor(
    readonly engine: Engine,
    private readonly reports: ReportServer,
    /** Start of the first day. */
    readonly begin: DateTime,
  ) {}

  /** @param workday overrides of the instance's settings, its schedule among them */
  static async start(t: TestContext, workday: Record<string, unknown>): Promise<TimeCompany> {
    const reports = await ReportServer.start(t);
    const plain = { name: INSTANCE, reportUrl: reports.url, mapper: MAPPER, processedEntriesPercentage: 100 };
    const engine = await startEngine({
      skipTime: true,
      applications: ['Atlas'],
      ilm: { workday: [{ ...plain, syncUserProfilesOnFirstRun: false, ...workday }] },
    });
    t.after(() => engine.close());
    const { value } = engine.configuration;
    engine.configuration.value = { ...value, mappers: { [MAPPER]: { ...WORKDAY_MAPPER, timeZone: 'Time_Zone' } } };
    const today = DateTime.fromMillis(await engine.env.currentTimeMs(), { zone: 'UTC' }).startOf('day');
    const company = new TimeCompany(engine, reports, today.plus({ days: 1 }));
    await company.until(company.begin.plus({ minutes: 30 }));
    return company;
  }

  /** The running cycle, once {@link open} has started it. */
  get cycle(): RunningCycle {
    if (this.#cycle === undefined) throw new Error('the cycle was not started');
    return this.#cycle;
  }

  /** A day of the story; the first one is 0. */
  day(number: number): DateTime {
    return this.begin.plus({ days: number });
  }

  /** Puts a person into the report, or changes what it says of them. */
  says(n: number, over: Row): void {
    this.#rows.set(n, { ...aRow(n), ...this.#rows.get(n), ...over });
    this.reports.rows = [...this.#rows.values()];
  }

  /** Starts the cycle, and waits for its first run and everything that the run finds. */
  async open(): Promise<void> {
    this.#cycle = await RunningCycle.start(this.engine.env);
    await this.#cycle.until('through its first run', ({ lastFinishedAt }) => lastFinishedAt !== null);
    await this.settled();
  }

  /** Waits until no incident is open. */
  async settled(): Promise<void> {
    const { incidents } = this.engine.store;
    await eventually('every incident is closed', async () => {
      const open = await incidents.collection.countDocuments({ state: { $ne: IncidentState.Closed } });
      return open === 0;
    });
  }

  /** Lets time pass; what is due meanwhile happens. */
  async until(moment: DateTime): Promise<void> {
    const now = await this.engine.env.currentTimeMs();
    if (moment.toMillis() > now) await this.engine.env.sleep(moment.toMillis() - now);
  }

  /** Lets time pass without reading the report. */
  async quietUntil(moment: DateTime): Promise<void> {
    await this.cycle.handle.signal(pauseSignal);
    await this.until(moment);
    await this.cycle.handle.signal(resumeSignal);
  }

  /** Plays HR's changes, each before the first run of its day, and lets the last day pass. */
  async play(changes: ReadonlyArray<readonly [day: number, n: number, over: Row]>, lastDay: number): Promise<void> {
    for (const [day, n, over] of [...changes].sort(([one], [other]) => one - other)) {
      await this.until(this.day(day).minus({ minutes: 30 }));
      this.says(n, over);
    }
    await this.until(this.day(lastDay + 1).minus({ minutes: 30 }));
    await this.settled();
  }

  /** The directory account of a person. */
  accountOf(n: number): MemoryAccount | undefined {
    return this.engine.application(DIRECTORY).accountOf(emailOf(n));
  }

  /** Everything that happened to a person, in the order of time, by the clock of a zone. */
  async happenings(n: number, zone = 'UTC'): Promise<Happening[]> {
    const { people, incidents, evidence } = this.engine.store;
    const { personId } = (await people.byEmail(emailOf(n))) ?? {};
    if (personId === undefined) return [];
    const opened = await incidents.collection.find({ personId }).toArray();
    const commands = (await evidence.ofPerson(personId)).filter(
      ({ instance, phase, outcome }) => instance === DIRECTORY && phase === 'done' && outcome?.['skipped'] === false,
    );
    return [
      ...opened.map(({ type, createdAt: at }) => ({ what: type, at })),
      ...commands.map(({ outcome, at }) => ({ what: `account: ${String(outcome?.['action'])}`, at })),
    ]
      .sort((one, other) => one.at.localeCompare(other.at))
      .map(({ what, at }) => ({ what, at: DateTime.fromISO(at, { zone }) }));
  }

  /** The incidents of a person, as `<type> <day of the story>`. */
  async diary(n: number): Promise<string[]> {
    const happenings = await this.happenings(n);
    return happenings
      .filter(({ what }) => what.startsWith('IAM - '))
      .map(({ what, at }) => `${what.slice('IAM - '.length)} ${Math.floor(at.diff(this.begin, 'days').days)}`);
  }
}

const emailOf = (n: number): string => aRow(n)['Email_Address'] ?? '';
