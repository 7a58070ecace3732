import { CloseReason, IncidentType } from '../../domain/incident.js';
import { mergeProfiles } from '../../domain/name-match.js';
import type { Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import type { UserProfile } from '../../domain/profile.js';
import { isDuplicateKey } from '../store/database.js';
import { sourceKey } from '../store/person-document.js';
import { closeDropping } from './closing.js';
import { newestTask } from './entry.js';
import type { Entry } from './entry.js';
import { keepFormerProfile, withoutPasswords } from './former-profile.js';
import { accountOwner, adoptInto, hrKeyOf, takeEmployeeId } from './identity.js';
import { haltOrDrop } from './halts.js';
import { reportData } from './report-data.js';
import { settleAddressReuse } from './settle-address-reuse.js';

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
  return entry.permanentProfile === undefined ? await settleNew(entry) : await settleExisting(entry);
}

/** An overwrite that was decided and interrupted before the incident was rewritten. */
const isOverwriteDecided = (entry: Entry): boolean =>
  entry.incident.userProfile.mergedUserProfile !== undefined &&
  entry.answer('D1')?.option === 'Overwrite Existing Account';

/** Steps 6 to 9: the person has a profile; its keys may change. */
async function settleExisting(entry: Entry): Promise<Opened | null> {
  const { incident } = entry;
  const stored = entry.permanentProfile?.email ?? '';
  if (!entry.isOwner) {
    // Keeps the connector from opening more incidents and the old profile from looking like an orphan.
    await entry.write({ set: { isProcessed: true, processedBy: incident._id } }, 'Sync User: in process');
  }
  // A termination never waits for the approval of a new name: a leaver would keep access meanwhile.
  if (incident.type === IncidentType.TerminateUser) return null;
  if (entry.isOutdated) return await keepNewerKeys(entry);
  const changesEmail = incident.email.toLowerCase() !== stored.toLowerCase();
  const renaming = changesEmail ? await settleRename(entry) : null;
  return renaming ?? (await settleEmployeeId(entry));
}

/** A later event has settled e-mail and employee id; this one only provisions what is stored. */
async function keepNewerKeys({ deps, incident, person }: Entry): Promise<null> {
  if (newestTask(incident, 'D3') !== undefined) {
    await deps.store.people.removeProposal(person.personId, incident._id);
  }
  return null;
}

/** Steps 7 to 9: a changed e-mail needs an approval first. */
async function settleRename(entry: Entry): Promise<Opened | null> {
  const { incident, person, deps } = entry;
  const decided = entry.answer('D3')?.option;
  if (decided === 'Change Username' || !deps.configuration.current().ilm.playbooks.approveEmailChange) {
    return await renameProfile(entry);
  }
  if (decided === 'Do Nothing') return await giveUpRename(entry);
  const proposal: UserProfile = {
    ...reportData(entry).set,
    email: incident.email.toLowerCase(),
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

/** D3 = Change Username: the proposal goes, the permanent document takes the new name in one versioned update. */
async function renameProfile(entry: Entry): Promise<Opened | null> {
  const { incident, person, deps } = entry;
  await keepFormerProfile(entry);
  await deps.store.people.removeProposal(person.personId);
  const { username } = incident.userProfile.fields;
  const email = incident.email.toLowerCase();
  try {
    await entry.write(
      {
        set: { email, ...(username === undefined ? {} : { username }) },
        emailKey: email,
        begun: { type: incident.type, seq: incident.seq },
      },
      'Sync User: e-mail changed',
    );
    return null;
  } catch (error) {
    if (isDuplicateKey(error)) return await emailTaken(entry);
    throw error;
  }
}

/** A new employee id joins the person's others and is the current one from now on. */
async function settleEmployeeId(entry: Entry): Promise<Opened | null> {
  if (await takeEmployeeId(entry)) return null;
  return await haltOrDrop(
    entry,
    'The employee id belongs to another profile. Have HR correct the report or merge the two by hand, then retry or ' +
      'close.',
  );
}

/** D3 = Do Nothing, then D4: wait until HR has put the old e-mail back, then drop the proposal and close. */
async function giveUpRename(entry: Entry): Promise<Opened> {
  if (entry.answer('D4') !== undefined) return await closeDropping(entry, CloseReason.Declined);
  return await entry.ask(
    'D4',
    'The new e-mail is kept by the temporary profile. Have HR put the old e-mail back into the report, then proceed.',
  );
}

/** Step 10: creates the profile as temporary and in process; then the partial name match of steps 11 to 13. */
async function settleNew(entry: Entry): Promise<Opened | null> {
  if (!entry.isOwner) {
    const taken = await createTemporaryProfile(entry);
    if (taken !== null) return taken;
  }
  return entry.incident.userProfile.mergedUserProfile === undefined ? null : await settleNameMatch(entry);
}

async function createTemporaryProfile(entry: Entry): Promise<Opened | null> {
  const { incident, person } = entry;
  if (entry.isOutdated) {
    await entry.write({ set: { isProcessed: true, processedBy: incident._id } }, 'Sync User: in process');
    return null;
  }
  const data = reportData(entry);
  const email = incident.email.toLowerCase();
  const hrKey = hrKeyOf(incident);
  try {
    await entry.write(
      {
        set: {
          ...data.set,
          email,
          personId: person.personId,
          sourceInstance: incident.source.instance,
          sourceKeys: [hrKey],
          lastSeenAt: incident.createdAt,
          adAccountStatus: person.profile?.adAccountStatus ?? AdAccountStatus.Undetermined,
          active: true,
          isProcessed: true,
          isTemporaryUser: true,
          processedBy: incident._id,
        },
        unset: data.unset,
        emailKey: email,
        employeeKey: sourceKey(hrKey.source, hrKey.employeeId),
        begun: { type: incident.type, seq: incident.seq },
        ...(person.profile === undefined ? { accounts: withoutPasswords(entry) } : {}),
      },
      'Sync User: profile created',
    );
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
    case 'Do Nothing':
      return await waitForFixedReport(entry);
    default:
      return await ensureNewHire(entry);
  }
}

/** D1 = Create New Account: an event that came as the generic type becomes a New Hire, which has a route. */
async function ensureNewHire(entry: Entry): Promise<null> {
  const { type } = entry.incident;
  if (type === IncidentType.SyncUser) {
    await entry.change({ type: IncidentType.NewHire, detectedType: type }, 'a new account', IncidentType.NewHire);
  }
  return null;
}

/** D1 = Do Nothing, then D2: the wrong entry is removed by HR; then the new profile goes and the incident ends. */
async function waitForFixedReport(entry: Entry): Promise<Opened> {
  if (entry.answer('D2') !== undefined) return await closeDropping(entry, CloseReason.Declined);
  return await entry.ask('D2', 'Has the wrong report entry been removed? Answer once HR has fixed the report.');
}

/** Step 13: the event is about the existing person; the new record is dropped and its HR key joins that person. */
async function overwriteExisting(entry: Entry): Promise<Opened> {
  const { incident } = entry;
  const merged = incident.userProfile.mergedUserProfile;
  const target = await accountOwner(entry, merged?.email ?? '');
  if (merged === undefined || target?.profile === undefined) {
    return await haltOrDrop(
      entry,
      'The profile whose name matched is gone. Check with `ilm profile list`, then retry or close.',
    );
  }
  const isDisabled = target.profile.adAccountStatus === AdAccountStatus.Disabled;
  return await adoptInto(entry, target, {
    type: isDisabled ? IncidentType.RehireUser : IncidentType.UpdateUser,
    details: 'An existing account is overwritten after a partial name match.',
    email: target.profile.email ?? '',
    userProfile: {
      // What was merged at detection may be out of date by now.
      fields: mergeProfiles(target.profile, incident.userProfile.fields),
      oldUserData: target.profile,
    },
  });
}

/** The e-mail belongs to somebody else although detection did not see it: stop instead of overwriting them. */
const emailTaken = (entry: Entry): Promise<Opened> =>
  haltOrDrop(
    entry,
    'The e-mail belongs to another profile. Have HR correct the report or merge the two by hand, then retry or close.',
  );
