import { IncidentType } from '../../domain/incident.js';
import type { SandboxCompany } from '../company.js';
import { EVERYWHERE, employee, nova, otto, pia, twin, without } from './cast.js';
import { accountsOf, incidentLines, mailsTo, waitingFor } from './look.js';
import type { StoryPerson, StoryStep } from './step.js';

const { NewHire, TerminateUser } = IncidentType;
const TWIN_WAITS = `${NewHire} of ${twin.email} waits (D1)`;
const WITHOUT_ATLAS = `${without('Atlas Wiki')}; incident running`;
const closed = (what: string): string => `${what}; incident closed`;

/** Ten days ahead, so that accounts are made and the day of their activation is still to come. */
const hire = (company: SandboxCompany, person: StoryPerson): void => {
  company.workday.run('hire', {
    email: person.email,
    givenName: person.givenName,
    surname: person.surname,
    displayName: person.displayName,
    location: 'Berlin',
    department: 'Engineering',
    hireDate: '+10',
    managerEmail: company.manager(),
  });
};

async function closedWith(company: SandboxCompany, email: string): Promise<string> {
  const incident = await company.newestIncident(email, NewHire);
  const state = incident?.state === 'Closed' ? 'incident closed' : `incident ${incident?.state ?? 'not opened'}`;
  return `${await accountsOf(company, email)}; ${state}`;
}

/** The first run of the report makes profiles only. */
export const firstSync: StoryStep = {
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

/** Somebody joins. */
export const hireSomebody: StoryStep = {
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

/** Somebody joins whose name is taken. */
export const takenName: StoryStep = {
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

/** An administrator decides that they are two people. */
export const createNewAccount: StoryStep = {
  name: 'The decision: create a new account',
  expected: closed(EVERYWHERE),
  act: async (company) => await company.decide(NewHire, twin.email, 'D1', 'Create New Account'),
  look: async (company) => await closedWith(company, twin.email),
  tell: async (company) => await incidentLines(company, twin.email, NewHire),
};

/** One bad row stops nobody else. */
export const badRow: StoryStep = {
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

/** A report that looks broken is not acted on. */
export const emptyReport: StoryStep = {
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

/** An application does not answer. */
export const applicationDown: StoryStep = {
  name: 'An application that is down',
  expected: WITHOUT_ATLAS,
  act: async (company) => {
    company.workday.run('clear-faults', {});
    company.apps.app('Atlas Wiki').addFault({ kind: 'down', times: 'forever' });
    hire(company, otto);
    await company.runNow('Workday');
  },
  look: async (company) => {
    const now = await closedWith(company, otto.email);
    const isTold = company.isTold('An application that is down');
    return isTold ? WITHOUT_ATLAS : now.replace('Running', 'running');
  },
  tell: async (company) => await incidentLines(company, otto.email, NewHire),
};

/** What was missing is made up for. */
export const applicationRecovers: StoryStep = {
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
