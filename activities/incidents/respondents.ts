import type { IlmConfig, Reviewer } from '../../domain/config.js';
import type { Task, TaskKind } from '../../domain/incident.js';
import { rulesOf } from '../../domain/config/tasks.js';
import type { IncidentDocument } from '../store/incident-document.js';

/** Stands for whoever reads `playbooks.itNotificationEmail`, where nobody in particular is asked. */
export const IT_MAILBOX = 'it-mailbox';

/** Somebody who is asked. */
export interface Respondent {
  /** Id of the person, or {@link IT_MAILBOX}. */
  readonly id: string;
  readonly email: string;
  /** Whether their answer counts; otherwise they are only told. */
  readonly canDecide: boolean;
}

/** One of the people in ilm.yaml, by id or address. */
export const personNamed = (ilm: IlmConfig, name: string): Reviewer | undefined =>
  ilm.people.find(({ email, id }) => name === id || email.toLowerCase() === name.toLowerCase());

/**
 * Why somebody's answer to a question does not count, in words; null when it does. Nobody decides about themselves,
 * whatever their roles.
 *
 * @param id a person's id, or {@link IT_MAILBOX}, which stands for no role and for no second person
 */
export function refusalOf(ilm: IlmConfig, incident: IncidentDocument, kind: TaskKind, id: string): string | null {
  const { roles, secondApprover } = rulesOf(ilm.tasks, kind);
  const person = id === IT_MAILBOX ? undefined : personNamed(ilm, id);
  const email = id === IT_MAILBOX ? ilm.playbooks.itNotificationEmail : person?.email;
  if (email === undefined) return 'the sender is not one of the people in ilm.yaml';
  if (concerned(incident).has(email.toLowerCase())) return 'nobody answers a question about themselves';
  if (roles.length > 0 && !roles.some((role) => person?.roles.includes(role) === true)) {
    return `it takes the role ${roles.join(' or ')}`;
  }
  return secondApprover && person === undefined ? 'it takes two people, each with a mail of their own' : null;
}

/**
 * Who is asked: the people with a role of the question, or the IT mailbox where no role is set or nobody may answer;
 * and the owner of the incident.
 */
export function respondentsOf(ilm: IlmConfig, incident: IncidentDocument, { kind }: Task): Respondent[] {
  const { roles, secondApprover } = rulesOf(ilm.tasks, kind);
  const mayAnswer = (id: string): boolean => refusalOf(ilm, incident, kind, id) === null;
  const isByPerson = roles.length > 0 || secondApprover;
  const people = ilm.people.filter(({ id }) => mayAnswer(id) && (isByPerson || id === incident.owner));
  const asked = people.map(({ id, email }) => ({ id, email, canDecide: true }));
  const { itNotificationEmail: mailbox } = ilm.playbooks;
  if (mailbox === undefined || (isByPerson && asked.length > 0)) return asked;
  return asked.some(({ email }) => email.toLowerCase() === mailbox.toLowerCase())
    ? asked
    : [...asked, respondentAt(ilm, incident, kind, mailbox)];
}

/** Who reads an address: a person, the IT mailbox, or somebody who is only told. */
export function respondentAt(ilm: IlmConfig, incident: IncidentDocument, kind: TaskKind, email: string): Respondent {
  const isMailbox = email.toLowerCase() === ilm.playbooks.itNotificationEmail?.toLowerCase();
  const id = personNamed(ilm, email)?.id ?? (isMailbox ? IT_MAILBOX : 'told');
  return { id, email, canDecide: refusalOf(ilm, incident, kind, id) === null };
}

/** Every address by which the incident's people go; of a name match both people's. */
function concerned({ email, mergedWith, userProfile }: IncidentDocument): ReadonlySet<string> {
  const { fields, oldUserData, mergedUserProfile } = userProfile;
  const names = [fields, oldUserData, mergedUserProfile].flatMap((profile) => [profile?.email, profile?.username]);
  return new Set(
    [email, mergedWith, ...names].flatMap((name) => (typeof name === 'string' ? [name.toLowerCase()] : [])),
  );
}
