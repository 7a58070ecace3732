/** What the directory knows of one attribute. */
export interface AttributeRule {
  /** In the directory's own spelling. */
  readonly name: string;
  /** Most characters of a value; absent = no limit that matters. */
  readonly longest?: number;
  readonly multi?: true;
  /** Computed or set by the directory; a client's write is refused. */
  readonly readOnly?: true;
  /** Holds distinguished names of other entries and follows them when they move. */
  readonly link?: true;
}

/** Kinds of entries that can be made, by the class that tells them apart. */
export const CLASSES: Readonly<
  Record<string, { readonly chain: readonly string[]; readonly category: string; readonly rdn: 'CN' | 'OU' }>
> = {
  user: { chain: ['top', 'person', 'organizationalPerson', 'user'], category: 'Person', rdn: 'CN' },
  group: { chain: ['top', 'group'], category: 'Group', rdn: 'CN' },
  organizationalunit: { chain: ['top', 'organizationalUnit'], category: 'Organizational-Unit', rdn: 'OU' },
  container: { chain: ['top', 'container'], category: 'Container', rdn: 'CN' },
};

/** Longest values (spec active-directory 9.4 and the published schema), all of them single-valued. */
const SINGLE: Readonly<Record<string, number | null>> = {
  accountExpires: null,
  c: 3,
  co: 128,
  codePage: null,
  comment: null,
  company: 64,
  countryCode: null,
  department: 64,
  displayName: 256,
  division: 256,
  employeeID: 16,
  employeeNumber: 512,
  employeeType: 256,
  facsimileTelephoneNumber: 64,
  generationQualifier: 3,
  givenName: 64,
  groupType: null,
  homeDirectory: null,
  homePhone: 64,
  info: 1024,
  initials: 6,
  ipPhone: 64,
  l: 128,
  mail: 256,
  middleName: 64,
  mobile: 64,
  pager: 64,
  personalTitle: 64,
  physicalDeliveryOfficeName: 128,
  postalCode: 40,
  preferredLanguage: null,
  primaryGroupID: null,
  profilePath: null,
  pwdLastSet: null,
  sAMAccountName: 256,
  scriptPath: null,
  sn: 64,
  st: 128,
  street: 1024,
  streetAddress: 1024,
  telephoneNumber: 64,
  thumbnailPhoto: null,
  title: 128,
  unicodePwd: null,
  userAccountControl: null,
  userPrincipalName: 1024,
  wWWHomePage: 2048,
};

const MULTIPLE = [
  'departmentNumber',
  'description',
  'objectClass',
  'o',
  'otherMailbox',
  'otherMobile',
  'otherTelephone',
  'ou',
  'postalAddress',
  'postOfficeBox',
  'proxyAddresses',
  'roomNumber',
  'servicePrincipalName',
  'uid',
  'url',
];

const READ_ONLY = [
  'adminCount',
  'allowedAttributes',
  'badPwdCount',
  'defaultNamingContext',
  'directReports',
  'distinguishedName',
  'instanceType',
  'isCriticalSystemObject',
  'lastLogon',
  'lockoutThreshold',
  'maxPwdAge',
  'memberOf',
  'minPwdLength',
  'msDS-User-Account-Control-Computed',
  'name',
  'objectCategory',
  'objectGUID',
  'objectSid',
  'pwdProperties',
  'sAMAccountType',
  'uSNChanged',
  'uSNCreated',
  'whenChanged',
  'whenCreated',
];

const EXTENSIONS = Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`);

const ALL_RULES: readonly AttributeRule[] = [
  ...Object.entries(SINGLE).map(([name, longest]) => (longest === null ? { name } : { name, longest })),
  ...EXTENSIONS.map((name) => ({ name, longest: 1024 })),
  ...MULTIPLE.map((name) => ({ name, multi: true as const, longest: 1024 })),
  ...READ_ONLY.map((name) => ({ name, multi: true as const, readOnly: true as const })),
  { name: 'cn', longest: 64 },
  { name: 'manager', link: true },
  { name: 'member', link: true, multi: true },
];

const RULES = new Map(ALL_RULES.map((rule) => [rule.name.toLowerCase(), rule]));

/** The rule of an attribute under any spelling of its name; undefined when the directory does not know it. */
export const ruleOf = (name: string): AttributeRule | undefined => RULES.get(name.toLowerCase());

/** Names of all attributes that a user's account may hold. */
export const USER_ATTRIBUTES: readonly string[] = [...RULES.values()]
  .map(({ name }) => name)
  .filter((name) => name !== 'member' && name !== 'groupType');

/** Kept out of an answer unless they are asked for by name. */
export const OPERATIONAL: ReadonlySet<string> = new Set(['allowedattributes', 'msds-user-account-control-computed']);
