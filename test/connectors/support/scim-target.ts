import { SCIM_BRAND } from '../../../activities/connectors/scim.js';
import { openApp, optionsOf } from './app-target.js';
import type { AppDefinition } from '../../../sandbox/apps/definition.js';
import type { ScimConnector } from '../../../activities/connectors/scim.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import type { ConnectorOptions } from '../../../activities/connectors/brand.js';

/** The SCIM connector in one dialect and a simulated application that insists on it, with a token that is fetched. */
export async function openScim(
  dialect = 'standard',
  insists: NonNullable<AppDefinition['dialect']> = {},
  options: Partial<ConnectorOptions> = {},
): Promise<{ readonly app: SimulatedApp; readonly connector: ScimConnector; close(): Promise<void> }> {
  const target = {
    brand: SCIM_BRAND,
    app: { kind: 'scim', dialect: insists },
    settings: ({ baseUrl, url, credentials: { clientId, clientSecret } }: SimulatedApp) => ({
      baseUrl,
      oauth: { tokenUrl: `${url}/oauth/token`, clientId, clientSecret },
      dialect,
    }),
  } as const;
  const { connector, ...opened } = await openApp(target, options);
  return { ...opened, connector: connector as ScimConnector };
}

/** Options of a SCIM connector with the default maps. */
export const scimOptions = (): ConnectorOptions => optionsOf(SCIM_BRAND);
