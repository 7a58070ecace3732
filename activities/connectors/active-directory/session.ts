import { Attribute, Change } from 'ldapts';

import { keepConnection } from './connection.js';
import type { ConnectionSettings } from './connection.js';
import { toEntry } from './entry.js';
import type { DirectoryEntry } from './entry.js';
import { isLdapCode, LdapCode } from './faults.js';
import type { ActiveDirectorySettings } from './settings.js';

/** One search. Named attributes only; always paged. */
export interface DirectorySearch {
  readonly filter: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly attributes: readonly string[];
}

/** One attribute to be replaced; no values = cleared. A buffer is sent as bytes. */
export interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly values: readonly string[] | readonly Buffer[];
}

/**
 * One connection to one server, opened on first use, kept, and opened anew when it was lost. Reads are repeated once on
 * a fresh connection; writes are not, because a lost answer says nothing about the write. Errors are `ConnectorError`s.
 */
export interface DirectorySession {
  search(base: string, search: DirectorySearch): Promise<readonly DirectoryEntry[]>;
  add(dn: string, attributes: Readonly<Record<string, string | readonly string[]>>): Promise<void>;
  modify(dn: string, changes: readonly AttributeChange[]): Promise<void>;
  /** Renames or moves; the new name's special characters must be hex pairs (`escapeDnValue`). */
  rename(dn: string, newDn: string): Promise<void>;
  /** The identity that the server gave the session: empty for an anonymous one, `null` when it cannot tell. */
  whoAmI(): Promise<string | null>;
  close(): Promise<void>;
}

const WHO_AM_I = '1.3.6.1.4.1.4203.1.11.3';

/** Makes a session; connects on first use. */
export function createDirectorySession(
  settings: ActiveDirectorySettings,
  options: ConnectionSettings,
): DirectorySession {
  const { attempt, repeatable, close } = keepConnection(settings, options);
  return {
    search: (base, search) =>
      repeatable('searching the directory', async (client) => {
        const { searchEntries } = await client.search(base, {
          filter: search.filter,
          scope: search.scope,
          attributes: [...search.attributes],
          explicitBufferAttributes: ['objectGUID'],
          ...(search.scope === 'base' ? {} : { paged: { pageSize: settings.pageSize } }),
        });
        return searchEntries.map(toEntry);
      }),
    add: (dn, attributes) =>
      attempt('adding an account', Object.keys(attributes), (client) =>
        client.add(
          dn,
          Object.entries(attributes).map(
            ([type, values]) => new Attribute({ type, values: typeof values === 'string' ? [values] : [...values] }),
          ),
        ),
      ),
    modify: (dn, changes) =>
      attempt(
        'changing an entry',
        changes.map(({ attribute }) => attribute),
        (client) => client.modify(dn, changes.map(toChange)),
      ),
    rename: (dn, newDn) => attempt('moving an account', [], (client) => client.modifyDN(dn, newDn)),
    whoAmI: async () => {
      try {
        const { value } = await repeatable('asking who is signed in', (client) => client.exop(WHO_AM_I));
        return value ?? '';
      } catch (error) {
        // Samba does not have this operation.
        if (isLdapCode(error, LdapCode.ProtocolError)) return null;
        throw error;
      }
    },
    close,
  };
}

function toChange({ operation, attribute, values }: AttributeChange): Change {
  const texts = values.filter((value): value is string => typeof value === 'string');
  const bytes = values.filter((value): value is Buffer => typeof value !== 'string');
  return new Change({
    operation,
    modification: new Attribute({ type: attribute, values: bytes.length > 0 ? bytes : texts }),
  });
}
