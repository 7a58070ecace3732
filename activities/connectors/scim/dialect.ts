import { USER_SCHEMA } from './answers.js';
import { ALL_ATTRIBUTES, GITHUB_ENTERPRISE_ATTRIBUTES, GITHUB_ORGANIZATION_ATTRIBUTES } from './attributes.js';
import type { WrittenAttributes } from './attributes.js';

/** Slack's extension that makes a member a guest. */
export const SLACK_GUEST_SCHEMA = 'urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User';

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
  /** A refused request of member changes is halved until the members that it is refused for are known. */
  readonly splitsRefusedChanges: boolean;
  /** Members of a group come in pages of this size, asked for by a range behind the attribute's name. */
  readonly memberPage?: number;
  /** Whether a member is sent with `type: "User"`. */
  readonly typedMembers: boolean;
  /** A hit is read again by id, because searches answer with fewer attributes. */
  readonly readAfterSearch: boolean;
  /** Whether e-mail addresses, phone numbers and addresses hold one entry at most. */
  readonly singleValues: boolean;
  /** Whether changes of an extension name its parts by path, or need the complete account. */
  readonly extensionUpdates: 'path' | 'put';
  /** Extensions that are written as one value, because the presence of each means something by itself. */
  readonly wholeExtensions: readonly string[];
  /** Where the service describes its users. */
  readonly describedAt: string;
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
  splitsRefusedChanges: false,
  typedMembers: false,
  readAfterSearch: false,
  singleValues: false,
  extensionUpdates: 'path',
  wholeExtensions: [],
  describedAt: 'Schemas',
};

/** One entry per list, members that nobody can list, and requests of limited size. */
const AWS: ScimDialect = {
  ...STANDARD,
  lookUpBy: ['userName'],
  memberRemoval: 'value',
  listsMembers: false,
  memberFilter: true,
  searchesMemberships: false,
  memberChangesPerRequest: 100,
  splitsRefusedChanges: true,
  singleValues: true,
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
  slack: {
    ...STANDARD,
    emailFilter: 'email',
    memberRemoval: 'value',
    splitsRefusedChanges: true,
    wholeExtensions: [SLACK_GUEST_SCHEMA],
    describedAt: 'Schemas/Users',
  },
  oracle: {
    ...STANDARD,
    membersOnRequest: true,
    memberPage: 1_000,
    typedMembers: true,
    readAfterSearch: true,
    describedAt: `Schemas/${USER_SCHEMA}`,
  },
  aws: AWS,
} as const satisfies Readonly<Record<string, ScimDialect>>;
export type ScimDialectName = keyof typeof SCIM_DIALECTS;
