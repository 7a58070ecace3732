import { OktaRefusal } from './refusal.js';

/** A user's or application user's attributes. */
export type Profile = Readonly<Record<string, unknown>>;

interface Property {
  readonly title: string;
  readonly required?: true;
  readonly maxLength?: number;
}

/** Properties of every organisation's user profile. */
const BASE: Readonly<Record<string, Property>> = {
  login: { title: 'Username', required: true, maxLength: 100 },
  firstName: { title: 'First name', required: true, maxLength: 50 },
  lastName: { title: 'Last name', required: true, maxLength: 50 },
  middleName: { title: 'Middle name' },
  honorificPrefix: { title: 'Honorific prefix' },
  honorificSuffix: { title: 'Honorific suffix' },
  email: { title: 'Primary email', required: true, maxLength: 100 },
  title: { title: 'Title' },
  displayName: { title: 'Display name' },
  nickName: { title: 'Nickname' },
  profileUrl: { title: 'Profile Url' },
  secondEmail: { title: 'Secondary email', maxLength: 100 },
  mobilePhone: { title: 'Mobile phone', maxLength: 100 },
  primaryPhone: { title: 'Primary phone', maxLength: 100 },
  streetAddress: { title: 'Street address' },
  city: { title: 'City' },
  state: { title: 'State' },
  zipCode: { title: 'Zip code' },
  countryCode: { title: 'Country code', maxLength: 2 },
  postalAddress: { title: 'Postal Address' },
  preferredLanguage: { title: 'Preferred language' },
  locale: { title: 'Locale' },
  timezone: { title: 'Time zone' },
  userType: { title: 'User type' },
  employeeNumber: { title: 'Employee number' },
  costCenter: { title: 'Cost center' },
  organization: { title: 'Organization' },
  division: { title: 'Division' },
  department: { title: 'Department' },
  managerId: { title: 'ManagerId' },
  manager: { title: 'Manager' },
};

/** Properties that this organisation added. */
const CUSTOM: Readonly<Record<string, Property>> = {
  badgeNumber: { title: 'Number of the badge' },
};

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * A profile after a change; null clears.
 *
 * @throws OktaRefusal naming each property that is unknown, missing, too long or malformed
 */
export function changedProfile(before: Profile, changes: Profile): Profile {
  const after = { ...before, ...changes };
  const profile = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null && value !== ''));
  const causes = [
    ...Object.keys(profile).flatMap((name) =>
      name in BASE || name in CUSTOM ? [] : [`${name}: The property is not declared in the schema of users`],
    ),
    ...Object.entries(BASE).flatMap(([name, property]) => faultsOf(name, property, profile[name])),
  ];
  if (causes.length === 0) return profile;
  const [first = ''] = causes;
  throw new OktaRefusal('E0000001', causes, `Api validation failed: ${first.replace(/:.*$/, '')}`);
}

function faultsOf(name: string, { required, maxLength = 1_000 }: Property, value: unknown): readonly string[] {
  if (value === undefined) return required === true ? [`${name}: The field cannot be left blank`] : [];
  if (typeof value !== 'string') return [`${name}: The value must be a text`];
  if (value.length > maxLength) return [`${name}: The field must have at most ${maxLength} characters`];
  if (name === 'login' && !ADDRESS.test(value)) return [`${name}: Username must be in the form of an email address`];
  return name === 'email' && !ADDRESS.test(value) ? [`${name}: Does not match required pattern`] : [];
}

/** Changed attributes, as an event names them. */
export const changedNames = (before: Profile, after: Profile): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => before[name] !== after[name]);

/** The description of users that `meta/schemas/user/default` answers with. */
export function userSchema(origin: string): unknown {
  const part = (id: string, properties: Readonly<Record<string, Property>>): unknown => ({
    id,
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [
        name,
        { ...property, type: 'string', mutability: 'READ_WRITE', master: { type: 'PROFILE_MASTER' } },
      ]),
    ),
    required: Object.entries(properties).flatMap(([name, { required }]) => (required === true ? [name] : [])),
  });
  return {
    id: `${origin}/meta/schemas/user/default`,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name: 'user',
    title: 'User',
    type: 'object',
    definitions: { base: part('#base', BASE), custom: part('#custom', CUSTOM) },
  };
}
