import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';
import { basicAuth } from '../http-auth.js';
import { oauthAuth } from '../oauth.js';
import type { HttpAuth } from '../http-auth.js';
import type { HttpTransport } from '../http-transport.js';
import type { OAuthGrant } from '../oauth.js';

const oauth = z.strictObject({
  clientId: z.string().min(1, 'must not be empty').meta(about('Id of the client.', '${SERVICENOW_CLIENT_ID}')),
  clientSecret: z.string().min(1, 'must not be empty').meta(about('Its secret.', '${SERVICENOW_CLIENT_SECRET}')),
  tokenUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .meta(
      about(
        'Address that gives the token; left out, `/oauth_token.do` of the instance.',
        'https://example.service-now.com/oauth_token.do',
      ),
    ),
  scope: z.string().min(1).optional().meta(about('Scope to ask for.', 'useraccount')),
});

/** `settings` of an instance of the brand `ServiceNow`. */
export const serviceNowSettingsSchema = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be the http or https address of the ServiceNow instance' })
      .meta(
        about(
          'Address of the ServiceNow instance, which `/api/now` is relative to.',
          'https://example.service-now.com',
        ),
      ),
    apiVersion: z
      .enum(['v1', 'v2'])
      .optional()
      .meta(about('Version of the Table API; left out, the latest of the instance.', 'v2')),
    username: z
      .string()
      .min(1)
      .optional()
      .meta(about('Service account, for Basic authentication or the password grant.', '${SERVICENOW_USERNAME}')),
    password: z.string().min(1).optional().meta(about('Its password.', '${SERVICENOW_PASSWORD}')),
    oauth: oauth
      .optional()
      .meta(about('OAuth client: by itself for client credentials, with `username` for the password grant.')),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'must hold username and password together',
  })
  .refine((settings) => settings.username !== undefined || settings.oauth !== undefined, {
    error: 'must hold username and password, or oauth',
  });
export type ServiceNowSettings = z.infer<typeof serviceNowSettingsSchema>;

/** Address of the Table API and its kin. */
export const apiUrl = ({ baseUrl, apiVersion }: ServiceNowSettings): string =>
  [baseUrl.replace(/\/+$/, ''), 'api/now', ...(apiVersion === undefined ? [] : [apiVersion])].join('/');

/** How the settings prove who we are. Fetches nothing yet. */
export function authOf(settings: ServiceNowSettings, transport: HttpTransport): HttpAuth {
  const { baseUrl, username = '', password = '', oauth: client } = settings;
  if (client === undefined) return basicAuth(username, password);
  return oauthAuth(
    {
      tokenUrl: client.tokenUrl ?? `${baseUrl.replace(/\/+$/, '')}/oauth_token.do`,
      settingsPath: 'settings.oauth',
      grant: grantOf(settings, client),
      ...(client.scope === undefined ? {} : { scope: client.scope }),
    },
    transport,
  );
}

function grantOf({ username, password }: ServiceNowSettings, client: z.infer<typeof oauth>): OAuthGrant {
  const { clientId, clientSecret } = client;
  return username === undefined || password === undefined
    ? { type: 'client-credentials', clientId, clientSecret, sendAs: 'form' }
    : { type: 'password', clientId, clientSecret, username, password };
}
