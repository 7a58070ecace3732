import { z } from 'zod';

import { basicAuth, noAuth, tokenAuth } from './http-auth.js';
import { createHttpClient } from './http.js';
import { ConnectorError, ConnectorErrorKind } from './types.js';
import type { HttpAuth } from './http-auth.js';
import type { VendorFault } from './http-errors.js';
import type { HttpTransport } from './http-transport.js';

/** By what a token is asked for (RFC 6749 and RFC 7523). */
export type OAuthGrant =
  | {
      readonly type: 'client-credentials';
      readonly clientId: string;
      readonly clientSecret: string;
      /** Whether id and secret go as Basic credentials or as fields of the form. */
      readonly sendAs: 'basic' | 'form';
    }
  | {
      readonly type: 'password';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly type: 'jwt-bearer';
      /** Makes the signed assertion anew for every token. */
      readonly assertion: () => string | Promise<string>;
    };

/** Where and how tokens are fetched. */
export interface OAuthOptions {
  readonly tokenUrl: string;
  /** The settings to look at when no token is given, e.g. `settings.oauth`. */
  readonly settingsPath: string;
  /** The setting that holds the address, where it is not `tokenUrl` below {@link OAuthOptions.settingsPath}. */
  readonly addressSetting?: string;
  readonly grant: OAuthGrant;
  readonly scope?: string;
  /** Called with every answer that held a token, checked no further, before the token is used. */
  readonly onToken?: (answer: TokenAnswer) => void;
}

// Some services write the seconds as a text.
const tokenAnswerSchema = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});

/** An answer with a token; keys beyond the checked ones are the service's own. */
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;

/**
 * Bearer tokens of an OAuth 2.0 service, fetched when first needed, kept until shortly before they expire, and fetched
 * again after a refusal. Tokens are fetched over the same transport as the API is called.
 *
 * A refused client or grant is an `Unauthorized` error that names the settings; no message holds a secret.
 */
export function oauthAuth(options: OAuthOptions, transport: HttpTransport): HttpAuth {
  const { tokenUrl, settingsPath, addressSetting = `${settingsPath}.tokenUrl`, grant, scope, onToken } = options;
  const { origin, pathname, search } = new URL(tokenUrl);
  const client = createHttpClient({
    ...transport,
    baseUrl: origin,
    auth: clientAuth(grant),
    faultOf: (_status, body) => tokenFault(body, settingsPath),
  });
  const fetchToken = async () => {
    const form = { ...(await formOf(grant)), ...(scope === undefined ? {} : { scope }) };
    const path = `${pathname}${search}`;
    const answer = await client.request({ method: 'POST', path, label: 'the token', form });
    const parsed = tokenAnswerSchema.safeParse(answer.body);
    if (!parsed.success) throw withoutToken(transport.instanceName, addressSetting);
    onToken?.(parsed.data);
    const { access_token: token, expires_in: seconds } = parsed.data;
    return { token, ...(seconds === undefined ? {} : { expiresInMs: seconds * 1_000 }) };
  };
  return { ...tokenAuth(fetchToken), close: () => client.close() };
}

/** Id and secret are encoded before they are joined (RFC 6749, 2.3.1). */
const clientAuth = (grant: OAuthGrant): HttpAuth =>
  grant.type === 'client-credentials' && grant.sendAs === 'basic'
    ? basicAuth(encodeURIComponent(grant.clientId), encodeURIComponent(grant.clientSecret))
    : noAuth();

async function formOf(grant: OAuthGrant): Promise<Readonly<Record<string, string>>> {
  switch (grant.type) {
    case 'client-credentials': {
      const form = { grant_type: 'client_credentials' };
      return grant.sendAs === 'basic'
        ? form
        : { ...form, client_id: grant.clientId, client_secret: grant.clientSecret };
    }
    case 'password':
      return {
        grant_type: 'password',
        client_id: grant.clientId,
        client_secret: grant.clientSecret,
        username: grant.username,
        password: grant.password,
      };
    case 'jwt-bearer':
      return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: await grant.assertion() };
  }
}

const faultSchema = z.looseObject({ error: z.string(), error_description: z.string().nullish() });

/** Refusals that only other credentials or rights mend; the last three are Salesforce's. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'access_denied',
  'invalid_client_id',
  'invalid_client_credentials',
  'inactive_user',
]);

/** Refusals of how the token was asked for. */
const WRONG_SETTINGS: ReadonlySet<string> = new Set(['invalid_request', 'invalid_scope', 'unsupported_grant_type']);

/** Reads the error of RFC 6749, 5.2. */
function tokenFault(body: unknown, settingsPath: string): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const { error, error_description: description } = parsed.data;
  const said = typeof description === 'string' && description !== '' ? `${error} (${description})` : error;
  if (REFUSALS.has(error)) return { kind: ConnectorErrorKind.Unauthorized, code: error, text: said };
  if (!WRONG_SETTINGS.has(error)) return { text: said };
  return { kind: ConnectorErrorKind.Configuration, code: error, text: `${said}; check ${settingsPath}` };
}

const withoutToken = (instanceName: string, addressSetting: string): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${instanceName}: the token address answered without an access_token; check ${addressSetting}.`,
  );
