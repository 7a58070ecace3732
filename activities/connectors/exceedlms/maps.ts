import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Profile to ExceedLMS user, used when an instance names no mapper (spec connectors 9). */
export const DEFAULT_EXCEEDLMS_MAPPER_OUT: MapperDefinition = {
  login: 'username',
  email: 'email',
  first_name: 'givenName',
  last_name: 'surname',
  manager_email: 'managerEmailAddress',
  code: 'employeeId',
  // Profiles write MM/DD/YYYY, which an application can take for DD/MM/YYYY.
  hired_on: { expression: "$replace(hireDate, /^(\\d\\d)\\/(\\d\\d)\\/(\\d{4})$/, '$3-$1-$2')" },
  city: { field: 'city', clearable: true },
};

/** ExceedLMS user to profile, used when an instance names no mapper. */
export const DEFAULT_EXCEEDLMS_MAPPER_IN: MapperDefinition = {
  username: 'login',
  email: 'email',
  givenName: 'first_name',
  surname: 'last_name',
  managerEmailAddress: 'manager_email',
  employeeId: 'code',
  hireDate: { expression: "$replace(hired_on, /^(\\d{4})-(\\d\\d)-(\\d\\d).*$/, '$2/$3/$1')" },
  city: 'city',
};
