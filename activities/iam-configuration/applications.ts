import type { OktaApplication } from '../../domain/okta/iam-configuration.js';
import type { OktaApp } from '../connectors/okta/access.js';
import type { OktaClient } from '../connectors/okta/client.js';

/** Every application of an organisation, inactive ones included. Throws the connector's errors. */
export async function listApplications(client: Pick<OktaClient, 'listApps'>): Promise<OktaApplication[]> {
  return (await client.listApps()).map(applicationOf);
}

/** The applications with these ids; one that Okta does not have is missing. Throws the connector's errors. */
export async function findApplications(
  client: Pick<OktaClient, 'getApp'>,
  ids: readonly string[],
): Promise<OktaApplication[]> {
  const found: OktaApplication[] = [];
  for (const id of new Set(ids)) {
    // An id that Okta reads as something else answers with another application.
    const app = await client.getApp(id);
    if (app !== null && app.id === id) found.push(applicationOf(app));
  }
  return found;
}

const applicationOf = ({ id, name, label, logo }: OktaApp): OktaApplication => ({
  applicationId: id,
  name,
  label,
  logo,
});
