/** One part of a distinguished name, decoded. A part can hold several pairs (`CN=a+SN=b`). */
export type RelativeName = readonly { readonly type: string; readonly value: string }[];

const SPECIAL = /[,+"\\<>;=#\u0000]|^ | $/gu;

/**
 * A value as it may stand in a distinguished name: special characters as a backslash and two hex digits, which every
 * server accepts and which no later split can break (spec active-directory 9.5, RFC 4514).
 */
export function escapeDnValue(value: string): string {
  return value.replace(SPECIAL, (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** One relative name as text. */
export const formatRelativeName = (name: RelativeName): string =>
  name.map(({ type, value }) => `${type}=${escapeDnValue(value)}`).join('+');

/** Relative names, the entry's own first, as text. */
export const formatDn = (names: readonly RelativeName[]): string => names.map(formatRelativeName).join(',');

/**
 * Parses a distinguished name in any spelling of RFC 4514, quoted values of RFC 2253 included.
 *
 * @returns `null` when the text is no distinguished name
 */
export function parseDn(text: string): readonly RelativeName[] | null {
  const names: { type: string; value: string }[][] = [[]];
  let rest = text.replace(/^ +/, '');
  while (rest !== '') {
    const head = /^ *([A-Za-z][\w-]*|\d+(?:\.\d+)*) *= */.exec(rest);
    if (head === null) return null;
    const value = readValue(rest.slice(head[0].length));
    if (value === null) return null;
    names.at(-1)?.push({ type: (head[1] ?? '').toUpperCase(), value: value.decoded });
    const separator = value.rest.charAt(0);
    rest = value.rest.slice(1);
    if (separator !== '' && rest.trim() === '') return null;
    if (separator === ',' || separator === ';') names.push([]);
  }
  return names[0]?.length === 0 ? null : names;
}

interface ReadValue {
  readonly decoded: string;
  /** From the separator on. */
  readonly rest: string;
}

function readValue(text: string): ReadValue | null {
  const quoted = /^"((?:[^"\\]|\\.)*)"\s*(?=$|[,;+])/su.exec(text);
  if (quoted !== null) return { decoded: decode(quoted[1] ?? ''), rest: text.slice(quoted[0].length) };
  const plain = /^(?:[^,;+"\\]|\\[\da-fA-F]{2}|\\.)*/su.exec(text)?.[0] ?? '';
  const rest = text.slice(plain.length);
  if (rest !== '' && !/^[,;+]/.test(rest)) return null;
  // A blank in front of the separator belongs to the value only when it is escaped.
  return { decoded: decode(plain.replace(/(?<!\\) +$/u, '')), rest };
}

/** Undoes escapes; hex pairs are bytes of UTF-8. */
function decode(value: string): string {
  return value.replace(/((?:\\[\da-fA-F]{2})+)|\\(.)/gsu, (_match, pairs: string | undefined, single: string) =>
    pairs === undefined ? single : Buffer.from(pairs.replaceAll('\\', ''), 'hex').toString('utf8'),
  );
}

/** Whether two distinguished names name the same entry, however they are spelled. */
export function sameDn(one: string, other: string): boolean {
  const [first, second] = [parseDn(one), parseDn(other)];
  return first !== null && second !== null && formatDn(first).toLowerCase() === formatDn(second).toLowerCase();
}

/** The container of an entry; empty for a name without one, or for what is no distinguished name. */
export const parentDn = (dn: string): string => formatDn((parseDn(dn) ?? []).slice(1));

/** The entry's own name in its container. */
export const ownName = (dn: string): RelativeName => parseDn(dn)?.[0] ?? [];
