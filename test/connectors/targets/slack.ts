import { SLACK_BRAND } from '../../../activities/connectors/slack.js';
import { appTarget } from '../support/app-target.js';
import type { AppTarget } from '../support/app-target.js';
import { scimRecord, scimSeen } from './scim.js';

/** Slack, whose user names are no addresses. */
export const SLACK_APP = {
  name: 'Slack',
  brand: SLACK_BRAND,
  // Late answers and limits have tests of their own; the cases tell repeats from first runs and do not wait.
  app: { kind: 'slack', dialect: { staleReadsAfterDisable: 0, slackLimits: false } },
  settings: ({ baseUrl, token }) => ({ baseUrl, token }),
  person: (profile) => ({ ...profile, username: String(profile.email).replace(/@.*$/, '') }),
  record: scimRecord,
  seen: scimSeen,
  // Only a mail address can be shared; names and ids are unique.
  sharesKeys: true,
  fetchesToken: false,
  groups: { tellsMembersApart: true },
} satisfies AppTarget;

export const SLACK_TARGET = appTarget(SLACK_APP);
