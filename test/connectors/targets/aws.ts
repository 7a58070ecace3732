import { AWS_BRAND } from '../../../activities/connectors/aws.js';
import { AWS_TENANT } from '../../../sandbox/apps/aws/kind.js';
import { appTarget } from '../support/app-target.js';
import { scimRecord, scimSeen } from './scim.js';

/** AWS IAM Identity Center, with its fixed token; no key can be shared, because names are unique. */
export const AWS_TARGET = appTarget({
  name: 'AWS',
  brand: AWS_BRAND,
  app: { kind: 'aws' },
  settings: ({ url, token }) => ({ url, tenantId: AWS_TENANT, token }),
  record: scimRecord,
  seen: scimSeen,
  sharesKeys: false,
  fetchesToken: false,
  groups: { tellsMembersApart: true },
});
