import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Profile to attributes of Okta's user profile, used when an instance names no mapper. */
export const DEFAULT_OKTA_MAPPER_OUT: MapperDefinition = {
  login: 'username',
  email: 'email',
  firstName: 'givenName',
  lastName: 'surname',
  displayName: 'displayName',
  title: { field: 'title', clearable: true },
  department: { field: 'department', clearable: true },
  costCenter: { field: 'costCenter', clearable: true },
  employeeNumber: 'employeeId',
  userType: { field: 'employeeType', clearable: true },
  manager: { field: 'managerName', clearable: true },
  mobilePhone: { field: 'mobilePhone', clearable: true },
  organization: { field: 'organization', clearable: true },
  streetAddress: { field: 'streetAddress', clearable: true },
  city: { field: 'city', clearable: true },
  state: { field: 'state', clearable: true },
  zipCode: { field: 'zipCode', clearable: true },
};

/** Attributes of Okta's user profile to profile, used when an instance names no mapper. */
export const DEFAULT_OKTA_MAPPER_IN: MapperDefinition = {
  username: 'login',
  email: 'email',
  givenName: 'firstName',
  surname: 'lastName',
  displayName: 'displayName',
  title: 'title',
  department: 'department',
  costCenter: 'costCenter',
  employeeId: 'employeeNumber',
  employeeType: 'userType',
  managerName: 'manager',
  mobilePhone: 'mobilePhone',
  organization: 'organization',
  streetAddress: 'streetAddress',
  city: 'city',
  state: 'state',
  zipCode: 'zipCode',
};
