import { DateTime } from 'luxon';

import { DEPARTMENTS, Field, OFFICES, makeEntry } from './report-entry.js';
import type { PersonFacts, ReportEntry } from './report-entry.js';
import { randomNumbers } from '../peer/random.js';

/** How large and which company is made. The same numbers give the same people. */
export interface CompanySize {
  /** Number of rows in the employees' report. */
  readonly size: number;
  readonly seed: number;
  /** Number of rows in the contractors' report. */
  readonly contractors: number;
}

/** The two reports of a company. */
export interface Company {
  readonly employees: ReportEntry[];
  readonly contractors: ReportEntry[];
}

const GIVEN_NAMES =
  'Ada Ben Carla Deniz Ewa Finn Gita Hugo Ines Jonas Kira Leo Mona Nils Olga Paul Quinn Rosa Sami Tara Uwe Vera Wim Xenia Yara Zeno Aiko Bruno Clara Dario Elif Femi Greta Hanna Ivan Jana'.split(
    ' ',
  );
const SURNAMES =
  'Alder Birch Cedar Dogwood Elder Fir Gingko Hazel Ivy Juniper Kapok Larch Maple Nutmeg Oak Pine Quince Rowan Spruce Tamarind Umbra Vine Willow Yew Zelkova Acacia Beech Cypress Date Ebony Fig Gum Hemlock Ironwood Jasmine Linden'.split(
    ' ',
  );

/** First day on which nobody was hired any more: generated people were all hired before, so none of them is a joiner. */
const LATEST_HIRE = DateTime.utc(2024, 1, 15);
const YEARS_OF_HIRING = 9;

/**
 * Makes a company of plausible people with fictional names. Display names and addresses differ from each other up to
 * some forty thousand people; beyond that a number tells them apart. About 2 % are on leave, 3 % have left, and every
 * other row leaves out empty fields, as real reports do.
 *
 * @param dateFormat of the report, as luxon writes it
 */
export function generateCompany({ size, seed, contractors }: CompanySize, dateFormat: string): Company {
  const random = randomNumbers(seed);
  const employees = people(size, random, dateFormat, { prefix: '', first: 100_001, type: 'Regular', offset: 0 });
  const boss = employees[0];
  const external = people(contractors, random, dateFormat, {
    prefix: 'C-',
    first: 7001,
    type: 'Contractor',
    offset: size,
    manager: boss === undefined ? null : managerOf(boss),
  });
  return { employees, contractors: external };
}

interface Series {
  readonly prefix: string;
  readonly first: number;
  readonly type: string;
  readonly offset: number;
  readonly manager?: PersonFacts['manager'];
}

const managerOf = (entry: ReportEntry): PersonFacts['manager'] => ({
  email: entry[Field.email] ?? '',
  name: entry[Field.displayName] ?? '',
});

function people(count: number, random: () => number, dateFormat: string, series: Series): ReportEntry[] {
  const entries: ReportEntry[] = [];
  for (let index = 0; index < count; index += 1) {
    const superior = entries[Math.floor((index - 1) / 8)];
    const facts = {
      ...nameOf(series.offset + index),
      employeeId: `${series.prefix}${series.first + index}`,
      hireDate: LATEST_HIRE.minus({ days: Math.floor(random() * 365 * YEARS_OF_HIRING) + 1 }).toFormat(dateFormat),
      office: pick(OFFICES, random),
      employeeType: series.type,
      manager: series.manager ?? (superior === undefined ? null : managerOf(superior)),
      number: series.offset + index,
      ...jobOf(index, random),
    };
    entries.push(withFate(makeEntry(facts), index, random(), dateFormat));
  }
  return entries;
}

function jobOf(index: number, random: () => number): Pick<PersonFacts, 'department' | 'title'> {
  const department = pick(DEPARTMENTS, random);
  const title = pick(department.titles, random);
  return { department, title: index === 0 ? 'Chief Executive' : title };
}

/** The boss and the first managers stay: others refer to them. */
function withFate(entry: ReportEntry, index: number, chance: number, dateFormat: string): ReportEntry {
  if (index > 8 && chance < 0.03) {
    const left = LATEST_HIRE.plus({ days: (index % 90) + 1 }).toFormat(dateFormat);
    return { ...entry, [Field.status]: 'Terminated', [Field.terminationDate]: left, [Field.lastDayOfWork]: left };
  }
  const present = index > 8 && chance > 0.98 ? { ...entry, [Field.status]: 'Leave of Absence' } : entry;
  return index % 2 === 0 ? present : Object.fromEntries(Object.entries(present).filter(([, value]) => value !== ''));
}

function nameOf(number: number): Pick<PersonFacts, 'givenName' | 'surname' | 'email'> {
  const given = GIVEN_NAMES[number % GIVEN_NAMES.length] ?? '';
  const round = Math.floor(number / GIVEN_NAMES.length);
  // Shifting by the round keeps neighbours in the list from sharing a surname.
  const first = SURNAMES[(number + round) % SURNAMES.length] ?? '';
  const again = Math.floor(round / SURNAMES.length);
  const second = again === 0 ? '' : `-${SURNAMES[(again - 1) % SURNAMES.length] ?? ''}`;
  const lap = Math.floor((again - 1) / SURNAMES.length);
  const surname = `${first}${second}${lap > 0 ? ` ${lap + 1}` : ''}`;
  return {
    givenName: given,
    surname,
    email: `${given}.${surname}@example.com`.toLowerCase().replaceAll(' ', '-'),
  };
}

function pick<T>(list: readonly T[], random: () => number): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error('There is nothing to choose from.');
  return chosen;
}
