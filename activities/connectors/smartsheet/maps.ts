import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/** Rights of a user, each a truth value of its own. */
export const RIGHTS = ['admin', 'groupAdmin', 'licensedSheetCreator', 'resourceViewer'] as const;

/** Everything that adding and changing a user takes, with a sentence each (spec connectors 10). */
export const WRITABLE: Readonly<Record<string, string>> = {
  email: 'E-mail address, unique in Smartsheet',
  firstName: 'Given name',
  lastName: 'Family name',
  admin: 'System Admin: true or false',
  groupAdmin: 'Group Admin: true or false',
  licensedSheetCreator: 'Licensed user, who may create sheets: true or false',
  resourceViewer: 'Resource Viewer: true or false',
};

/**
 * Profile to Smartsheet user, used when an instance names no mapper. Rights come from `extendedAttributes`, by which
 * memberships of groups elsewhere reach the application.
 */
export const DEFAULT_SMARTSHEET_MAPPER_OUT: MapperDefinition = {
  email: 'email',
  firstName: 'givenName',
  lastName: 'surname',
  admin: 'extendedAttributes.admin',
  groupAdmin: 'extendedAttributes.groupAdmin',
  licensedSheetCreator: 'extendedAttributes.licensedSheetCreator',
  resourceViewer: 'extendedAttributes.resourceViewer',
};

/** Smartsheet user to profile, used when an instance names no mapper. */
export const DEFAULT_SMARTSHEET_MAPPER_IN: MapperDefinition = {
  email: 'email',
  givenName: 'firstName',
  surname: 'lastName',
  displayName: 'name',
  title: 'title',
  department: 'department',
  workPhone: 'workPhone',
  mobilePhone: 'mobilePhone',
  locale: 'locale',
  timeZone: 'timeZone',
};
