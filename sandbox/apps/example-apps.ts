import { AWS_TENANT } from './aws/kind.js';
import type { AppDefinition } from './definition.js';
import type { SimulatedApp, SimulatedApps } from './server.js';

/** An application of the example organisation. */
export type ExampleApp = AppDefinition & {
  /** The variables that its instance in `config/ilm.yaml` refers to. */
  environment(app: SimulatedApp): Readonly<Record<string, string>>;
};

const tokenOf =
  (prefix: string) =>
  ({ baseUrl, token }: SimulatedApp) => ({
    [`${prefix}_URL`]: baseUrl,
    [`${prefix}_TOKEN`]: token,
  });

/** The applications of the example organisation, by the names that `config/ilm.yaml` gives them. */
export const EXAMPLE_APPS: readonly ExampleApp[] = [
  { name: 'Atlas Wiki', environment: tokenOf('ATLAS_WIKI') },
  { name: 'Nimbus Chat', dialect: { patchPath: 'required' }, environment: tokenOf('NIMBUS_CHAT') },
  { name: 'Okta', kind: 'okta', environment: ({ url, token }) => ({ OKTA_URL: url, OKTA_TOKEN: token }) },
  {
    name: 'ServiceNow',
    kind: 'servicenow',
    environment: ({ url, credentials }) => ({
      SERVICENOW_URL: url,
      SERVICENOW_USERNAME: credentials.username,
      SERVICENOW_PASSWORD: credentials.password,
    }),
  },
  { name: 'Slack', kind: 'slack', environment: tokenOf('SLACK') },
  {
    name: 'Salesforce',
    kind: 'salesforce',
    environment: ({ url, credentials }) => ({
      SALESFORCE_URL: url,
      SALESFORCE_CLIENT_ID: credentials.clientId,
      SALESFORCE_CLIENT_SECRET: credentials.clientSecret,
    }),
  },
  {
    name: 'AWS',
    kind: 'aws',
    environment: ({ url, token }) => ({ AWS_SCIM_URL: url, AWS_SCIM_TENANT_ID: AWS_TENANT, AWS_SCIM_TOKEN: token }),
  },
  {
    name: 'GitHub',
    kind: 'github-organization',
    environment: ({ url, token }) => ({ GITHUB_API_URL: url, GITHUB_TOKEN: token }),
  },
];

/** What `startApps` is told of the example organisation, or of the named applications of it. */
export const exampleApps = (names = EXAMPLE_APPS.map(({ name }) => name)): readonly AppDefinition[] =>
  EXAMPLE_APPS.filter(({ name }) => names.includes(name)).map(({ environment: _told, ...definition }) => definition);

/** The variables of those applications of the example organisation that run. */
export function appsEnvironment({ apps }: Pick<SimulatedApps, 'apps'>): Record<string, string> {
  const told = EXAMPLE_APPS.flatMap(({ name, environment }) => {
    const running = apps.find((app) => app.name === name);
    return running === undefined ? [] : Object.entries(environment(running));
  });
  return Object.fromEntries(told);
}
