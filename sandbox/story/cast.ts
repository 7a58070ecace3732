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

/** Accounts of somebody whose hire date is ahead. */
export const EVERYWHERE = 'Active Directory (disabled), Atlas Wiki, Nimbus Chat';

/** An employee of the company that the story may change; the same one every time. */
export function employee(company: SandboxCompany, position: number): string {
  const active = company.workday
    .rows('employees')
    .filter((row) => row['Employment_Status'] === 'Active' && row['Email_Address'] !== company.manager());
  const email = active[position]?.['Email_Address'];
  if (email === undefined) throw new NotYetKnown(`employee ${position}`);
  return email;
}
