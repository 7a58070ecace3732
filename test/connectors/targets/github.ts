import { GITHUB_BRAND } from '../../../activities/connectors/github.js';
import { DEFAULT_GITHUB_MAPPER_OUT } from '../../../activities/connectors/github/maps.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import { appTarget } from '../support/app-target.js';
import type { AppTarget } from '../support/app-target.js';
import type { AccountSeen } from '../contract-application.js';
import { scimRecord, scimSeen } from './scim.js';

/** GitHub keeps no job titles. This customer's map shows them as the display name, so that the cases have one to change. */
const TITLE_AS_NAME: MapperDefinition = {
  ...DEFAULT_GITHUB_MAPPER_OUT,
  displayName: { expression: "title and title != '' ? title : displayName" },
};

/** Members of an organization, where disabling deletes. */
export const GITHUB_ORGANIZATION_APP = {
  ...githubApp('organization', { organization: 'example-org' }),
  // Only a mail address can be shared; names and ids are unique.
  sharesKeys: true,
  differences: { disabledIsGone: true },
} satisfies AppTarget;

/** Managed users of an enterprise, where disabling hides name and address. */
export const GITHUB_ENTERPRISE_APP = {
  ...githubApp('enterprise', { enterprise: 'example' }),
  // It is searched by unique keys only.
  sharesKeys: false,
} satisfies AppTarget;

export const GITHUB_ORGANIZATION_TARGET = appTarget(GITHUB_ORGANIZATION_APP);
export const GITHUB_ENTERPRISE_TARGET = appTarget(GITHUB_ENTERPRISE_APP);

function githubApp(scope: 'organization' | 'enterprise', names: Readonly<Record<string, string>>) {
  return {
    name: `GitHub ${scope}`,
    brand: GITHUB_BRAND,
    mapperOut: TITLE_AS_NAME,
    app: { kind: `github-${scope}` },
    settings: ({ baseUrl, token }) => ({
      baseUrl: baseUrl.replace(/\/scim\/v2\/.*$/, ''),
      scope,
      ...names,
      token,
    }),
    record: (profile, options) => {
      const { title, ...record } = scimRecord(profile, options);
      return { ...record, ...(typeof title === 'string' && title !== '' ? { displayName: title } : {}) };
    },
    seen: (user): AccountSeen => {
      const { displayName } = user as { readonly displayName?: string };
      const isTitle = displayName !== undefined && !displayName.startsWith('Pat Example');
      return { ...scimSeen(user), title: isTitle ? displayName : undefined };
    },
    fetchesToken: false,
  } satisfies Omit<AppTarget, 'sharesKeys'>;
}
