import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';
import { basicAuth, bearerAuth, noAuth } from '../http-auth.js';
import { oauthAuth } from '../oauth.js';
import { SCIM_DIALECTS } from './dialect.js';
import type { HttpAuth } from '../http-auth.js';
import type { HttpTransport } from '../http-transport.js';
import type { ScimDialectName } from './dialect.js';

const dialectNames = Object.keys(SCIM_DIALECTS) as [ScimDialectName, ...ScimDialectName[]];

const oauth = z.strictObject({
  tokenUrl: z.url().meta(about('Address that gives the token.', 'https://login.example.com/oauth/token')),
  clientId: z.string().min(1).meta(about('Id of the client.', '${WIKI_CLIENT_ID}')),
  clientSecret: z.string().min(1).meta(about('Its secret.', '${WIKI_CLIENT_SECRET}')),
  scope: z.string().optional().meta(about('Scope to ask for.', 'scim')),
});

/** `settings` of an instance of the brand `SCIM 2.0`. */
export const scimSettingsSchema = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be the http or https address that /Users is relative to' })
      .meta(about('Address that `/Users` and `/Groups` are relative to.', 'https://wiki.example.com/scim/v2')),
    token: z.string().min(1, 'must not be empty').optional().meta(about('Bearer token.', '${WIKI_TOKEN}')),
    username: z.string().min(1).optional().meta(about('User name for Basic authentication.', '${WIKI_USERNAME}')),
    password: z.string().min(1).optional().meta(about('Its password.', '${WIKI_PASSWORD}')),
    oauth: oauth.optional().meta(about('Client credentials, from which a token is fetched whenever one is needed.')),
    dialect: z
      .enum(dialectNames)
      .default('standard')
      .meta(about('How the service differs from the standard.', 'slack')),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .meta(about('Further headers of every request.', { 'X-API-Version': '2' })),
  })
  .refine(({ token, username, oauth }) => [token, username, oauth].filter((way) => way !== undefined).length <= 1, {
    error: 'must hold only one of token, username and oauth',
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'must hold username and password together',
  });
export type ScimSettings = z.infer<typeof scimSettingsSchema>;

/** Where a service is and how it knows us; how it speaks is told apart, so that a brand can bring a dialect of its own. */
export type ScimConnection = Omit<ScimSettings, 'dialect' | 'headers'> & Partial<Pick<ScimSettings, 'headers'>>;

/** How the settings prove who we are. Fetches nothing yet. */
export function authOf({ token, username, password, oauth }: ScimConnection, transport: HttpTransport): HttpAuth {
  if (token !== undefined) return bearerAuth(token);
  if (username !== undefined && password !== undefined) return basicAuth(username, password);
  if (oauth === undefined) return noAuth();
  const { tokenUrl, clientId, clientSecret, scope } = oauth;
  return oauthAuth(
    {
      tokenUrl,
      settingsPath: 'settings.oauth',
      grant: { type: 'client-credentials', clientId, clientSecret, sendAs: 'basic' },
      ...(scope === undefined ? {} : { scope }),
    },
    transport,
  );
}
