import { IncidentType } from '../../domain/incident.js';
import { NotYetKnown } from '../company.js';
import type { SandboxCompany } from '../company.js';
import { accountsOf, incidentLines, mailsTo, waitingFor } from './look.js';
import { storyPerson } from './step.js';
import type { StoryStep } from './step.js';

const nova = storyPerson('Nova', 'Sandbox');
const twin = storyPerson('Nova', 'Sandbox', 'nova.sandbox2');
const pia = storyPerson('Pia', 'Patience');
const otto = storyPerson('Otto', 'Outage');
/** People who are in the sandbox company from the start. */
const gita = 'gita.gingko@example.com';
const hugo = { before: 'hugo.hazel@example.com', after: 'hugo.hazel-oak@example.com' };

const { NewHire, UpdateUser, TerminateUser, AdUserActivation } = IncidentType;
const EVERYWHERE = 'Active Directory (disabled), Atlas Wiki, Nimbus Chat';
const TWIN_WAITS = `${NewHire} of ${twin.email} waits (D1)`;
const closed = (what: string): string => `${what}; incident closed`;

const hire = (company: SandboxCompany, person: typeof nova, hireDate = 'today'): void => {
  company.workday.run('hire', {
    email: person.email,
    givenName: person.givenName,
    surname: person.surname,
    displayName: person.displayName,
    location: 'Berlin',
    department: 'Engineering',
    hireDate,
    managerEmail: company.manager(),
  });
};

async function closedWith(company: SandboxCompany, email: string): Promise<string> {
  const incident = await company.newestIncident(email, NewHire);
  const state = incident?.state === 'Closed' ? 'incident closed' : `incident ${incident?.state ?? 'not opened'}`;
  return `${await accountsOf(company, email)}; ${state}`;
}

/** An employee of the company that the story may change; the same one every time. */
function employee(company: SandboxCompany, position: number): string {
  const active = company.workday
    .rows('employees')
    .filter((row) => row['Employment_Status'] === 'Active' && row['Email_Address'] !== company.manager());
  const email = active[position]?.['Email_Address'];
  if (email === undefined) throw new NotYetKnown(`employee ${position}`);
  return email;
}

const firstSync: StoryStep = {
  name: 'First sync',
  expected: 'a profile for every employee, no incident',
  act: async (company) => {
    await company.startCycle('Workday');
    await company.startCycle('Workday Contractors');
  },
  look: async (company) => {
    const profiles = await company.store.people.collection.countDocuments({ profile: { $exists: true } });
    const progress = await company.cycle('Workday');
    const isDone = profiles > 0 && progress.cycle >= 1 && progress.phase === 'waiting';
    return isDone ? 'a profile for every employee, no incident' : `${profiles} profiles, ${progress.phase}`;
  },
  tell: async (company) => [
    `${await company.store.people.collection.countDocuments({ profile: { $exists: true } })} User Profiles in MongoDB`,
  ],
};

const hireSomebody: StoryStep = {
  name: 'A hire',
  expected: closed(EVERYWHERE),
  act: async (company) => {
    hire(company, nova);
    await company.runNow('Workday');
  },
  look: async (company) => await closedWith(company, nova.email),
  tell: async (company) => [
    ...(await incidentLines(company, nova.email, NewHire)),
    `${mailsTo(company, company.manager(), 'nova.sandbox')} mail to the manager with the first password`,
  ],
};

const takenName: StoryStep = {
  name: 'A name that is taken',
  expected: TWIN_WAITS,
  act: async (company) => {
    hire(company, twin);
    await company.runNow('Workday');
  },
  look: async (company) => {
    const waiting = await waitingFor(company, twin.email, NewHire);
    // On a second start the question has its answer already.
    return waiting.endsWith('closed') ? TWIN_WAITS : waiting;
  },
  tell: async (company) => await incidentLines(company, twin.email, NewHire),
};

const createNewAccount: StoryStep = {
  name: 'The decision: create a new account',
  expected: closed(EVERYWHERE),
  act: async (company) => await company.decide(twin.email, 'D1', 'Create New Account'),
  look: async (company) => await closedWith(company, twin.email),
  tell: async (company) => await incidentLines(company, twin.email, NewHire),
};

const badRow: StoryStep = {
  name: 'A bad row beside a good one',
  expected: 'the bad row is rejected by name, the good one is hired',
  act: async (company) => {
    company.workday.run('malformed-date', { email: employee(company, 3), field: 'Termination_Date' });
    hire(company, pia);
    await company.runNow('Workday');
  },
  look: async (company) => {
    const { rejected } = await company.cycle('Workday');
    const hired = await closedWith(company, pia.email);
    const isRight = hired === closed(EVERYWHERE) && (rejected > 0 || company.isTold('A bad row beside a good one'));
    return isRight ? 'the bad row is rejected by name, the good one is hired' : `${rejected} rejected; ${hired}`;
  },
  tell: async (company) => [
    ...(await incidentLines(company, pia.email, NewHire)),
    `${(await company.cycle('Workday')).rejected} row rejected; everybody else went on`,
  ],
};

const emptyReport: StoryStep = {
  name: 'An empty report',
  expected: 'refused by the guard, nobody terminated',
  act: async (company) => {
    // Until the next step: a single one could be over before anybody looks.
    company.workday.run('empty-report', { times: 'forever', report: 'employees' });
    await company.runNow('Workday');
  },
  look: async (company) => {
    const { phase, reason } = await company.cycle('Workday');
    const terminations = await company.store.incidents.list({ type: TerminateUser, terminationTrigger: 'Orphan' }, 1);
    // On a second start the cycle has gone on, and later steps of the story have made orphans.
    const isTold = company.isTold('An empty report');
    if (isTold || (phase === 'halted' && terminations.length === 0)) return 'refused by the guard, nobody terminated';
    return `${phase}: ${reason ?? 'no reason'}, ${terminations.length} terminations`;
  },
  tell: async (company) => [`the cycle says: ${(await company.cycle('Workday')).reason ?? 'nothing'}`],
};

const applicationDown: StoryStep = {
  name: 'An application that is down',
  expected: 'Active Directory (disabled), Nimbus Chat; incident running',
  act: async (company) => {
    company.workday.run('clear-faults', {});
    company.apps.app('Atlas Wiki').addFault({ kind: 'down', times: 'forever' });
    hire(company, otto);
    await company.runNow('Workday');
  },
  look: async (company) => {
    const now = await closedWith(company, otto.email);
    const isTold = company.isTold('An application that is down');
    return isTold ? 'Active Directory (disabled), Nimbus Chat; incident running' : now.replace('Running', 'running');
  },
  tell: async (company) => await incidentLines(company, otto.email, NewHire),
};

const applicationRecovers: StoryStep = {
  name: 'The application recovers',
  expected: closed(EVERYWHERE),
  // The pause before the third attempt.
  waitSeconds: 4,
  act: async (company) => {
    company.apps.app('Atlas Wiki').clearFaults();
    await Promise.resolve();
  },
  look: async (company) => await closedWith(company, otto.email),
  tell: async (company) => await incidentLines(company, otto.email, NewHire),
};

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

const activation: StoryStep = {
  name: 'The hire date has come',
  expected: 'Active Directory (enabled), Atlas Wiki, Nimbus Chat; 1 welcome',
  act: async (company) => await company.runNow('Workday'),
  look: async (company) =>
    `${await accountsOf(company, nova.email)}; ${mailsTo(company, nova.email, 'Welcome')} welcome`,
  tell: async (company) => [
    ...(await incidentLines(company, nova.email, AdUserActivation)),
    'a welcome mail to the person, with a copy to the manager',
  ],
};

const update: StoryStep = {
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

const emailChange = waits('Another e-mail address', UpdateUser, hugo.after, 'D3', ({ workday }) => {
  workday.run('change-email', { email: hugo.before, newEmail: hugo.after });
});

const termination: StoryStep = {
  name: 'A termination',
  expected: `Active Directory (disabled), Atlas Wiki (disabled), Nimbus Chat (disabled); profile Disabled`,
  act: async (company) => {
    company.workday.run('terminate', { email: gita, lastDayOfWork: '-1', terminationDate: '-1' });
    await company.runNow('Workday');
  },
  look: async (company) => {
    const person = await company.store.people.byEmail(gita);
    return `${await accountsOf(company, gita)}; profile ${person?.profile?.adAccountStatus ?? 'unknown'}`;
  },
  tell: async (company) => await incidentLines(company, gita, TerminateUser),
};

const orphan = waits('A row that is gone', TerminateUser, twin.email, 'D5', ({ workday }) => {
  workday.run('remove', { email: twin.email });
});

/** The story of a day, as far as this version's playbooks go. Each step leaves the company as the next one expects it. */
export const DAY: readonly StoryStep[] = [
  firstSync,
  hireSomebody,
  takenName,
  createNewAccount,
  badRow,
  emptyReport,
  applicationDown,
  applicationRecovers,
  activation,
  update,
  emailChange,
  termination,
  orphan,
];
