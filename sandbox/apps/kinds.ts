import { ATLASSIAN_KIND } from './atlassian/kind.js';
import { AWS_KIND } from './aws/kind.js';
import { EXCEEDLMS_KIND } from './exceedlms/kind.js';
import { GITHUB_ENTERPRISE_KIND, GITHUB_ORGANIZATION_KIND } from './github/kind.js';
import type { AppKind } from './kind.js';
import { OKTA_KIND } from './okta/kind.js';
import { ORACLE_KIND } from './oracle/kind.js';
import { SALESFORCE_KIND } from './salesforce/kind.js';
import { SCIM_KIND } from './scim/kind.js';
import { SERVICENOW_KIND } from './servicenow/kind.js';
import { SLACK_KIND } from './slack/kind.js';
import { SMARTSHEET_KIND } from './smartsheet/kind.js';

/** Every kind of application that can be simulated, by the name that a definition gives. */
export const APP_KINDS = {
  atlassian: ATLASSIAN_KIND,
  aws: AWS_KIND,
  exceedlms: EXCEEDLMS_KIND,
  'github-enterprise': GITHUB_ENTERPRISE_KIND,
  'github-organization': GITHUB_ORGANIZATION_KIND,
  okta: OKTA_KIND,
  oracle: ORACLE_KIND,
  salesforce: SALESFORCE_KIND,
  scim: SCIM_KIND,
  servicenow: SERVICENOW_KIND,
  slack: SLACK_KIND,
  smartsheet: SMARTSHEET_KIND,
} as const satisfies Readonly<Record<string, AppKind>>;
