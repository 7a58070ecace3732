import { z } from 'zod';

import { about } from '../../../domain/config/settings.js';

/** Hosts that serve many enterprises, so that an address alone does not say which one is meant. */
const CLOUD_HOST = /^(api\.github\.com|.*\.ghe\.com)$/;

/** `settings` of an instance of the brand `GitHub`. */
export const githubSettingsSchema = z
  .strictObject({
    baseUrl: z
      .url({ protocol: /^https?$/, error: 'must be the http or https address of the REST API' })
      .default('https://api.github.com')
      .meta(
        about('Address of the REST API; an Enterprise Server has it at `/api/v3`.', 'https://git.example.com/api/v3'),
      ),
    scope: z
      .enum(['organization', 'enterprise'])
      .default('organization')
      .meta(about('Whose accounts: members of one organization, or managed users of an enterprise.', 'enterprise')),
    organization: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .meta(about('Name of the organization in its address; needed for the scope `organization`.', 'example-org')),
    enterprise: z
      .string()
      .min(1, 'must not be empty')
      .optional()
      .meta(
        about(
          'Name of the enterprise in its address, for the scope `enterprise`; an Enterprise Server has none.',
          'example',
        ),
      ),
    token: z
      .string()
      .min(1, 'must not be empty')
      .meta(about('Classic personal access token with the right described for the scope.', '${GITHUB_TOKEN}')),
    apiVersion: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'must be a date such as 2022-11-28')
      .default('2022-11-28')
      .meta(about('Version of the REST API that is asked for.', '2022-11-28')),
  })
  .refine(({ scope, organization }) => scope !== 'organization' || organization !== undefined, {
    error: "must be set for the scope 'organization'",
    path: ['organization'],
  })
  .refine(
    ({ scope, enterprise, baseUrl }) =>
      scope !== 'enterprise' || enterprise !== undefined || !CLOUD_HOST.test(new URL(baseUrl).hostname),
    { error: "must be set for the scope 'enterprise', except on an Enterprise Server", path: ['enterprise'] },
  );
export type GithubSettings = z.infer<typeof githubSettingsSchema>;

/** What `/Users` is relative to. Names in it are case-sensitive, and an Enterprise Server has no enterprise in it. */
export function scimRootOf({ baseUrl, scope, organization, enterprise }: GithubSettings): string {
  const root = `${baseUrl.replace(/\/+$/, '')}/scim/v2`;
  if (scope === 'organization') return `${root}/organizations/${encodeURIComponent(organization ?? '')}`;
  return enterprise === undefined ? root : `${root}/enterprises/${encodeURIComponent(enterprise)}`;
}
