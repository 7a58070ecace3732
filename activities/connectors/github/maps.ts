import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Profile to GitHub's SCIM user, used when an instance names no mapper (spec connectors 2.1 and 4). */
export const DEFAULT_GITHUB_MAPPER_OUT: MapperDefinition = {
  userName: 'username',
  externalId: 'employeeId',
  displayName: 'displayName',
  'name.givenName': 'givenName',
  'name.familyName': 'surname',
  'emails[0].value': 'email',
  'emails[0].type': { value: 'work' },
  'emails[0].primary': { value: true },
};

/** GitHub's SCIM user to profile, used when an instance names no mapper. Lists come with their primary entry first. */
export const DEFAULT_GITHUB_MAPPER_IN: MapperDefinition = {
  username: 'userName',
  employeeId: 'externalId',
  displayName: 'displayName',
  givenName: 'name.givenName',
  surname: 'name.familyName',
  email: 'emails[0].value',
};

/** Writable attributes with a sentence each; GitHub does not describe them itself, and takes no others. */
export const GITHUB_ATTRIBUTES: Readonly<Record<string, string>> = {
  userName: 'Name in the identity provider; must equal the NameID of SAML',
  externalId: 'Identifier of the person in the source; must equal the NameID where Microsoft Entra ID signs in',
  displayName: 'Name to show',
  'name.givenName': 'Given name',
  'name.familyName': 'Family name',
  'emails[0].value': 'E-mail address',
};
