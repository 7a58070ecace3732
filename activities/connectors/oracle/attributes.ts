import { ENTERPRISE_SCHEMA } from '../scim/answers.js';
import { DEFAULT_SCIM_MAPPER_OUT } from '../scim/maps.js';
import { countryCode } from './country.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { PrepareAttributes } from '../scim/users.js';

/** Profile to user, used when an instance names no mapper. */
export const ORACLE_MAPPER_OUT: MapperDefinition = {
  ...DEFAULT_SCIM_MAPPER_OUT,
  [`${ENTERPRISE_SCHEMA}.division`]: { field: 'division', clearable: true },
  'addresses[0].type': { value: 'work' },
  'addresses[0].streetAddress': 'streetAddress',
  'addresses[0].locality': 'city',
  'addresses[0].region': 'locationRegion',
  'addresses[0].postalCode': 'zipCode',
  'addresses[0].country': 'countryName',
};

/** All that a user's type can be. */
export const ORACLE_USER_TYPES = [
  'Contractor',
  'Employee',
  'External',
  'Generic',
  'Intern',
  'Service',
  'Temp',
] as const;
type UserType = (typeof ORACLE_USER_TYPES)[number];

/** Usual employee types and what the domain calls them; settings add to them and may change them. */
const USUAL_USER_TYPES: Readonly<Record<string, UserType>> = {
  Regular: 'Employee',
  Permanent: 'Employee',
  'Full Time': 'Employee',
  'Part Time': 'Employee',
  Contingent: 'Contractor',
  'Contingent Worker': 'Contractor',
  Consultant: 'Contractor',
  Trainee: 'Intern',
  Apprentice: 'Intern',
  Temporary: 'Temp',
};

/**
 * Attributes as the domain takes them: a user type of its closed list, and countries by their ISO code. What has no
 * translation is left out.
 */
export function oracleAttributes(userTypes: Readonly<Record<string, UserType>>): PrepareAttributes {
  const own = ORACLE_USER_TYPES.map((type) => [type.toLowerCase(), type] as const);
  const named = Object.entries({ ...USUAL_USER_TYPES, ...userTypes }).map(
    ([name, type]) => [name.trim().toLowerCase(), type] as const,
  );
  const types = new Map<string, UserType>([...own, ...named]);

  return ({ userType, addresses, ...attributes }) => {
    const type = typeof userType === 'string' ? types.get(userType.trim().toLowerCase()) : userType;
    return {
      ...attributes,
      ...(type === undefined ? {} : { userType: type }),
      ...(addresses === undefined ? {} : { addresses: Array.isArray(addresses) ? addresses.map(coded) : addresses }),
    };
  };
}

/** An address whose country is a code, or that has none. */
function coded({ country, ...address }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const code = typeof country === 'string' ? countryCode(country) : undefined;
  return code === undefined ? address : { ...address, country: code };
}
