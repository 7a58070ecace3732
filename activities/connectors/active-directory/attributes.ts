import { ConnectorError, ConnectorErrorKind } from '../types.js';
import type { DirectoryEntry } from './entry.js';
import type { AttributeChange } from './session.js';

/** One mapped profile, taken apart: what is written as an attribute, and what decides name, place and manager. */
export interface MappedAccount {
  readonly accountName: string | undefined;
  readonly cn: string | undefined;
  /** Container, as a distinguished name. */
  readonly ou: string | undefined;
  /** Complete name that overrides `cn` and `ou`. */
  readonly dn: string | undefined;
  /** Distinguished name or mail address of the manager. */
  readonly manager: string | undefined;
  readonly managerEmail: string | undefined;
  readonly managerEmployeeId: string | undefined;
  /** Everything else, in the map's spelling; `null` clears. */
  readonly attributes: Readonly<Record<string, string | readonly string[] | null>>;
}

/** Attributes of a map that are no attributes of the directory, with what they are for. */
export const PSEUDO_ATTRIBUTES: Readonly<Record<string, string>> = {
  dn: 'Complete distinguished name; overrides cn and ou',
  ou: 'Distinguished name of the container; required to create',
  manageremail: "The manager's mail address, resolved to manager",
  manageremployeeid: "The manager's employee id, resolved to manager",
};

/** Attributes that are never written from a map: the connector sets them itself, or the directory does. */
const NEVER_MAPPED: ReadonlySet<string> = new Set([
  'useraccountcontrol',
  'unicodepwd',
  'userpassword',
  'pwdlastset',
  'objectguid',
  'objectsid',
  'objectclass',
  'memberof',
  'admincount',
  'iscriticalsystemobject',
]);

// Longest values (spec active-directory 9.4), in characters.
const LONGEST: Readonly<Record<string, number>> = {
  givenname: 64,
  sn: 64,
  department: 64,
  company: 64,
  mobile: 64,
  telephonenumber: 64,
  title: 128,
  l: 128,
  st: 128,
  co: 128,
  postalcode: 40,
  employeeid: 16,
  c: 3,
  streetaddress: 1_024,
  displayname: 256,
  mail: 256,
  userprincipalname: 1_024,
};

/** Takes a mapped profile apart. Throws a `Configuration` error naming an attribute that must not be mapped. */
export function mappedAccount(mapped: Readonly<Record<string, unknown>>, mapper: string): MappedAccount {
  const special = new Map<string, string>();
  const attributes: Record<string, string | readonly string[] | null> = {};
  for (const [name, value] of Object.entries(mapped)) {
    const key = name.toLowerCase();
    if (NEVER_MAPPED.has(key)) {
      throw new ConnectorError(
        ConnectorErrorKind.Configuration,
        `Mapper ${mapper} maps ${name}, which only the connector or the directory writes; remove that line.`,
        { code: '400' },
      );
    }
    if (isSpecial(key)) {
      if (typeof value === 'string' && value.trim() !== '') special.set(key, value.trim());
    } else {
      attributes[name] = valueOf(value);
    }
  }
  return {
    accountName: special.get('samaccountname'),
    cn: special.get('cn'),
    ou: special.get('ou'),
    dn: special.get('dn'),
    manager: special.get('manager'),
    managerEmail: special.get('manageremail'),
    managerEmployeeId: special.get('manageremployeeid'),
    attributes,
  };
}

const isSpecial = (key: string): boolean =>
  key in PSEUDO_ATTRIBUTES || key === 'cn' || key === 'samaccountname' || key === 'manager';

function valueOf(value: unknown): string | readonly string[] | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(textOf).filter((text) => text !== '');
  return textOf(value);
}

// Directories write booleans in capitals (RFC 4517, 3.3.3).
function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

/** The value of one mapped attribute under any spelling of its name; `undefined` when absent or a list. */
export function mappedText({ attributes }: MappedAccount, name: string): string | undefined {
  const key = name.toLowerCase();
  const value = Object.entries(attributes).find(([attribute]) => attribute.toLowerCase() === key)?.[1];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Why a value cannot be stored, `null` when it can. Names the attribute, never the value. */
export function valueFault(name: string, value: string | readonly string[] | null): string | null {
  const longest = LONGEST[name.toLowerCase()];
  const values = typeof value === 'string' ? [value] : (value ?? []);
  if (longest === undefined || values.every((text) => [...text].length <= longest)) return null;
  return `${name} is longer than ${longest} characters`;
}

/** The attributes of a new account: those with a value. Throws a `Validation` error naming all faulty ones. */
export function attributesToAdd({ attributes }: MappedAccount): Readonly<Record<string, string | readonly string[]>> {
  const faults = faultsOf(attributes);
  if (faults.length > 0) throw invalid(faults);
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null || value.length === 0 ? [] : [[name, value]],
    ),
  );
}

/** Faults of a mapped profile's values, one text each. */
export const faultsOf = (attributes: MappedAccount['attributes']): readonly string[] =>
  Object.entries(attributes).flatMap(([name, value]) => valueFault(name, value) ?? []);

/** The error for values that the directory cannot hold. */
export const invalid = (faults: readonly string[]): ConnectorError =>
  new ConnectorError(
    ConnectorErrorKind.Validation,
    `The directory cannot store these attributes: ${faults.join('; ')}. Check the outgoing mapper.`,
    { code: '400' },
  );

/** The changes that bring an entry to the mapped values; attributes that cannot be stored are left out. */
export function attributeChanges(attributes: MappedAccount['attributes'], entry: DirectoryEntry): AttributeChange[] {
  return Object.entries(attributes).flatMap(([attribute, value]) => {
    if (valueFault(attribute, value) !== null) return [];
    const wanted = value === null || value === '' ? [] : typeof value === 'string' ? [value] : value;
    return sameValues(wanted, entry.all(attribute)) ? [] : [{ operation: 'replace', attribute, values: wanted }];
  });
}

/** Values of one attribute have no order (RFC 4511, 4.1.7). */
function sameValues(wanted: readonly string[], current: readonly string[]): boolean {
  const sorted = [...current].sort();
  return wanted.length === current.length && [...wanted].sort().every((value, index) => value === sorted[index]);
}
