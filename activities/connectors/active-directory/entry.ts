import type { Entry } from 'ldapts';
import { guidText } from './guid.js';

/** One entry of a directory, with its attributes under any spelling of their names. */
export interface DirectoryEntry {
  readonly dn: string;
  /** Empty when the id was not asked for. */
  readonly guid: string;
  /** The first value, `undefined` when there is none. */
  get(attribute: string): string | undefined;
  all(attribute: string): readonly string[];
}

/** Wraps an answer of the LDAP library, which spells attributes as the server does. */
export function toEntry(entry: Entry): DirectoryEntry {
  const values = new Map<string, readonly string[]>();
  let guid = '';
  for (const [name, value] of Object.entries(entry)) {
    if (name === 'dn') continue;
    const list = Array.isArray(value) ? value : [value];
    if (name.toLowerCase() === 'objectguid') {
      const [bytes] = list;
      if (Buffer.isBuffer(bytes)) guid = guidText(bytes) ?? '';
      continue;
    }
    const texts = list.map((item) => (typeof item === 'string' ? item : item.toString('utf8')));
    if (texts.length > 0) values.set(name.toLowerCase(), texts);
  }
  const all = (attribute: string): readonly string[] => values.get(attribute.toLowerCase()) ?? [];
  return { dn: entry.dn, guid, all, get: (attribute) => all(attribute)[0] };
}
