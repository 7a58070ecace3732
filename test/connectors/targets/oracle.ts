import { ORACLE_BRAND } from '../../../activities/connectors/oracle.js';
import { appTarget } from '../support/app-target.js';
import { scimRecord, scimSeen } from './scim.js';

/** Oracle identity domains, with a token that is fetched. */
export const ORACLE_TARGET = appTarget({
  name: 'Oracle',
  brand: ORACLE_BRAND,
  app: { kind: 'oracle' },
  settings: ({ url, credentials: { clientId, clientSecret } }) => ({ domainUrl: url, clientId, clientSecret }),
  record: scimRecord,
  seen: scimSeen,
  sharesKeys: true,
  groups: { tellsMembersApart: false },
  fetchesToken: true,
});
