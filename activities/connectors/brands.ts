import { ACTIVE_DIRECTORY_BRAND } from './active-directory.js';
import { ATLASSIAN_BRAND } from './atlassian.js';
import { AWS_BRAND } from './aws.js';
import { EXCEEDLMS_BRAND } from './exceedlms.js';
import { GITHUB_BRAND } from './github.js';
import { OKTA_BRAND } from './okta.js';
import { ORACLE_BRAND } from './oracle.js';
import { SALESFORCE_BRAND } from './salesforce.js';
import { SCIM_BRAND } from './scim.js';
import { SERVICENOW_BRAND } from './servicenow.js';
import { SLACK_BRAND } from './slack.js';
import { SMARTSHEET_BRAND } from './smartsheet.js';
import type { Brand } from './brand.js';

/** Every kind of application this service can talk to, by the name an operator writes as `brand`. */
export const BRANDS: readonly Brand[] = [
  SCIM_BRAND,
  ACTIVE_DIRECTORY_BRAND,
  ATLASSIAN_BRAND,
  AWS_BRAND,
  EXCEEDLMS_BRAND,
  GITHUB_BRAND,
  OKTA_BRAND,
  ORACLE_BRAND,
  SALESFORCE_BRAND,
  SERVICENOW_BRAND,
  SLACK_BRAND,
  SMARTSHEET_BRAND,
];
