import { ENTERPRISE_SCHEMA } from '../scim/answers.js';
import { DEFAULT_SCIM_MAPPER_OUT } from '../scim/maps.js';
import { CORE_ATTRIBUTES } from '../scim/users.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { OutgoingMap } from '../maps.js';
import type { PrepareAttributes } from '../scim/users.js';
import type { AppAttributes } from '../types.js';

/** Profile to user, used when an instance names no mapper. */
export const AWS_MAPPER_OUT: MapperDefinition = {
  ...DEFAULT_SCIM_MAPPER_OUT,
  [`${ENTERPRISE_SCHEMA}.division`]: { field: 'division', clearable: true },
};

/** What can be written, for people who write mappers; the service does not describe itself in full. */
export const AWS_ATTRIBUTES: Readonly<Record<string, string>> = {
  ...CORE_ATTRIBUTES,
  'name.middleName': 'Middle name',
  'name.formatted': 'Full name',
  nickName: 'Nickname',
  profileUrl: 'Address of a page about the person',
  preferredLanguage: 'Language',
  locale: 'Locale',
  timezone: 'Time zone',
  'addresses[0].streetAddress': 'Street',
  'addresses[0].locality': 'City',
  'addresses[0].region': 'State or region',
  'addresses[0].postalCode': 'Postal code',
  'addresses[0].country': 'Country',
};

/** Attributes that the service refuses in whatever form. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'groups',
  'password',
  'photos',
  'ims',
  'entitlements',
  'x509Certificates',
]);

const REQUIRED = ['userName', 'displayName', 'name.givenName', 'name.familyName'] as const;

/**
 * Refuses a mapper that could never work here.
 *
 * @throws ConnectorError of kind `Configuration` that names the mapper and the attribute
 */
export function refuseUnsupported(instanceName: string, { name, targets }: OutgoingMap): void {
  const unsupported = targets.find((target) => UNSUPPORTED.has(target.split(/[.[]/)[0] ?? ''));
  const further = targets.find((target) => /^(emails|phoneNumbers|addresses)\[[1-9]/.test(target));
  const wrong = unsupported ?? further;
  if (wrong === undefined) return;
  const why = unsupported === undefined ? 'keeps one entry of such a list' : 'does not take';
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `Instance '${instanceName}': mapper ${name} writes '${wrong}', which AWS ${why}; remove the pair.`,
  );
}

/**
 * Attributes as the service takes them: the only e-mail address is the primary one, and a new account has its four
 * names.
 *
 * @throws ConnectorError of kind `Validation` that names the attribute which the profile does not fill
 */
export const awsAttributes: PrepareAttributes = (attributes, mode) => {
  const missing = mode === 'create' ? REQUIRED.find((path) => isMissing(attributes, path)) : undefined;
  if (missing !== undefined) {
    throw new ConnectorError(
      ConnectorErrorKind.Validation,
      `AWS demands ${missing} of a new user; fill the profile's field, or map another one to it.`,
      { code: '400' },
    );
  }
  const { emails } = attributes;
  if (!Array.isArray(emails)) return attributes;
  return { ...attributes, emails: emails.map((email: object) => ({ ...email, primary: true })) };
};

function isMissing(attributes: AppAttributes, path: string): boolean {
  const value = path
    .split('.')
    .reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>> | undefined)?.[step], attributes);
  return typeof value !== 'string' || value === '';
}
