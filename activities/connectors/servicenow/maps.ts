import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/**
 * Profile to `sys_user`, used when an instance names no mapper (spec connectors 3). The three references are given in
 * words, by which their records are found. `name` is made of the two names by ServiceNow itself.
 */
export const DEFAULT_SERVICENOW_MAPPER_OUT: MapperDefinition = {
  user_name: 'username',
  first_name: 'givenName',
  last_name: 'surname',
  email: 'email',
  employee_number: 'employeeId',
  title: { field: 'title', clearable: true },
  street: { field: 'streetAddress', clearable: true },
  city: { field: 'city', clearable: true },
  state: { field: 'state', clearable: true },
  zip: { field: 'zipCode', clearable: true },
  country: { field: 'countryName', clearable: true },
  mobile_phone: { field: 'mobilePhone', clearable: true },
  department: { field: 'department', clearable: true },
  cost_center: { field: 'costCenter', clearable: true },
  manager: { field: 'managerEmailAddress', clearable: true },
};

/** `sys_user` to profile, used when an instance names no mapper. Columns of referenced records stand behind a dot. */
export const DEFAULT_SERVICENOW_MAPPER_IN: MapperDefinition = {
  username: 'user_name',
  givenName: 'first_name',
  surname: 'last_name',
  displayName: 'name',
  email: 'email',
  employeeId: 'employee_number',
  title: 'title',
  streetAddress: 'street',
  city: 'city',
  state: 'state',
  zipCode: 'zip',
  countryName: 'country',
  mobilePhone: 'mobile_phone',
  department: 'department.name',
  costCenter: 'cost_center.name',
  managerName: 'manager.name',
  managerEmailAddress: 'manager.email',
};
