import { IncidentType } from '../incident.js';

/** The event types of the System Log that start a flow. */
export const OktaEventType = {
  ApplicationAdd: 'application.user_membership.add',
  ApplicationRemove: 'application.user_membership.remove',
  ProfileUpdate: 'user.account.update_profile',
  GroupAdd: 'group.user_membership.add',
  GroupRemove: 'group.user_membership.remove',
  Deactivation: 'user.lifecycle.deactivate',
} as const;
export type OktaEventType = (typeof OktaEventType)[keyof typeof OktaEventType];

/** Types of the incidents that events of Okta become, spelled as the guide spells them. */
export const OktaIncidentType = {
  AppAdd: IncidentType.AppAdd,
  AppRemove: IncidentType.AppRemove,
  AppUpdate: IncidentType.AppUpdate,
  GroupMembershipUpdate: 'IAM - Group Membership Update',
  TerminateUser: IncidentType.TerminateUser,
} as const;
export type OktaIncidentType = (typeof OktaIncidentType)[keyof typeof OktaIncidentType];

/** The flow that runs an incident. `syncUser` handles an employment that ended in Okta in its terminate branch. */
export type OktaFlow = 'appSync' | 'appUpdate' | 'groupMembershipUpdate' | 'syncUser';

/** What an event type becomes. */
export interface OktaCase {
  readonly type: OktaIncidentType;
  readonly flow: OktaFlow;
}

const { AppAdd, AppRemove, AppUpdate, GroupMembershipUpdate, TerminateUser } = OktaIncidentType;

/** Event type to incident and flow (spec okta-flows 4.1). Group events are for Group Membership Update, as the guide says. */
const CASES: Readonly<Record<OktaEventType, OktaCase>> = {
  [OktaEventType.ApplicationAdd]: { type: AppAdd, flow: 'appSync' },
  [OktaEventType.ApplicationRemove]: { type: AppRemove, flow: 'appSync' },
  [OktaEventType.ProfileUpdate]: { type: AppUpdate, flow: 'appUpdate' },
  [OktaEventType.GroupAdd]: { type: GroupMembershipUpdate, flow: 'groupMembershipUpdate' },
  [OktaEventType.GroupRemove]: { type: GroupMembershipUpdate, flow: 'groupMembershipUpdate' },
  [OktaEventType.Deactivation]: { type: TerminateUser, flow: 'syncUser' },
};

const isKnown = (eventType: string): eventType is OktaEventType => Object.hasOwn(CASES, eventType);

/** What an event of this type becomes; null when no flow is for it. */
export const caseOf = (eventType: string): OktaCase | null => (isKnown(eventType) ? CASES[eventType] : null);

/** The event types that are about one application; the automatic filter narrows them to the configured ones. */
export const APPLICATION_EVENT_TYPES: readonly OktaEventType[] = [
  OktaEventType.ApplicationAdd,
  OktaEventType.ApplicationRemove,
];
