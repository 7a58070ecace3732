import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/**
 * Profile to directory, used when an instance names no mapper (spec active-directory 7.6). It has no rule for `ou` on
 * purpose: only the customer knows the containers, and a missing rule is refused by name. `co` takes the country's name;
 * `c` takes a two-letter code, which a profile has only as a custom field.
 */
export const DEFAULT_DIRECTORY_MAPPER_OUT: MapperDefinition = {
  sAMAccountName: { expression: "$substringBefore(email, '@')" },
  userPrincipalName: 'username',
  cn: { expression: "$trim(givenName & ' ' & surname)" },
  mail: 'email',
  givenName: 'givenName',
  sn: 'surname',
  displayName: 'displayName',
  employeeID: 'employeeId',
  title: { field: 'title', clearable: true },
  department: { field: 'department', clearable: true },
  co: { field: 'countryName', clearable: true },
  st: { field: 'state', clearable: true },
  l: { field: 'city', clearable: true },
  streetAddress: { field: 'streetAddress', clearable: true },
  postalCode: { field: 'zipCode', clearable: true },
  mobile: { field: 'mobilePhone', clearable: true },
  manageremail: 'managerEmailAddress',
};

/** Directory to profile, used when an instance names no mapper. */
export const DEFAULT_DIRECTORY_MAPPER_IN: MapperDefinition = {
  email: 'mail',
  username: 'userPrincipalName',
  givenName: 'givenName',
  surname: 'sn',
  displayName: 'displayName',
  employeeId: 'employeeID',
  title: 'title',
  department: 'department',
  countryName: 'co',
  state: 'st',
  city: 'l',
  streetAddress: 'streetAddress',
  zipCode: 'postalCode',
  mobilePhone: 'mobile',
  workPhone: 'telephoneNumber',
};
