import { CloseReason, IncidentType } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import type { PersonDocument } from '../store/person-document.js';
import { closeDropping } from './closing.js';
import type { Entry } from './entry.js';
import { haltOrDrop } from './halts.js';
import { accountOwner, adoptInto } from './identity.js';

/**
 * D8 (design decision 14): the e-mail is known under another employee id; nothing is written before the answer.
 *
 * @returns what the run has to wait for, or null when the person of the incident owns the e-mail
 */
export async function settleAddressReuse(entry: Entry): Promise<Opened | null> {
  const { incident, deps, person } = entry;
  const owner = await accountOwner(entry, incident.email);
  if (owner?.profile === undefined) return null;
  const decided = entry.answer('D8')?.option;
  if (owner.personId === person.personId && decided !== 'Same Person') return null;
  switch (decided) {
    case undefined:
      // This entry says something new, so what was declined earlier may be asked about again.
      await deps.store.incidents.releaseOpenKeys(person.personId);
      return await entry.ask(
        'D8',
        `The e-mail belongs to a profile with another employee id. ${incident.details} Same person?`,
      );
    case 'Same Person':
      return await joinOwner(entry, owner);
    case 'Different Person':
      return await waitForOtherEmail(entry);
    default:
      return await closeDropping(entry, CloseReason.Declined, { keepOpenKey: true });
  }
}

/** The person of the e-mail has a new employee id. What was to become of them stays, but they are not hired again. */
async function joinOwner(entry: Entry, owner: PersonDocument): Promise<Opened> {
  const { incident } = entry;
  if (entry.permanentProfile !== undefined && owner.personId !== entry.person.personId) {
    return await haltOrDrop(
      entry,
      'Both the employee id and the e-mail have a profile of their own, so they cannot be joined. Merge the two by ' +
        'hand, then retry or close.',
    );
  }
  const isNewcomer = incident.type === IncidentType.NewHire || incident.type === IncidentType.SyncUser;
  return await adoptInto(entry, owner, {
    type: isNewcomer ? IncidentType.UpdateUser : incident.type,
    details: `${incident.details}\nDecided: the same person with a new employee id.`,
    email: incident.email,
    userProfile: { ...incident.userProfile, ...(owner.profile === undefined ? {} : { oldUserData: owner.profile }) },
  });
}

async function waitForOtherEmail(entry: Entry): Promise<Opened> {
  if (entry.answer('D2') !== undefined) return await closeDropping(entry, CloseReason.Declined);
  return await entry.ask(
    'D2',
    'A different person needs another e-mail. Answer once HR has given one; nothing is written until then.',
  );
}
