import { z } from 'zod';

import { basicAuth, bearerAuth, noAuth, tokenAuth } from '../http-auth.js';
import { createHttpClient } from '../http.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { SCIM_DIALECTS } from './dialect.js';
import type { HttpAuth } from '../http-auth.js';
import type { HttpClientOptions } from '../http.js';
import type { ScimDialectName } from './dialect.js';

const dialectNames = Object.keys(SCIM_DIALECTS) as [ScimDialectName, ...ScimDialectName[]];

/** `settings` of an instance of the brand `SCIM 2.0`. */
export const scimSettingsSchema = z
  .strictObject({
    /** Address that `/Users` and `/Groups` are relative to. */
    baseUrl: z.url({ protocol: /^https?$/, error: 'must be the http or https address that /Users is relative to' }),
    /** Bearer token. */
    token: z.string().min(1, 'must not be empty').optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    /** Client credentials; the token is fetched when needed and again after a refusal. */
    oauth: z
      .strictObject({
        tokenUrl: z.url(),
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        scope: z.string().optional(),
      })
      .optional(),
    dialect: z.enum(dialectNames).default('standard'),
    /** Sent with every request, e.g. a version the service asks for. */
    headers: z.record(z.string(), z.string()).default({}),
  })
  .refine(({ token, username, oauth }) => [token, username, oauth].filter((way) => way !== undefined).length <= 1, {
    error: 'must hold only one of token, username and oauth',
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: 'must hold username and password together',
  });
export type ScimSettings = z.infer<typeof scimSettingsSchema>;

const tokenAnswerSchema = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().optional() });

/** How the settings prove who we are. Fetches nothing yet. */
export function authOf(settings: ScimSettings, transport: Omit<HttpClientOptions, 'auth' | 'baseUrl'>): HttpAuth {
  const { token, username, password, oauth } = settings;
  if (token !== undefined) return bearerAuth(token);
  if (username !== undefined && password !== undefined) return basicAuth(username, password);
  if (oauth === undefined) return noAuth();
  const client = createHttpClient({
    ...transport,
    baseUrl: new URL(oauth.tokenUrl).origin,
    auth: basicAuth(encodeURIComponent(oauth.clientId), encodeURIComponent(oauth.clientSecret)),
  });
  const { pathname, search } = new URL(oauth.tokenUrl);
  return tokenAuth(async () => {
    const answer = await client.request({
      method: 'POST',
      path: `${pathname}${search}`,
      label: 'the token',
      form: { grant_type: 'client_credentials', ...(oauth.scope === undefined ? {} : { scope: oauth.scope }) },
    });
    const parsed = tokenAnswerSchema.safeParse(answer.body);
    if (!parsed.success) {
      throw new ConnectorError(
        ConnectorErrorKind.Configuration,
        `${transport.instanceName}: the token address answered without an access_token; check settings.oauth.tokenUrl.`,
      );
    }
    const { access_token: fetched, expires_in: seconds } = parsed.data;
    return { token: fetched, ...(seconds === undefined ? {} : { expiresInMs: seconds * 1_000 }) };
  });
}
