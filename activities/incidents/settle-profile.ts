import { CloseReason, IncidentType, isHalt } from '../../domain/incident.js';
import type { TaskKind } from '../../domain/incident.js';
import type { Opened } from '../../domain/playbook.js';
import type { UserProfile } from '../../domain/profile.js';
import { isDuplicateKey } from '../store/database.js';
import type { PersonChange } from '../store/people.js';
import { accountOwner, adoptInto } from './identity.js';
import type { Entry } from './entry.js';
import { reportData } from './report-data.js';

/**
 * Steps 4 to 13 of Sync User: finds or creates the profile and settles who the event is about. Answers given earlier
 * are read from the record, so that nothing is asked twice.
 *
 * @returns what the run has to wait for, or null when the profile is settled and provisioning can go on
 */
export async function settleProfile(entry: Entry): Promise<Opened | null> {
  if (entry.incident.addressReuse === true) {
    const asked = await settleAddressReuse(entry);
    if (asked !== null) return asked;
  }
  if (isOverwriteDecided(entry)) return await overwriteExisting(entry);
  if (entry.permanentProfile !== undefined) return await settleExisting(entry);
  return await settleNew(entry);
}

/** An overwrite that was decided and interrupted before the incident was rewritten. */
const isOverwriteDecided = (entry: Entry): boolean =>
  entry.incident.userProfile.mergedUserProfile !== undefined &&
  entry.answer('D1')?.option === 'Overwrite Existing Account';

/** Steps 6 to 9: the person has a profile; a changed e-mail needs an approval first. */
async function settleExisting(entry: Entry): Promise<Opened | null> {
  const { incident, person, deps } = entry;
  const stored = entry.permanentProfile?.email ?? '';
  await markInProcess(entry);
  const changesEmail = incident.email.toLowerCase() !== stored.toLowerCase();
  // A termination never waits for the approval of a new name: a leaver would keep access meanwhile.
  if (!changesEmail || incident.type === IncidentType.TerminateUser) return null;
  const decided = entry.answer('D3')?.option;
  if (decided === 'Change Username' || !deps.configuration.current().ilm.playbooks.approveEmailChange) {
    return await renameProfile(entry);
  }
  if (decided === 'Do Nothing') return await giveUpRename(entry);
  const proposal: UserProfile = {
    ...reportData(entry).set,
    email: incident.email,
    personId: person.personId,
    active: true,
    isProcessed: true,
    isTemporaryUser: true,
    processedBy: incident._id,
  };
  if (!(await deps.store.people.putProposal(person.personId, proposal))) return await emailTaken(entry);
  return await entry.ask(
    'D3',
    `The report gives this person a new e-mail and user name. Proceed with the change? ${incident.details}`,
  );
}

/** Step 6: keeps the connector from opening more incidents and the old profile from looking like an orphan. */
async function markInProcess(entry: Entry): Promise<void> {
  if (entry.person.profile?.processedBy === entry.incident._id) return;
  await entry.write({ set: { isProcessed: true, processedBy: entry.incident._id } }, 'Sync User: in process');
}

/** D3 = Change Username: the proposal goes, the permanent document takes the new name in one versioned update. */
async function renameProfile(entry: Entry): Promise<Opened | null> {
  const { incident, person, deps } = entry;
  await deps.store.people.removeProposal(person.personId);
  const username = incident.userProfile.fields.username;
  try {
    await entry.write(
      {
        set: { email: incident.email, ...(username === undefined ? {} : { username }) },
        emailKey: incident.email.toLowerCase(),
      },
      'Sync User: e-mail changed',
    );
    return null;
  } catch (error) {
    if (isDuplicateKey(error)) return await emailTaken(entry);
    throw error;
  }
}

/** D3 = Do Nothing, then D4: wait until HR has put the old e-mail back, then drop the proposal and close. */
async function giveUpRename(entry: Entry): Promise<Opened> {
  if (entry.answer('D4') === undefined) {
    return await entry.ask(
      'D4',
      'The new e-mail is kept by the temporary profile. Have HR put the old e-mail back into the report, then proceed.',
    );
  }
  await entry.deps.store.people.removeProposal(entry.person.personId);
  return await closeAndGiveBack(entry, CloseReason.Declined, released);
}

/** Step 10: creates the profile as temporary and in process; then the partial name match of steps 11 to 13. */
async function settleNew(entry: Entry): Promise<Opened | null> {
  const { incident, person } = entry;
  if (person.profile?.processedBy !== incident._id) {
    const created = await createTemporaryProfile(entry);
    if (created !== null) return created;
  }
  if (incident.userProfile.mergedUserProfile === undefined) return null;
  return await settleNameMatch(entry);
}

async function createTemporaryProfile(entry: Entry): Promise<Opened | null> {
  const { incident, person } = entry;
  const data = reportData(entry);
  const change: PersonChange = {
    set: {
      ...data.set,
      email: incident.email,
      personId: person.personId,
      sourceInstance: incident.source.instance,
      sourceKeys: [
        {
          source: incident.source.sourceOfTruth,
          employeeId: incident.employeeId,
          ...(incident.correlationId === undefined ? {} : { correlationId: incident.correlationId }),
        },
      ],
      lastSeenAt: incident.createdAt,
      adAccountStatus: '',
      active: true,
      isProcessed: true,
      isTemporaryUser: true,
      processedBy: incident._id,
    },
    unset: data.unset,
    emailKey: incident.email.toLowerCase(),
  };
  try {
    await entry.write(change, 'Sync User: profile created');
    return null;
  } catch (error) {
    if (isDuplicateKey(error)) return await emailTaken(entry);
    throw error;
  }
}

/** Steps 11 to 13: the display name is taken by somebody else. */
async function settleNameMatch(entry: Entry): Promise<Opened | null> {
  switch (entry.answer('D1')?.option) {
    case undefined:
      return await entry.ask('D1', `A new hire's display name is taken. ${entry.incident.details} What is to be done?`);
    case 'Overwrite Existing Account':
      return await overwriteExisting(entry);
    case 'Do Nothing':
      return await waitForFixedReport(entry);
    default:
      return await ensureNewHire(entry);
  }
}

/** D1 = Create New Account: an event that came as the generic type becomes a New Hire, which has a route. */
async function ensureNewHire(entry: Entry): Promise<null> {
  if (entry.incident.type === IncidentType.SyncUser) {
    const changed = await entry.deps.store.incidents.update(entry.incident._id, { type: IncidentType.NewHire });
    entry.incident = changed ?? entry.incident;
  }
  return null;
}

/** D1 = Do Nothing, then D2: the wrong entry is removed by HR; then the new profile goes and the incident ends. */
async function waitForFixedReport(entry: Entry): Promise<Opened> {
  if (entry.answer('D2') === undefined) {
    return await entry.ask('D2', 'Has the wrong report entry been removed? Answer once HR has fixed the report.');
  }
  return await closeAndGiveBack(entry, CloseReason.Declined, () => ({ removeProfile: true }));
}

/** Step 13: the event is about the existing person; the new record is dropped and its HR key joins that person. */
async function overwriteExisting(entry: Entry): Promise<Opened> {
  const { incident } = entry;
  const merged = incident.userProfile.mergedUserProfile;
  const target = await accountOwner(entry, merged?.email ?? '');
  if (merged === undefined || target?.profile === undefined) {
    return await haltUnlessClosed(
      entry,
      'H1',
      'The profile whose name matched is gone. Check with `ilm profile list`, then retry or close.',
    );
  }
  const type = target.profile.adAccountStatus === 'Disabled' ? IncidentType.RehireUser : IncidentType.UpdateUser;
  return await adoptInto(entry, target, {
    type,
    details: 'An existing account is overwritten after a partial name match.',
    email: target.profile.email ?? '',
    userProfile: { fields: { ...merged, employeeId: incident.employeeId }, oldUserData: target.profile },
  });
}

/** D8 (design decision 14): the e-mail is known under another employee id; nothing is written before the answer. */
async function settleAddressReuse(entry: Entry): Promise<Opened | null> {
  const { incident } = entry;
  const owner = await accountOwner(entry, incident.email);
  if (owner?.profile === undefined) return null;
  const decided = entry.answer('D8')?.option;
  if (owner.personId === entry.person.personId && decided !== 'Same Person') return null;
  switch (decided) {
    case undefined:
      return await entry.ask(
        'D8',
        `The e-mail belongs to a profile with another employee id. ${incident.details} Same person?`,
      );
    case 'Same Person':
      return await adoptInto(entry, owner, {
        type: IncidentType.UpdateUser,
        details: `${incident.details} Decided: the same person with a new employee id.`,
        email: incident.email,
        userProfile: { ...incident.userProfile, oldUserData: owner.profile },
      });
    case 'Different Person':
      return await waitForOtherEmail(entry);
    default:
      // The open key stays, so that the same entry is not asked about again until it changes.
      return await closeAndGiveBack(entry, CloseReason.Declined, () => ({}), true);
  }
}

async function waitForOtherEmail(entry: Entry): Promise<Opened> {
  if (entry.answer('D2') === undefined) {
    return await entry.ask(
      'D2',
      'A different person needs another e-mail. Answer once HR has given one; nothing is written until then.',
    );
  }
  return await closeAndGiveBack(entry, CloseReason.Declined, () => ({}));
}

/** The e-mail belongs to somebody else although detection did not see it: stop instead of overwriting them. */
async function emailTaken(entry: Entry): Promise<Opened> {
  return await haltUnlessClosed(
    entry,
    'H1',
    'The e-mail belongs to another profile. Have HR correct the report or merge the two by hand, then retry or close.',
  );
}

/** Opens a halt, or ends the incident when its newest answer is `close`. */
export async function haltUnlessClosed(entry: Entry, kind: TaskKind, question: string): Promise<Opened> {
  if (isHalt(kind) && entry.answer(kind)?.option === 'close') {
    return await closeAndGiveBack(entry, CloseReason.ClosedByPerson, released);
  }
  return await entry.ask(kind, question);
}

/** The bookkeeping of an incident that ends without provisioning: the profile is free for the next event. */
export const released = (entry: Entry): PersonChange =>
  entry.person.profile?.processedBy === entry.incident._id
    ? { set: { isProcessed: false }, unset: ['processedBy'] }
    : {};

/** Closes the incident, frees the person's record and gives the turn back. */
export async function closeAndGiveBack(
  entry: Entry,
  reason: CloseReason,
  change: (entry: Entry) => PersonChange,
  keepOpenKey = false,
): Promise<Opened> {
  await entry.deps.store.incidents.close(entry.incident._id, reason, entry.now(), {}, { keepOpenKey });
  await entry.giveBack(change(entry));
  return { kind: 'closed', type: entry.incident.type, reason };
}
