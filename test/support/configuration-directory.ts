import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { stringify } from 'yaml';

import { ConfigurationError } from '../../activities/configuration/faults.js';
import { loadConfiguration } from '../../activities/configuration/load.js';

/** The part of a test context that is needed here. */
interface TestScope {
  after(fn: () => void): void;
}

/** Files of a configuration directory; `undefined` takes a file of the plain one away. */
export type ConfigurationFiles = Readonly<Record<string, string | undefined>>;

/** `ilm.yaml` of {@link configurationDirectory}, to be changed by tests: one report, one directory, one application. */
export const PLAIN_ILM = {
  workday: [
    {
      name: 'Workday',
      reportUrl: 'https://hr.example.com/report',
      username: 'reader',
      password: '${WORKDAY_PASSWORD}',
      mapper: 'mappers/workday.yaml',
    },
  ],
  instances: [
    {
      name: 'Active Directory',
      brand: 'Active Directory Query v2',
      mapperOut: 'mappers/active-directory-out.yaml',
      settings: {
        url: 'ldaps://dc.example.com',
        bindDn: 'CN=service,DC=example,DC=com',
        bindPassword: '${AD_PASSWORD}',
        baseDn: 'DC=example,DC=com',
      },
    },
    { name: 'Wiki', brand: 'SCIM 2.0', settings: { baseUrl: 'https://wiki.example.com', token: '${WIKI_TOKEN}' } },
  ],
  playbooks: { itNotificationEmail: 'it@example.com' },
  people: [{ id: 'reviewer-1', email: 'reviewer@example.com', name: 'A Reviewer', roles: ['iam-admin'] }],
};

/** Variables that {@link PLAIN_ILM} refers to. The values are what no message may show. */
export const PLAIN_ENVIRONMENT = {
  WORKDAY_PASSWORD: 'hush-workday',
  AD_PASSWORD: 'hush-directory',
  WIKI_TOKEN: 'hush-wiki',
  SMTP_URL: 'smtp://user:hush-mail@mail.example.com:25',
};

const WORKDAY_MAPPER = `email: { field: Email_Address, transform: lowercase }
username: { field: User_Name, transform: lowercase }
employeeId: Emp_ID
displayName: Preferred_Name
employmentStatus: Employment_Status
prehireFlag: Prehire_Flag
rehiredEmployee: Rehired_Employee
hireDate: Last_Hire_Date
terminationDate: Termination_Date
lastDayOfWork: Last_Day_of_Work
`;

const DIRECTORY_MAPPER = `ou: { value: 'OU=People,DC=example,DC=com' }
sAMAccountName: username
mail: email
`;

/** A row of the settings list with every flag on. */
export const settingsRow = (instance: string, over: Readonly<Record<string, unknown>> = {}): object => ({
  instance_name: instance,
  create_user_enabled: true,
  create_user_group: 'All',
  update_user_enabled: true,
  disable_user_enabled: true,
  ...over,
});

/**
 * A configuration directory of the test's own, removed after it. The plain one has neither faults nor warnings.
 *
 * @param ilm the content of `ilm.yaml`, or its text
 */
export function configurationDirectory(
  t: TestScope,
  ilm: string | object = PLAIN_ILM,
  files: ConfigurationFiles = {},
): string {
  const directory = mkdtempSync(join(tmpdir(), 'ilm-config-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const all: ConfigurationFiles = {
    'ilm.yaml': typeof ilm === 'string' ? ilm : stringify(ilm),
    'lists/app-provisioning-settings.json': JSON.stringify([settingsRow('Wiki')], null, 2),
    'mappers/workday.yaml': WORKDAY_MAPPER,
    'mappers/active-directory-out.yaml': DIRECTORY_MAPPER,
    'templates/welcome.html': '<p>Welcome, ${givenName}</p>',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    if (text === undefined) continue;
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  return directory;
}

/** What loading a directory throws. */
export function errorOf(
  directory: string,
  env: Readonly<Record<string, string | undefined>> = PLAIN_ENVIRONMENT,
): ConfigurationError {
  try {
    loadConfiguration(directory, env);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error;
  }
  assert.fail('the configuration was accepted');
}
