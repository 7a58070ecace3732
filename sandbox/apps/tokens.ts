import express from 'express';
import type { RequestHandler } from 'express';

import type { AppState } from './app-state.js';

/** What a client must show to be given the application's token. */
export interface TokenCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
}

/** The credentials of one application, made of its short name. */
export const credentialsOf = ({ slug }: Pick<AppState, 'slug'>): TokenCredentials => ({
  clientId: `${slug}-client`,
  clientSecret: `${slug}-client-secret`,
  username: `${slug}-admin@example.com`,
  password: `${slug}-password`,
});

/**
 * An OAuth 2.0 token address (RFC 6749, 4.3 and 4.4; RFC 7523): client credentials as Basic header or in the form, the
 * password grant, and a JWT bearer assertion, whose three parts are all that is checked here.
 *
 * @param extra further members of the answer, e.g. the address of the instance
 */
export function tokenEndpoint(
  state: AppState,
  extra: () => Readonly<Record<string, unknown>> = () => ({}),
): RequestHandler {
  const known = credentialsOf(state);
  const router = express.Router();
  router.use(express.urlencoded({ extended: false }));
  router.post('/', (request, response) => {
    const form = (request.body ?? {}) as Readonly<Record<string, string>>;
    const refusal = refusalOf(form, clientOf(request.headers.authorization, form), known);
    if (refusal === null) {
      response.json({ access_token: state.token, token_type: 'Bearer', expires_in: 3600, ...extra() });
    } else {
      const status = refusal === 'invalid_client' ? 401 : 400;
      response.status(status).json({ error: refusal, error_description: 'The credentials were not accepted.' });
    }
  });
  return router;
}

function clientOf(authorization: string | undefined, form: Readonly<Record<string, string>>): string {
  if (authorization?.startsWith('Basic ') !== true) return `${form['client_id'] ?? ''}:${form['client_secret'] ?? ''}`;
  const [id = '', secret = ''] = Buffer.from(authorization.slice(6), 'base64').toString('utf8').split(':');
  return `${decodeURIComponent(id)}:${decodeURIComponent(secret)}`;
}

function refusalOf(form: Readonly<Record<string, string>>, client: string, known: TokenCredentials): string | null {
  const isClient = client === `${known.clientId}:${known.clientSecret}`;
  switch (form['grant_type']) {
    case 'client_credentials':
      return isClient ? null : 'invalid_client';
    case 'password':
      if (!isClient) return 'invalid_client';
      return form['username'] === known.username && form['password'] === known.password ? null : 'invalid_grant';
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return form['assertion']?.split('.').length === 3 ? null : 'invalid_grant';
    default:
      return 'unsupported_grant_type';
  }
}
