import { sign } from 'node:crypto';

import { transportOptions } from '../http-transport.js';
import { createHttpClient } from '../http.js';
import { oauthAuth } from '../oauth.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { salesforceFault } from './faults.js';
import { privateKeyOf } from './settings.js';
import type { ConnectorOptions } from '../brand.js';
import type { HttpClient } from '../http.js';
import type { OAuthGrant, TokenAnswer } from '../oauth.js';
import type { SalesforceSettings } from './settings.js';

/** Salesforce takes assertions that end within five minutes; the rest is for clocks that differ. */
const ASSERTION_SECONDS = 180;

/**
 * Makes the client of the REST API; opens no connection. Requests go to the `instance_url` that came with the token, and
 * until there is one nowhere: every request needs a token first.
 */
export function salesforceClient(settings: SalesforceSettings, options: ConnectorOptions): HttpClient {
  const transport = transportOptions(options);
  const myDomain = settings.url.replace(/\/+$/, '');
  let instance = myDomain;
  const auth = oauthAuth(
    {
      tokenUrl: `${myDomain}/services/oauth2/token`,
      settingsPath: 'settings',
      addressSetting: 'settings.url',
      grant: grantOf(settings),
      onToken: (answer) => {
        instance = instanceOf(answer, myDomain, options.instanceName);
      },
    },
    transport,
  );
  return createHttpClient({
    ...transport,
    baseUrl: () => `${instance}/services/data/${settings.apiVersion}`,
    auth,
    faultOf: salesforceFault,
  });
}

function grantOf({ clientId, clientSecret = '', jwtBearer, passwordGrant }: SalesforceSettings): OAuthGrant {
  if (passwordGrant !== undefined) return { type: 'password', clientId, clientSecret, ...passwordGrant };
  if (jwtBearer === undefined) return { type: 'client-credentials', clientId, clientSecret, sendAs: 'form' };
  const { username, audience } = jwtBearer;
  const key = privateKeyOf(jwtBearer.privateKey);
  return {
    type: 'jwt-bearer',
    assertion: () => {
      const expires = Math.floor(Date.now() / 1_000) + ASSERTION_SECONDS;
      const parts = [{ alg: 'RS256' }, { iss: clientId, sub: username, aud: audience, exp: expires }];
      const unsigned = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
      return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), key).toString('base64url')}`;
    },
  };
}

/** The address that a token belongs to. Without TLS it may only be the host that gave the token. */
function instanceOf(answer: TokenAnswer, myDomain: string, instanceName: string): string {
  const answered = answer['instance_url'];
  if (answered === undefined) return myDomain;
  const url = typeof answered === 'string' && URL.canParse(answered) ? new URL(answered) : null;
  if (url !== null && (url.protocol === 'https:' || url.origin === new URL(myDomain).origin)) {
    return url.href.replace(/\/+$/, '');
  }
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${instanceName}: the token came with an instance_url that is no https address; check settings.url.`,
  );
}
