import { DateTime } from 'luxon';

import { generateCompany } from './company.js';
import type { Company, CompanySize } from './company.js';
import { Field, REPORTS } from './report-entry.js';
import type { ReportEntry, ReportName } from './report-entry.js';

/** What a refused command says, e.g. that nobody has this address. The report is unchanged. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused' as const;
}

/** How the report's people are made and how dates are written. */
export interface WorkforceSettings extends CompanySize {
  /** Date format of the report, as luxon writes it. */
  readonly dateFormat: string;
  readonly timeZone: string;
  readonly now: () => Date;
}

/** The people of the two reports. */
export class Workforce {
  #company: Company;
  readonly #settings: WorkforceSettings;
  readonly #onChange: () => void;

  /** The kept people, or a new company of the settings' size. `onChange` runs after each change. */
  constructor(settings: WorkforceSettings, kept: Company | null, onChange: () => void) {
    this.#settings = settings;
    this.#company = kept ?? generateCompany(settings, settings.dateFormat);
    this.#onChange = onChange;
  }

  /** All rows, also the data to keep between two starts. */
  get company(): Company {
    return this.#company;
  }

  reset(): void {
    this.#company = generateCompany(this.#settings, this.#settings.dateFormat);
    this.#onChange();
  }

  /** The row with this address, in the named report or in the first that has it. */
  find(email: string, report?: ReportName): ReportEntry | null {
    for (const name of report === undefined ? REPORTS : [report]) {
      const row = this.#company[name].find((entry) => hasEmail(entry, email));
      if (row !== undefined) return row;
    }
    return null;
  }

  /** @throws CommandRefused when nobody has the address */
  get(email: string, report?: ReportName): ReportEntry {
    const row = this.find(email, report);
    if (row === null) throw new CommandRefused(`Nobody in the report has the address ${email}.`);
    return row;
  }

  /** The rows among which this one is. */
  rowsOf(row: ReportEntry): ReportEntry[] {
    return this.#company.contractors.includes(row) ? this.#company.contractors : this.#company.employees;
  }

  change(row: ReportEntry, values: ReportEntry): ReportEntry {
    Object.assign(row, values);
    this.#onChange();
    return row;
  }

  add(rows: ReportEntry[], row: ReportEntry): ReportEntry {
    rows.push(row);
    this.#onChange();
    return row;
  }

  remove(row: ReportEntry): ReportEntry {
    const rows = this.rowsOf(row);
    rows.splice(rows.indexOf(row), 1);
    this.#onChange();
    return row;
  }

  /**
   * A command's date in the report's format; the empty text stays.
   *
   * @throws CommandRefused for a day that the calendar does not have
   */
  date(text: string): string {
    const { now, timeZone, dateFormat } = this.#settings;
    if (text === '') return '';
    const today = DateTime.fromJSDate(now(), { zone: timeZone });
    if (text === 'today') return today.toFormat(dateFormat);
    const day = /^[+-]/.test(text) ? today.plus({ days: Number(text) }) : DateTime.fromISO(text, { zone: timeZone });
    if (!day.isValid) throw new CommandRefused(`${text} is no day of the calendar.`);
    return day.toFormat(dateFormat);
  }
}

/** Whether the row has this address, ignoring case. */
export const hasEmail = (entry: ReportEntry, email: string): boolean =>
  (entry[Field.email] ?? '').toLowerCase() === email.toLowerCase();

/** The highest number among the employee ids plus one, with the letters that this report's ids begin with. */
export function nextEmployeeId(rows: readonly ReportEntry[]): string {
  const ids = rows.map((entry) => /^(.*?)(\d+)$/.exec(entry[Field.employeeId] ?? ''));
  const highest = ids.reduce((most, id) => Math.max(most, Number(id?.[2] ?? 0)), 0);
  return `${ids[0]?.[1] ?? ''}${Math.max(highest, 1000) + 1}`;
}
