import { z } from 'zod';

import { ConnectorErrorKind } from '../types.js';
import type { VendorFault } from '../http-errors.js';

const faultSchema = z.looseObject({
  detail: z.string().nullish(),
  Errors: z
    .looseObject({ description: z.string().nullish(), code: z.union([z.number(), z.string()]).nullish() })
    .nullish(),
});

/** Slack's words for reasons that its status does not tell. */
const KINDS: Readonly<Record<string, ConnectorErrorKind>> = {
  email_taken: ConnectorErrorKind.Conflict,
  username_taken: ConnectorErrorKind.Conflict,
  user_creation_failed: ConnectorErrorKind.Conflict,
  invalid_authentication: ConnectorErrorKind.Unauthorized,
  missing_authentication: ConnectorErrorKind.Unauthorized,
  permission_denied: ConnectorErrorKind.Unauthorized,
  plus_teams_only: ConnectorErrorKind.Unauthorized,
  non_org_teams_only: ConnectorErrorKind.Unauthorized,
  resource_locked: ConnectorErrorKind.RateLimited,
  too_many_requests: ConnectorErrorKind.RateLimited,
};

/** What to do about words that do not say it themselves. */
const REMEDIES: Readonly<Record<string, string>> = {
  unsupported_version: 'check the token and that baseUrl is the one of version 2',
  username_too_long: 'a user name has 21 characters at most; change the outgoing mapper',
  username_invalid: 'a user name has letters, digits, dots, hyphens and underscores only; change the outgoing mapper',
  invalid_display_name: 'members may choose their display name themselves; map displayName on create only',
  cannot_disable_primary_owner: 'make somebody else the primary owner first',
  cannot_modify_owner: 'owners are changed by a person, in Slack',
  plus_teams_only: 'the SCIM API needs the plan Business+ or Enterprise',
  non_org_teams_only: 'install the app on the organization, not on a workspace',
};

/** Reads Slack's error bodies: `{schemas, detail, status}`, and `Errors {code, description}` for the token. */
export function slackFault(_status: number, body: unknown): VendorFault {
  const parsed = faultSchema.safeParse(body);
  if (!parsed.success) return {};
  const { detail, Errors } = parsed.data;
  const words = [detail, Errors?.description].find((one) => typeof one === 'string' && one !== '') ?? undefined;
  if (words === undefined) return {};
  const kind = KINDS[words];
  const remedy = REMEDIES[words];
  return { text: remedy === undefined ? words : `${words} (${remedy})`, ...(kind === undefined ? {} : { kind }) };
}
