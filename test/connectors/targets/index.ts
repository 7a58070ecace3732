import { realController, simulatedController } from '../support/directory.js';
import { directoryTarget } from '../support/directory-target.js';
import { ATLASSIAN_TARGET } from './atlassian.js';
import { AWS_TARGET } from './aws.js';
import { EXCEEDLMS_TARGET } from './exceedlms.js';
import { GITHUB_ENTERPRISE_TARGET, GITHUB_ORGANIZATION_TARGET } from './github.js';
import { OKTA_TARGET } from './okta.js';
import { ORACLE_TARGET } from './oracle.js';
import { SALESFORCE_TARGET } from './salesforce.js';
import { SCIM_TARGET } from './scim.js';
import { SERVICENOW_TARGET } from './servicenow.js';
import { SLACK_TARGET } from './slack.js';
import { SMARTSHEET_REMOVAL_TARGET, SMARTSHEET_TARGET } from './smartsheet.js';
import type { ContractTarget } from '../contract.js';

const ALL: readonly ContractTarget[] = [
  ATLASSIAN_TARGET,
  AWS_TARGET,
  EXCEEDLMS_TARGET,
  GITHUB_ENTERPRISE_TARGET,
  GITHUB_ORGANIZATION_TARGET,
  OKTA_TARGET,
  ORACLE_TARGET,
  SALESFORCE_TARGET,
  SCIM_TARGET,
  SERVICENOW_TARGET,
  SLACK_TARGET,
  SMARTSHEET_TARGET,
  SMARTSHEET_REMOVAL_TARGET,
  directoryTarget('AD on Samba', realController),
  directoryTarget('AD simulated', simulatedController),
];

/**
 * Every connector that the conformance suite, the hostile lives, the fuzzing and the benchmark run against; a new one is
 * one line above. `ILM_CONNECTORS`, names divided by commas, leaves the others out while one is being written.
 */
export const TARGETS: readonly ContractTarget[] = chosen(process.env['ILM_CONNECTORS'] ?? '');

/** @throws Error for a name that no connector has */
function chosen(names: string): readonly ContractTarget[] {
  const wanted = names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = wanted.find((wantedName) => !ALL.some(({ name }) => name === wantedName));
  if (unknown !== undefined) {
    throw new Error(`ILM_CONNECTORS names '${unknown}', which is none of ${ALL.map(({ name }) => name).join(', ')}.`);
  }
  return wanted.length === 0 ? ALL : ALL.filter(({ name }) => wanted.includes(name));
}
