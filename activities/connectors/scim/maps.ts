import { ENTERPRISE_SCHEMA } from './answers.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Profile to SCIM user, used when an instance names no mapper (spec connectors 2.1). */
export const DEFAULT_SCIM_MAPPER_OUT: MapperDefinition = {
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
  userType: 'employeeType',
  [`${ENTERPRISE_SCHEMA}.employeeNumber`]: 'employeeId',
  [`${ENTERPRISE_SCHEMA}.department`]: { field: 'department', clearable: true },
  [`${ENTERPRISE_SCHEMA}.costCenter`]: { field: 'costCenterCode', clearable: true },
};

/** SCIM user to profile, used when an instance names no mapper. Lists come with their primary entry first. */
export const DEFAULT_SCIM_MAPPER_IN: MapperDefinition = {
  username: 'userName',
  employeeId: 'externalId',
  displayName: 'displayName',
  givenName: 'name.givenName',
  surname: 'name.familyName',
  email: 'emails[0].value',
  mobilePhone: 'phoneNumbers[0].value',
  title: 'title',
  employeeType: 'userType',
  department: `${ENTERPRISE_SCHEMA}.department`,
  costCenterCode: `${ENTERPRISE_SCHEMA}.costCenter`,
};
