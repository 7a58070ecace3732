import type { CommandArguments, CommandName } from './commands.js';
import { DEPARTMENTS, Field, OFFICES, makeEntry } from './report-entry.js';
import type { ReportEntry } from './report-entry.js';
import { CommandRefused, hasEmail, nextEmployeeId } from './workforce.js';
import type { Workforce } from './workforce.js';

/** Commands that change people; the others change how the next download answers. */
export type PeopleCommand = Extract<
  CommandName,
  | 'hire'
  | 'update'
  | 'terminate'
  | 'rehire'
  | 'remove'
  | 'change-email'
  | 'change-employee-id'
  | 'postpone'
  | 'duplicate'
  | 'malformed-date'
>;

const isTerminated = (row: ReportEntry): boolean => row[Field.status] === 'Terminated';
const isRehired = (row: ReportEntry): boolean => row[Field.rehired] === 'Yes';

/** What each command does to the report (spec workday-cycle 14); gives the row that it made, changed or removed. */
export const PEOPLE_COMMANDS: {
  readonly [N in PeopleCommand]: (workforce: Workforce, given: CommandArguments<N>) => ReportEntry;
} = {
  hire(workforce, given) {
    const rows = workforce.company[given.report];
    if (rows.some((row) => hasEmail(row, given.email))) {
      throw new CommandRefused(`Somebody in the report has the address ${given.email} already.`);
    }
    return workforce.add(rows, newcomer(given, rows, workforce.date(given.hireDate)));
  },
  update(workforce, { email, report, fields, ...given }) {
    const date = (text: string | undefined): string | undefined =>
      text === undefined ? undefined : workforce.date(text);
    return workforce.change(workforce.get(email, report), {
      ...onlyGiven({
        [Field.title]: given.title,
        [Field.department]: given.department,
        [Field.city]: given.city,
        [Field.location]: given.location,
        [Field.streetAddress]: given.streetAddress,
        [Field.surname]: given.surname,
        [Field.displayName]: given.displayName,
        [Field.lastDayOfWork]: date(given.lastDayOfWork),
        [Field.terminationDate]: date(given.terminationDate),
      }),
      ...fields,
    });
  },
  terminate(workforce, { email, report, lastDayOfWork, terminationDate }) {
    const row = workforce.get(email, report);
    if (isTerminated(row) && !isRehired(row)) throw new CommandRefused(`${email} is terminated already.`);
    return workforce.change(row, {
      [Field.status]: 'Terminated',
      [Field.prehire]: 'False',
      [Field.rehired]: 'No',
      [Field.terminationDate]: workforce.date(terminationDate),
      [Field.lastDayOfWork]: workforce.date(lastDayOfWork),
    });
  },
  rehire(workforce, { email, report, hireDate }) {
    const row = workforce.get(email, report);
    if (!isTerminated(row) || isRehired(row)) throw new CommandRefused(`${email} is active or rehired already.`);
    return workforce.change(row, {
      [Field.prehire]: 'True',
      [Field.rehired]: 'Yes',
      [Field.terminationDate]: '',
      [Field.lastDayOfWork]: '',
      [Field.hireDate]: workforce.date(hireDate),
    });
  },
  remove: (workforce, { email, report }) => workforce.remove(workforce.get(email, report)),
  'change-email': (workforce, { email, report, newEmail }) =>
    workforce.change(workforce.get(email, report), { [Field.email]: newEmail, [Field.username]: newEmail }),
  'change-employee-id': (workforce, { email, report, newEmployeeId }) =>
    workforce.change(workforce.get(email, report), { [Field.employeeId]: newEmployeeId }),
  postpone: (workforce, { email, report, hireDate }) =>
    workforce.change(workforce.get(email, report), { [Field.hireDate]: workforce.date(hireDate) }),
  duplicate(workforce, { email, report, what }) {
    const row = workforce.get(email, report);
    const rows = workforce.rowsOf(row);
    const difference =
      what === 'email'
        ? { [Field.employeeId]: nextEmployeeId(rows) }
        : { [Field.email]: `second.${email}`, [Field.username]: `second.${email}` };
    return workforce.add(rows, { ...row, ...difference });
  },
  'malformed-date': (workforce, { email, report, field, value }) =>
    workforce.change(workforce.get(email, report), { [field]: value }),
};

function newcomer(given: CommandArguments<'hire'>, rows: readonly ReportEntry[], hireDate: string): ReportEntry {
  const department = DEPARTMENTS.find(({ name }) => name === given.department) ?? DEPARTMENTS[0];
  const office = OFFICES.find(({ city }) => city === given.location) ?? OFFICES[0];
  if (department === undefined || office === undefined) throw new Error('The company has no departments or offices.');
  const manager =
    given.managerEmail === undefined ? rows[0] : rows.find((row) => hasEmail(row, given.managerEmail ?? ''));
  const entry = makeEntry({
    ...nameOf(given),
    employeeId: given.employeeId ?? nextEmployeeId(rows),
    email: given.email,
    hireDate,
    department,
    office,
    title: given.title ?? department.titles[0] ?? '',
    employeeType: given.report === 'contractors' ? 'Contractor' : 'Regular',
    manager:
      manager === undefined ? null : { email: manager[Field.email] ?? '', name: manager[Field.displayName] ?? '' },
    number: rows.length,
  });
  return {
    ...entry,
    ...onlyGiven({
      [Field.displayName]: given.displayName,
      [Field.department]: given.department,
      [Field.location]: given.location,
      [Field.managerEmail]: given.managerEmail,
    }),
    ...(given.prehire ? { [Field.status]: '', [Field.prehire]: 'True' } : {}),
  };
}

/** The names given, else those that the address suggests: `ada.oak@example.com` is Ada Oak. */
function nameOf({ email, givenName, surname }: CommandArguments<'hire'>): { givenName: string; surname: string } {
  const [local = ''] = email.split('@');
  const [first = '', ...rest] = local.split('.').map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return { givenName: givenName ?? first, surname: surname ?? (rest.join(' ') || 'Newcomer') };
}

function onlyGiven(values: Readonly<Record<string, string | undefined>>): ReportEntry {
  return Object.fromEntries(Object.entries(values).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
