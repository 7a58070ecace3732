import { DEFAULT_SCIM_MAPPER_IN, DEFAULT_SCIM_MAPPER_OUT } from '../scim/maps.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';

/**
 * Profile to Slack's SCIM user, used when an instance names no mapper (spec connectors 2.1 and 5). Slack's user names
 * have 21 characters at most and no @, so that the first part of a mail address is taken; it refuses display names after
 * the creation where members choose theirs.
 */
export const DEFAULT_SLACK_MAPPER_OUT: MapperDefinition = {
  ...DEFAULT_SCIM_MAPPER_OUT,
  userName: { expression: "$lowercase($substring($substringBefore(username, '@'), 0, 21))" },
  displayName: { field: 'displayName', only: 'create' },
};

/** Slack's SCIM user to profile, used when an instance names no mapper. Of two numbers one is the mobile one. */
export const DEFAULT_SLACK_MAPPER_IN: MapperDefinition = {
  ...DEFAULT_SCIM_MAPPER_IN,
  mobilePhone: { expression: "phoneNumbers[type='mobile'][0].value" },
};
