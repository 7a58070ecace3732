import { ENTERPRISE_SCHEMA } from '../scim/answers.js';
import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { WrittenAttributes } from '../scim/attributes.js';
import type { PrepareAttributes } from '../scim/users.js';

/** Profile to user, used when an instance names no mapper. */
export const ATLASSIAN_MAPPER_OUT: MapperDefinition = {
  userName: 'username',
  externalId: 'employeeId',
  displayName: 'displayName',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  'emails[0].value': 'email',
  'emails[0].type': { value: 'work' },
  'emails[0].primary': { value: true },
  'phoneNumbers[0].value': { field: 'mobilePhone', clearable: true },
  'phoneNumbers[0].type': { value: 'mobile' },
  title: { field: 'title', clearable: true },
  timezone: 'timeZone',
  [`${ENTERPRISE_SCHEMA}.department`]: { field: 'department', clearable: true },
};

/**
 * What Atlassian describes of a user and a client can set, with department and organization in the extension, where
 * identity providers write them; what else a mapper makes is left out
 * (https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/).
 */
export const ATLASSIAN_TAKEN: WrittenAttributes = {
  taken: {
    schemas: null,
    userName: null,
    externalId: null,
    active: null,
    displayName: null,
    nickName: null,
    title: null,
    preferredLanguage: null,
    timezone: null,
    name: ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'],
    emails: ['value', 'type', 'primary'],
    phoneNumbers: ['value', 'type', 'primary'],
    [ENTERPRISE_SCHEMA]: ['department', 'organization'],
  },
};

/** What can be written, for people who write mappers. */
export const ATLASSIAN_ATTRIBUTES: Readonly<Record<string, string>> = {
  userName: 'Name in the identity provider, unique in the directory',
  externalId: 'Identifier of the person in the source',
  displayName: 'Name to show',
  nickName: 'Nickname',
  'name.givenName': 'Given name',
  'name.familyName': 'Family name',
  'name.middleName': 'Middle name',
  'name.formatted': 'Full name',
  'name.honorificPrefix': 'Title before the name',
  'name.honorificSuffix': 'Addition behind the name',
  'emails[0].value': 'E-mail address, unique in the directory',
  'phoneNumbers[0].value': 'Phone number',
  title: 'Job title',
  timezone: 'Time zone, as the IANA database calls it',
  preferredLanguage: 'Language',
  [`${ENTERPRISE_SCHEMA}.organization`]: 'Organization',
  [`${ENTERPRISE_SCHEMA}.department`]: 'Department',
};

/**
 * Attributes as they are, once a new user has what Atlassian demands.
 *
 * @throws ConnectorError of kind `Validation` for a new user without a user name or an e-mail address
 */
export const refuseWithoutAddress: PrepareAttributes = (attributes, mode) => {
  const { userName, emails } = attributes;
  const addresses = Array.isArray(emails) ? (emails as readonly { readonly value?: unknown }[]) : [];
  const isComplete = isFilled(userName) && addresses.some(({ value }) => isFilled(value));
  if (mode === 'update' || isComplete) return attributes;
  throw new ConnectorError(
    ConnectorErrorKind.Validation,
    "Atlassian demands userName and an e-mail address of a new user; fill the profile's fields, or map other ones to them.",
    { code: '400' },
  );
};

const isFilled = (value: unknown): boolean => typeof value === 'string' && value !== '';
