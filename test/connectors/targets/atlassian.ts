import { ATLASSIAN_BRAND } from '../../../activities/connectors/atlassian.js';
import { appTarget } from '../support/app-target.js';
import { scimRecord, scimSeen } from './scim.js';

/** A directory of Atlassian Cloud, with its fixed key; names and addresses are unique in it. */
export const ATLASSIAN_TARGET = appTarget({
  name: 'Atlassian',
  brand: ATLASSIAN_BRAND,
  app: { kind: 'atlassian' },
  settings: ({ baseUrl, token }) => ({ directoryUrl: baseUrl, apiKey: token }),
  record: scimRecord,
  seen: scimSeen,
  sharesKeys: false,
  groups: { tellsMembersApart: false },
  fetchesToken: false,
});
