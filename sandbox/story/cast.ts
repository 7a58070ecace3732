import { EXAMPLE_APPS } from '../apps/example-apps.js';
import { NotYetKnown } from '../company.js';
import type { SandboxCompany } from '../company.js';
import { storyPerson } from './step.js';

/** Who is hired in the story. */
export const nova = storyPerson('Nova', 'Sandbox');
/** Has the same name. */
export const twin = storyPerson('Nova', 'Sandbox', 'nova.sandbox2');
export const pia = storyPerson('Pia', 'Patience');
export const otto = storyPerson('Otto', 'Outage');

/** Who is in the sandbox company from the start and is changed in the story. */
export const gita = 'gita.gingko@example.com';
export const hugo = { before: 'hugo.hazel@example.com', after: 'hugo.hazel-oak@example.com' };

/** Who gets accounts where: engineers everywhere, a gardener not where engineers work. */
const ENGINEERS = EXAMPLE_APPS.map(({ name }) => name);
const GARDENERS = ENGINEERS.filter((name) => name !== 'AWS' && name !== 'GitHub');

const atWork = (applications: readonly string[]): string => ['Active Directory (enabled)', ...applications].join(', ');

/** An organization at GitHub has no disabled members, so that account is gone. */
const left = (applications: readonly string[]): string =>
  ['Active Directory', ...applications]
    .filter((name) => name !== 'GitHub')
    .map((name) => `${name} (disabled)`)
    .join(', ');

/** Accounts of an engineer whose hire date is ahead. */
export const EVERYWHERE = ['Active Directory (disabled)', ...ENGINEERS].join(', ');
/** Accounts of people at work, and of people who have left. */
export const AT_WORK = { engineer: atWork(ENGINEERS), gardener: atWork(GARDENERS) };
export const GONE = { engineer: left(ENGINEERS), gardener: left(GARDENERS) };

/** Everywhere but where an application is down. */
export const without = (application: string): string =>
  EVERYWHERE.split(', ')
    .filter((name) => name !== application)
    .join(', ');

/** An employee of the company that the story may change; the same one every time. */
export function employee(company: SandboxCompany, position: number): string {
  const active = company.workday
    .rows('employees')
    .filter((row) => row['Employment_Status'] === 'Active' && row['Email_Address'] !== company.manager());
  const email = active[position]?.['Email_Address'];
  if (email === undefined) throw new NotYetKnown(`employee ${position}`);
  return email;
}
