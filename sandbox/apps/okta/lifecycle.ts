import { randomBytes } from 'node:crypto';

import { valuesOf } from '../account-store.js';
import type { Organisation } from './organisation.js';
import { userTarget } from './organisation.js';
import { OktaRefusal } from './refusal.js';
import type { OktaErrorCode } from './refusal.js';
import type { TokenOwner } from './tokens.js';

interface Transition {
  /** The states that it may start from; absent = any but those of `not`. */
  readonly from?: readonly string[];
  readonly not?: readonly string[];
  readonly to: string;
  /** How Okta refuses it from any other state. */
  readonly refusal: OktaErrorCode;
  readonly summary?: string;
  readonly displayMessage: string;
}

/** What each operation does to the status of a user without a password, who has to finish an activation alone. */
const TRANSITIONS: Readonly<Record<string, Transition>> = {
  activate: {
    from: ['STAGED', 'DEPROVISIONED'],
    to: 'PROVISIONED',
    refusal: 'E0000016',
    displayMessage: 'Activate Okta user',
  },
  // Okta does not tell a user that is deactivated already from one that does not exist.
  deactivate: {
    not: ['DEPROVISIONED'],
    to: 'DEPROVISIONED',
    refusal: 'E0000007',
    displayMessage: 'Deactivate Okta user',
  },
  reactivate: {
    from: ['PROVISIONED'],
    to: 'PROVISIONED',
    refusal: 'E0000038',
    displayMessage: 'Reactivate Okta user',
  },
  suspend: {
    from: ['ACTIVE'],
    to: 'SUSPENDED',
    refusal: 'E0000001',
    summary: 'Cannot suspend a user that is not active',
    displayMessage: 'Suspend Okta user',
  },
  unsuspend: {
    from: ['SUSPENDED'],
    to: 'ACTIVE',
    refusal: 'E0000001',
    summary: 'Cannot unsuspend a user that is not suspended',
    displayMessage: 'Unsuspend Okta user',
  },
};

/**
 * One operation of the life cycle. A deactivation takes every application away; an activation gives back those that the
 * user's groups assign.
 *
 * @returns the answer's body
 * @throws OktaRefusal when the user's status forbids it
 */
export function changeStatus(
  organisation: Organisation,
  actor: TokenOwner,
  userId: string,
  operation: string,
): unknown {
  const { state, log } = organisation;
  const transition = TRANSITIONS[operation];
  if (transition === undefined) throw new OktaRefusal('E0000022');
  const user = organisation.user(userId);
  const status = String(user['status']);
  const isAllowed = transition.from?.includes(status) ?? transition.not?.includes(status) === false;
  if (!isAllowed) throw new OktaRefusal(transition.refusal, [], transition.summary);
  const now = new Date().toISOString();
  organisation.change(actor, [user.id], () => {
    log.write({
      eventType: `user.lifecycle.${operation}`,
      displayMessage: transition.displayMessage,
      actor,
      target: [userTarget(user)],
    });
    state.users.put({ ...user, status: transition.to, statusChanged: now, lastUpdated: now }, user.id);
    if (transition.to === 'DEPROVISIONED') removeDirectAssignments(organisation, user.id);
  });
  if (transition.to === 'DEPROVISIONED') state.disabled(user.id);
  return transition.to === 'PROVISIONED' ? activation(organisation) : {};
}

/** Deletes a deactivated user; any other is deactivated by the first call. */
export function removeUser(organisation: Organisation, actor: TokenOwner, id: string): void {
  const { state } = organisation;
  if (organisation.user(id)['status'] !== 'DEPROVISIONED') {
    changeStatus(organisation, actor, id, 'deactivate');
    return;
  }
  for (const group of organisation.groupsOf(id)) {
    const members = valuesOf(group['members']).filter((member) => member !== id);
    state.groups.put({ ...group, members: members.map((value) => ({ value })) }, group.id);
  }
  state.users.remove(id);
  state.onChange();
}

function removeDirectAssignments({ applications }: Organisation, userId: string): void {
  for (const application of applications.values()) {
    const { [userId]: _removed, ...users } = application.users;
    applications.set(application.id, { ...application, users });
  }
}

/** What stands for the welcome mail that was not sent. */
function activation({ address }: Organisation): unknown {
  const activationToken = randomBytes(12).toString('base64url');
  return { activationToken, activationUrl: `${address()}/welcome/${activationToken}` };
}
