import { createPrivateKey } from 'node:crypto';

import type { KeyObject } from 'node:crypto';
import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';
import { ruleTableSchema } from './rules.js';

const text = z.string().min(1, 'must not be empty');

const jwtBearer = z.strictObject({
  username: text.meta(about('Salesforce user that the requests run as.', 'provisioning@example.com')),
  privateKey: text
    .refine(isRsaKey, { error: 'must be an RSA private key in PEM' })
    .meta(about('RSA private key, PEM, whose certificate the app holds.', '${SALESFORCE_PRIVATE_KEY}')),
  audience: z
    .url()
    .default('https://login.salesforce.com')
    .meta(about('Whom the assertion is meant for.', 'https://test.salesforce.com')),
});

const passwordGrant = z.strictObject({
  username: text.meta(about('Salesforce user that the requests run as.', 'provisioning@example.com')),
  password: text.meta(about('Its password, followed by its security token.', '${SALESFORCE_PASSWORD}')),
});

/** `settings` of an instance of the brand `Salesforce`. */
export const salesforceSettingsSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'must be the address of the organization, its My Domain' })
      .meta(about('Address of the organization (My Domain).', 'https://example.my.salesforce.com')),
    clientId: text.meta(about('Consumer key of the external client app.', '${SALESFORCE_CLIENT_ID}')),
    clientSecret: text
      .optional()
      .meta(about('Its consumer secret; not needed with `jwtBearer`.', '${SALESFORCE_CLIENT_SECRET}')),
    jwtBearer: jwtBearer.optional().meta(about('Signs assertions instead of sending the consumer secret.')),
    passwordGrant: passwordGrant
      .optional()
      .meta(
        about('Signs in with a user name and a password. Salesforce is retiring this; for old connected apps only.'),
      ),
    apiVersion: z
      .string()
      .regex(/^v\d{2,3}\.0$/, 'must be a version such as v66.0')
      .default('v66.0')
      .meta(about('Version of the REST API.', 'v65.0')),
    usernameSuffix: z
      .string()
      .min(1)
      .optional()
      .meta(about('Added to every username, which must be unique across all Salesforce organizations.', '.acme')),
    profileId: ruleTableSchema({ name: 'ProfileId', example: '00e5f000001abcdAAA' }),
    timeZone: ruleTableSchema({ name: 'TimeZoneSidKey', example: 'Europe/Berlin' }),
    locale: text.default('en_US').meta(about('LocaleSidKey of new users.', 'de_DE_EURO')),
    emailEncoding: text.default('UTF-8').meta(about('EmailEncodingKey of new users.', 'ISO-8859-1')),
    language: text.default('en_US').meta(about('LanguageLocaleKey of new users.', 'de')),
    freezeWhenRefused: z
      .boolean()
      .default(false)
      .meta(about('Freezes a user whom Salesforce refuses to deactivate. The command fails all the same.')),
  })
  .refine(({ jwtBearer, passwordGrant }) => jwtBearer === undefined || passwordGrant === undefined, {
    error: 'must hold only one of jwtBearer and passwordGrant',
  })
  .refine(({ jwtBearer, clientSecret }) => jwtBearer !== undefined || clientSecret !== undefined, {
    path: ['clientSecret'],
    error: 'must be set unless jwtBearer is',
  });
export type SalesforceSettings = z.output<typeof salesforceSettingsSchema>;

/** The key of a setting that was checked. An environment variable often holds its line ends as two characters. */
export const privateKeyOf = (pem: string): KeyObject => createPrivateKey(pem.replaceAll('\\n', '\n'));

function isRsaKey(pem: string): boolean {
  try {
    return privateKeyOf(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
