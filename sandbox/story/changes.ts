import { IncidentType } from '../../domain/incident.js';
import type { SandboxCompany } from '../company.js';
import { AT_WORK, EVERYWHERE, GONE, gita, hugo, nova, twin } from './cast.js';
import { accountsOf, incidentLines, mailsTo, waitingFor } from './look.js';
import type { StoryStep } from './step.js';

const { UpdateUser, TerminateUser, RehireUser, AdUserActivation, AdUserDeactivation } = IncidentType;
/** Accounts and AD Account Status of somebody. */
async function standing(company: SandboxCompany, email: string): Promise<string> {
  const person = await company.store.people.byEmail(email);
  return `${await accountsOf(company, email)}; profile ${person?.profile?.adAccountStatus ?? 'unknown'}`;
}

/** A step that counts as done when its incident waits for a person. */
const waits = (
  name: string,
  type: IncidentType,
  email: string,
  question: string,
  happen: (company: SandboxCompany) => void,
): StoryStep => ({
  name,
  expected: `${type} of ${email} waits (${question})`,
  act: async (company) => {
    happen(company);
    await company.runNow('Workday');
  },
  look: async (company) => await waitingFor(company, email, type),
  tell: async (company) => await incidentLines(company, email, type),
});

/** The directory account is enabled near the hire date. */
export const activation: StoryStep = {
  name: 'The hire date has come',
  expected: `${AT_WORK.engineer}; profile Enabled; 1 welcome`,
  // Before the welcome mail, so that the mailbox can appear.
  waitSeconds: 2,
  act: async (company) => {
    company.workday.run('postpone', { email: nova.email, hireDate: 'today' });
    await company.runNow('Workday');
  },
  look: async (company) => `${await standing(company, nova.email)}; ${mailsTo(company, nova.email, 'Welcome')} welcome`,
  tell: async (company) => [
    ...(await incidentLines(company, nova.email, AdUserActivation)),
    'a welcome mail to the person, with a copy to the manager',
  ],
};

/** It is disabled again when the hire date moves away. */
export const postponed: StoryStep = {
  name: 'A hire date that is postponed after all',
  expected: `${EVERYWHERE}; profile Pending`,
  act: async (company) => {
    company.workday.run('postpone', { email: nova.email, hireDate: '+30' });
    await company.runNow('Workday');
  },
  look: async (company) => await standing(company, nova.email),
  tell: async (company) => await incidentLines(company, nova.email, AdUserDeactivation),
};

/** A change reaches the profile and the applications. */
export const update: StoryStep = {
  name: 'An update',
  expected: 'Senior Gardener in Atlas Wiki; incident closed',
  act: async (company) => {
    company.workday.run('update', { email: gita, title: 'Senior Gardener' });
    await company.runNow('Workday');
  },
  look: async (company) => {
    const user = company.apps
      .app('Atlas Wiki')
      .users()
      .find(({ userName }) => userName === gita);
    const state = (await company.newestIncident(gita, UpdateUser))?.state ?? 'not opened';
    const title = user?.['title'];
    return `${typeof title === 'string' ? title : 'nobody'} in Atlas Wiki; incident ${state.toLowerCase()}`;
  },
  tell: async (company) => await incidentLines(company, gita, UpdateUser),
};

/** Another address has to be approved. */
export const emailChange = waits('Another e-mail address', UpdateUser, hugo.after, 'D3', ({ workday }) => {
  workday.run('change-email', { email: hugo.before, newEmail: hugo.after });
});

/** It is approved, and every account is renamed. */
export const changeUsername: StoryStep = {
  name: 'The decision: change the user name',
  expected: `${hugo.before}: no account; ${hugo.after}: ${EVERYWHERE}`,
  act: async (company) => await company.decide(UpdateUser, hugo.after, 'D3', 'Change Username'),
  look: async (company) => await renamed(company),
  tell: async (company) => await incidentLines(company, hugo.after, UpdateUser),
};

/** The accounts under the old and the new address. */
async function renamed(company: SandboxCompany): Promise<string> {
  const [before, after] = await Promise.all([hugo.before, hugo.after].map((email) => accountsOf(company, email)));
  return `${hugo.before}: ${before}; ${hugo.after}: ${after}`;
}

/** Somebody leaves. */
export const termination: StoryStep = {
  name: 'A termination',
  expected: `${GONE.gardener}; profile Disabled`,
  act: async (company) => {
    company.workday.run('terminate', { email: gita, lastDayOfWork: '-1', terminationDate: '-1' });
    await company.runNow('Workday');
  },
  look: async (company) => await standing(company, gita),
  tell: async (company) => await incidentLines(company, gita, TerminateUser),
};

/** They return, and get a new first password. */
export const rehire: StoryStep = {
  name: 'A return',
  expected: `${AT_WORK.gardener}; profile Enabled`,
  waitSeconds: 2,
  act: async (company) => {
    company.workday.run('rehire', { email: gita, hireDate: 'today' });
    await company.runNow('Workday');
  },
  look: async (company) => await standing(company, gita),
  tell: async (company) => [
    ...(await incidentLines(company, gita, RehireUser)),
    ...(await incidentLines(company, gita, AdUserActivation)),
  ],
};

/** A row that is gone is not acted on without a person. */
export const orphan = waits('A row that is gone', TerminateUser, twin.email, 'D5', ({ workday }) => {
  workday.run('remove', { email: twin.email });
});

/** A person decides that they have left. */
export const terminateOrphan: StoryStep = {
  name: 'The decision: terminate',
  expected: `${GONE.engineer}; profile Disabled`,
  act: async (company) => await company.decide(TerminateUser, twin.email, 'D5', 'Terminate'),
  look: async (company) => await standing(company, twin.email),
  tell: async (company) => await incidentLines(company, twin.email, TerminateUser),
};
