import type { BerReader } from 'ldapts';

/** A search filter (RFC 4511, 4.5.1). Values stay bytes, because ids are searched by their bytes. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'equal' | 'atLeast' | 'atMost'; readonly attribute: string; readonly value: Buffer }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'substrings'; readonly attribute: string; readonly parts: Substrings }
  | { readonly kind: 'rule'; readonly attribute: string; readonly rule: string; readonly value: Buffer };

/** The pieces of a substring filter. */
export interface Substrings {
  readonly initial: string;
  readonly any: readonly string[];
  readonly final: string;
}

const OCTET_STRING = 0x04;
const NOTHING = Buffer.alloc(0);

/**
 * Reads a filter. The LDAP library's own classes read values as text, which destroys ids, and cannot read every
 * matching rule.
 *
 * @throws Error on anything that is no filter
 */
export function readFilter(reader: BerReader): Filter {
  const tag = reader.peek();
  if (tag === 0x87) return { kind: 'present', attribute: reader.readString(0x87) ?? '' };
  reader.readSequence();
  const end = reader.offset + reader.length;
  switch (tag) {
    case 0xa0:
    case 0xa1:
      return { kind: tag === 0xa0 ? 'and' : 'or', filters: readUntil(reader, end, readFilter) };
    case 0xa2:
      return { kind: 'not', filter: readFilter(reader) };
    case 0xa3:
    case 0xa5:
    case 0xa6:
    case 0xa8:
      return {
        // An approximate match is an equality here, as in Active Directory.
        kind: tag === 0xa5 ? 'atLeast' : tag === 0xa6 ? 'atMost' : 'equal',
        attribute: reader.readString() ?? '',
        value: reader.readString(OCTET_STRING, true) ?? NOTHING,
      };
    case 0xa4:
      return { kind: 'substrings', attribute: reader.readString() ?? '', parts: readSubstrings(reader) };
    case 0xa9:
      return readRule(reader, end);
    default:
      throw new Error(`0x${(tag ?? 0).toString(16)} begins no filter.`);
  }
}

function readSubstrings(reader: BerReader): Substrings {
  reader.readSequence();
  const pieces = readUntil(reader, reader.offset + reader.length, (at) => {
    const tag = at.peek() ?? 0;
    return { tag, text: at.readString(tag) ?? '' };
  });
  const withTag = (tag: number): string[] => pieces.filter((piece) => piece.tag === tag).map(({ text }) => text);
  return { initial: withTag(0x80)[0] ?? '', any: withTag(0x81), final: withTag(0x82)[0] ?? '' };
}

function readRule(reader: BerReader, end: number): Filter {
  const parts = readUntil(reader, end, (at) => {
    const tag = at.peek() ?? 0;
    return { tag, value: at.readString(tag, true) ?? NOTHING };
  });
  const withTag = (tag: number): Buffer => parts.find((part) => part.tag === tag)?.value ?? NOTHING;
  return { kind: 'rule', rule: withTag(0x81).toString(), attribute: withTag(0x82).toString(), value: withTag(0x83) };
}

/** Reads items until an offset. */
export function readUntil<T>(reader: BerReader, end: number, read: (reader: BerReader) => T): T[] {
  const items: T[] = [];
  while (reader.offset < end) items.push(read(reader));
  return items;
}
