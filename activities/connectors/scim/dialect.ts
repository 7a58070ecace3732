import { ALL_ATTRIBUTES, GITHUB_ENTERPRISE_ATTRIBUTES, GITHUB_ORGANIZATION_ATTRIBUTES } from './attributes.js';
import type { WrittenAttributes } from './attributes.js';

/** What differs between services that speak SCIM 2.0 (spec connectors 2.2). */
export interface ScimDialect {
  /** Attributes to find an account by, in order; `emails` stands for the e-mail filter below. */
  readonly lookUpBy: readonly ('userName' | 'externalId' | 'emails')[];
  /** Left side of an e-mail filter. */
  readonly emailFilter: string;
  readonly updateWith: 'patch' | 'put';
  /** Whether a change names its attribute as `path`, or carries an object of attributes instead. */
  readonly patchForm: 'path' | 'value';
  /** What may be written, and where. */
  readonly attributes: WrittenAttributes;
  /** Whether disabling takes the status away or the account itself, which then has to be made anew. */
  readonly disableBy: 'status' | 'deletion';
  /** A disabled account is shown under a made-up name and without its addresses, and is not found by them. */
  readonly hidesInactive: boolean;
  /** Whether groups can be searched for the memberships of an account that does not list them itself. */
  readonly searchesMemberships: boolean;
  /** How a group loses members: a list of values, or one path with a filter per member. */
  readonly memberRemoval: 'value' | 'filterPath';
  /** Whether a group's answer holds its members at all. */
  readonly listsMembers: boolean;
  /** Members and other costly attributes come only when they are asked for by name. */
  readonly membersOnRequest: boolean;
  /** Asked as `id eq ".." and member eq ".."`; the only way where groups do not list their members. */
  readonly memberFilter: boolean;
  /** Most member changes in one request. */
  readonly memberChangesPerRequest: number;
  /** Whether a member is sent with `type: "User"`. */
  readonly typedMembers: boolean;
  /** A found account is read again by id before it is compared, because searches answer with fewer attributes. */
  readonly readBeforeUpdate: boolean;
}

/** Plain RFC 7643 and RFC 7644, for any service that keeps to them. */
const STANDARD: ScimDialect = {
  lookUpBy: ['userName', 'emails'],
  emailFilter: 'emails.value',
  updateWith: 'patch',
  patchForm: 'path',
  attributes: ALL_ATTRIBUTES,
  disableBy: 'status',
  hidesInactive: false,
  searchesMemberships: true,
  memberRemoval: 'filterPath',
  listsMembers: true,
  membersOnRequest: false,
  memberFilter: false,
  memberChangesPerRequest: 1_000,
  typedMembers: false,
  readBeforeUpdate: false,
};

/** The dialects that an operator can name in `settings.dialect`. */
export const SCIM_DIALECTS = {
  standard: STANDARD,
  'github-organization': {
    ...STANDARD,
    emailFilter: 'emails',
    patchForm: 'value',
    attributes: GITHUB_ORGANIZATION_ATTRIBUTES,
    disableBy: 'deletion',
    searchesMemberships: false,
  },
  'github-enterprise': {
    ...STANDARD,
    lookUpBy: ['userName', 'externalId'],
    patchForm: 'value',
    attributes: GITHUB_ENTERPRISE_ATTRIBUTES,
    hidesInactive: true,
    searchesMemberships: false,
  },
  slack: { ...STANDARD, emailFilter: 'email', memberRemoval: 'value' },
  oracle: { ...STANDARD, membersOnRequest: true, typedMembers: true, readBeforeUpdate: true },
  aws: {
    ...STANDARD,
    lookUpBy: ['userName'],
    memberRemoval: 'value',
    listsMembers: false,
    memberFilter: true,
    memberChangesPerRequest: 100,
  },
} as const satisfies Readonly<Record<string, ScimDialect>>;
export type ScimDialectName = keyof typeof SCIM_DIALECTS;
