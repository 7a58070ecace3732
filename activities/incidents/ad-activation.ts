import { CloseReason } from '../../domain/incident.js';
import type { DirectoryStep, EntryPoint, Opened } from '../../domain/playbook.js';
import { AdAccountStatus } from '../../domain/profile.js';
import { hasFirstPassword } from '../first-password.js';
import type { EvidenceDocument } from '../store/evidence.js';
import { accountIn, openIntent } from '../store/people.js';
import { closeKeeping } from './closing.js';
import {
  directoriesOf,
  directoryPlan,
  haltOrKeep,
  isHireNear,
  needsApproval,
  takeProfile,
} from './directory-incident.js';
import type { Entry } from './entry.js';
import { earlierOutcomes, reachedIn } from './plan.js';
import { resultOf } from './results.js';

/**
 * The part of Activate User In Active Directory between drawing the turn and the first command (spec active-directory
 * 3): whether the activation still holds, the answer about a past hire date, and what is to be done in each directory.
 */
export async function continueActivation(entry: Entry, at: EntryPoint): Promise<Opened> {
  if (at === 'bookkeeping') return { kind: 'bookkeeping', plan: directoryPlan(entry, []) };
  if (entry.permanentProfile === undefined) {
    return await haltOrKeep(entry, 'The person has no profile any more. Look at the incident, then retry or close it.');
  }
  if (!stillHolds(entry)) return await closeKeeping(entry, CloseReason.Overtaken);
  const approval = entry.answer('PastHireDate')?.option;
  if (approval === 'No') return await turnDown(entry);
  const directories = directoriesOf(entry);
  if (directories.length === 0) {
    return await haltOrKeep(entry, 'No Active Directory instance is enabled. Enable one in ilm.yaml, then retry.');
  }
  const askFirst = approval === undefined && needsApproval(entry);
  if (askFirst && at === 'question') {
    return await entry.ask(
      'PastHireDate',
      `The hire date of this person is past and the directory account is disabled. Enable it? ${entry.incident.details}`,
    );
  }
  await takeProfile(entry);
  const earlier = await earlierOutcomes(entry);
  const steps = directories.map((directory) => activationStep(entry, directory, earlier, askFirst));
  const { sendEmail, secondsToWaitBeforeWelcomeEmail: delaySeconds } = entry.deps.configuration.current().ilm.playbooks;
  const plan = { ...directoryPlan(entry, steps), ...(sendEmail ? { welcome: { delaySeconds } } : {}) };
  return { kind: 'provision', plan };
}

/**
 * Only a Rehire revives a leaver (design decision 11), and an account waits for its day. A "no" that somebody reopened
 * is no leaver's status.
 */
function stillHolds(entry: Entry): boolean {
  const { permanentProfile: profile, incident } = entry;
  const isReopened = incident.tasks.some(({ kind, answer, withdrawnAt }) => {
    return kind === 'PastHireDate' && answer !== undefined && withdrawnAt !== undefined;
  });
  const isLeaver = profile?.active === false || (profile?.adAccountStatus === AdAccountStatus.Disabled && !isReopened);
  return !isLeaver && isHireNear(entry) !== false;
}

/** The answer "No": the account stays disabled and the person is not asked about again until somebody reopens it. */
async function turnDown(entry: Entry): Promise<Opened> {
  await entry.change(
    { details: 'The activation was turned down, because the hire date is past.' },
    'the activation was turned down',
  );
  await entry.write({ set: { adAccountStatus: AdAccountStatus.Disabled } }, 'Activate User In Active Directory: no');
  return await closeKeeping(entry, CloseReason.Declined);
}

function activationStep(
  entry: Entry,
  { instance, brand }: { readonly instance: string; readonly brand: string },
  earlier: readonly EvidenceDocument[],
  askFirst: boolean,
): DirectoryStep {
  const { deps, person, incident } = entry;
  const facts = accountIn(person, instance);
  const isPending = person.profile?.adAccountStatus === AdAccountStatus.Pending;
  const reached = reachedIn(entry, instance, { directoryCommand: 'create-user', earlier });
  const hasBegun =
    openIntent(person, instance, 'update-user')?.incidentId === incident._id ||
    earlier
      .filter((document) => document.instance === instance && document.action === 'update-user')
      .map(resultOf)
      .some(({ active }) => active === true);
  return {
    instance,
    brand,
    reached: reached === 'everything' ? 'nothing' : reached,
    notify: false,
    activation: {
      createFirst: !isPending || !hasFirstPassword(deps, facts, facts?.id),
      begun: hasBegun,
      askFirst,
    },
  };
}
