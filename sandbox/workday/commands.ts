import { z } from 'zod';

/**
 * Arguments of the simulator's commands, in one place: the functions, the HTTP interface, its description and the page
 * for people are all made from these. Dates are `today`, days from today such as `+10` or `-3`, or `YYYY-MM-DD`.
 */

const email = z.email().describe('address of the person, as the report has it now');
const date = z
  .string()
  .regex(/^(today|[+-]\d+|\d{4}-\d{2}-\d{2})$/, 'must be today, days from today such as +10, or YYYY-MM-DD');
const report = z.enum(['employees', 'contractors']).describe('which report; without it, the one that has the person');
const times = z
  .union([z.literal('forever'), z.coerce.number().int().min(1)])
  .default(1)
  .describe('how many downloads are affected, or forever');
const faulty = z.strictObject({ times, report: report.optional().describe('which report; without it, both') });

/** Commands by name, each with its arguments. The descriptions are what `GET /commands` prints. */
export const COMMANDS = {
  hire: z
    .strictObject({
      email: z.email().describe('address of the new person; must be new in the report'),
      givenName: z.string().min(1).optional(),
      surname: z.string().min(1).optional(),
      displayName: z.string().min(1).optional().describe('without it, given name and surname'),
      employeeId: z.string().min(1).optional().describe('without it, the highest one plus 1'),
      hireDate: date.default('today'),
      title: z.string().optional(),
      department: z.string().optional(),
      location: z.string().optional().describe('an office of the company'),
      managerEmail: z.email().optional(),
      prehire: z.union([z.boolean(), z.stringbool()]).default(false).describe('an empty status and the pre-hire flag'),
      report: report.default('employees'),
    })
    .describe('Adds a person without deactivation dates.'),
  update: z
    .strictObject({
      email,
      title: z.string().optional(),
      department: z.string().optional(),
      city: z.string().optional(),
      location: z.string().optional(),
      streetAddress: z.string().optional(),
      surname: z.string().optional(),
      displayName: z.string().optional(),
      lastDayOfWork: z.union([date, z.literal('')]).optional(),
      terminationDate: z.union([date, z.literal('')]).optional(),
      fields: z.record(z.string(), z.string()).optional().describe('report fields by their own names'),
      report: report.optional(),
    })
    .describe('Sets the given values.'),
  terminate: z
    .strictObject({
      email,
      lastDayOfWork: date.default('today'),
      terminationDate: date.default('today'),
      report: report.optional(),
    })
    .describe('Status Terminated, both dates set. Refused when terminated already.'),
  rehire: z
    .strictObject({ email, hireDate: date.default('today'), report: report.optional() })
    .describe('Rehired Yes, pre-hire True, both deactivation dates cleared, a new hire date. Refused when active.'),
  remove: z.strictObject({ email, report: report.optional() }).describe('Takes the row away: an orphan.'),
  'change-email': z
    .strictObject({ email, newEmail: z.email(), report: report.optional() })
    .describe('Another address and user name for the same person.'),
  'change-employee-id': z
    .strictObject({ email, newEmployeeId: z.string().min(1), report: report.optional() })
    .describe('Another employee id for the same address.'),
  postpone: z
    .strictObject({ email, hireDate: date.default('+30'), report: report.optional() })
    .describe('Moves the hire date.'),
  duplicate: z
    .strictObject({
      email,
      what: z.enum(['email', 'employeeId']).default('email').describe('which key the second row repeats'),
      report: report.optional(),
    })
    .describe('Adds a second row with the same key.'),
  'malformed-date': z
    .strictObject({
      email,
      field: z.enum(['Last_Hire_Date', 'Termination_Date', 'Last_Day_of_Work']).default('Last_Hire_Date'),
      value: z.string().default('31st of May'),
      report: report.optional(),
    })
    .describe('Writes a date that fits no format.'),
  'empty-report': faulty.describe('The next downloads have no rows.'),
  'cut-report': faulty.describe('The next downloads break off in the middle.'),
  'bad-json': faulty.describe('The next downloads are not JSON.'),
  'wrong-shape': faulty.describe('The next downloads are JSON of another shape.'),
  'no-content': faulty.describe('The next downloads answer 204.'),
  slow: faulty
    .extend({ delayMs: z.coerce.number().int().min(0).max(600_000).default(5000) })
    .describe('The next downloads wait before they answer.'),
  status: faulty
    .extend({ status: z.coerce.number().int().min(300).max(599).default(500) })
    .describe('The next downloads answer with this status.'),
  'clear-faults': z.strictObject({}).describe('Forgets faults that have not struck yet.'),
  reset: z.strictObject({}).describe('The company as it was made, without faults.'),
} as const;

/** Name of a command. */
export type CommandName = keyof typeof COMMANDS;

/** What a caller gives for a command; values with a default may be left out. */
export type CommandInput<N extends CommandName> = z.input<(typeof COMMANDS)[N]>;

/** What a command works with, defaults filled in. */
export type CommandArguments<N extends CommandName> = z.output<(typeof COMMANDS)[N]>;

/** Whether a text names a command. */
export const isCommandName = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

/** One argument of a command, for people. */
export interface ArgumentDescription {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly fallback: string;
}

/** The commands with their arguments, as `GET /commands` and the page show them. */
export function describeCommands(): readonly {
  readonly name: CommandName;
  readonly description: string;
  readonly arguments: readonly ArgumentDescription[];
}[] {
  return Object.entries(COMMANDS).map(([name, schema]) => ({
    name: name as CommandName,
    description: schema.description ?? '',
    arguments: Object.entries(schema.shape).map(([argument, type]) => {
      const value: unknown = (type as z.ZodType).safeParse(undefined).data;
      return {
        name: argument,
        description: (type as z.ZodType).description ?? '',
        required: !(type as z.ZodType).safeParse(undefined).success,
        fallback: typeof value === 'string' ? value : (JSON.stringify(value) ?? ''),
      };
    }),
  }));
}
