import { ConnectorError, ConnectorErrorKind } from '../types.js';
import { RIGHTS, WRITABLE } from './maps.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AttributeMode } from '../../../domain/attribute-map.js';
import type { OutgoingMap } from '../maps.js';
import type { AppAttributes } from '../types.js';

const rights: ReadonlySet<string> = new Set(RIGHTS);

/**
 * Refuses a mapper that writes what adding and changing a user does not take, such as a title.
 *
 * @throws ConnectorError of kind `Configuration` naming mapper and attribute
 */
export function assertWritable({ name, targets }: OutgoingMap, instanceName: string): void {
  const stranger = targets.find((target) => !(target in WRITABLE));
  if (stranger === undefined) return;
  throw new ConnectorError(
    ConnectorErrorKind.Configuration,
    `${instanceName}: mapper ${name} writes '${stranger}', which Smartsheet does not take; it takes ${Object.keys(WRITABLE).join(', ')}.`,
  );
}

/**
 * A profile as Smartsheet takes it. Rights become truth values; one that the profile does not speak of is left out, so
 * that only an explicit false takes it away.
 *
 * @throws ConnectorError of kind `Validation` for a right that is neither true nor false, and for `extendedAttributes`
 * that are no JSON
 */
export async function attributesOf(
  outgoing: OutgoingMap,
  profile: UserProfile,
  mode: AttributeMode,
): Promise<AppAttributes> {
  const mapped = await outgoing.map(withExtended(profile), mode);
  return Object.fromEntries(
    Object.entries(mapped).map(([name, value]) => [name, rights.has(name) ? truthOf(name, value) : value]),
  );
}

/** Profiles are flat, so that `extendedAttributes` come as JSON text where they were stored. */
function withExtended(profile: UserProfile): UserProfile {
  const { extendedAttributes: text } = profile;
  if (typeof text !== 'string' || text.trim() === '') return profile;
  try {
    return { ...profile, extendedAttributes: JSON.parse(text) as never };
  } catch {
    throw invalid('extendedAttributes of the profile are no JSON');
  }
}

function truthOf(name: string, value: unknown): boolean {
  const text = String(value).toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  throw invalid(`the right '${name}' is neither true nor false`);
}

const invalid = (fault: string): ConnectorError =>
  new ConnectorError(ConnectorErrorKind.Validation, `Smartsheet: ${fault}; correct it where it comes from.`, {
    code: '400',
  });
