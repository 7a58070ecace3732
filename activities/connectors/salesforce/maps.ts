import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Profile to Salesforce user, used when an instance names no mapper (spec connectors 6). */
export const DEFAULT_SALESFORCE_MAPPER_OUT: MapperDefinition = {
  Username: 'username',
  LastName: 'surname',
  FirstName: { field: 'givenName', clearable: true },
  Email: 'email',
  Alias: { expression: '$substring(email, 0, 8)', only: 'create' },
  MobilePhone: { field: 'mobilePhone', clearable: true },
  Phone: { field: 'workPhone', clearable: true },
  Title: { field: 'title', clearable: true },
  Street: { field: 'streetAddress', clearable: true },
  City: { field: 'city', clearable: true },
  PostalCode: { field: 'zipCode', clearable: true },
  State: { field: 'state', clearable: true },
  Country: { field: 'countryName', clearable: true },
};

/** Salesforce user to profile, used when an instance names no mapper. */
export const DEFAULT_SALESFORCE_MAPPER_IN: MapperDefinition = {
  username: 'Username',
  surname: 'LastName',
  givenName: 'FirstName',
  displayName: 'Name',
  email: 'Email',
  mobilePhone: 'MobilePhone',
  workPhone: 'Phone',
  title: 'Title',
  streetAddress: 'Street',
  city: 'City',
  zipCode: 'PostalCode',
  state: 'State',
  countryName: 'Country',
};
