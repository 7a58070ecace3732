import { readFileSync } from 'node:fs';

import { AndFilter, Attribute, Change, Client, EqualityFilter } from 'ldapts';

import type { AdEnvironment } from '../../../sandbox/servers/active-directory.js';

/** An account as the directory itself tells it. */
export interface ReadAccount {
  readonly dn: string;
  readonly accountName: string;
  readonly principalName: string;
  readonly employeeId: string;
  readonly enabled: boolean;
}

const DISABLED_BIT = 2;
/** How a domain controller says that a password is right and has expired. */
const MUST_CHANGE = 'data 773';
const ATTRIBUTES = ['sAMAccountName', 'userPrincipalName', 'employeeID', 'userAccountControl'];

/** Reads a directory by plain LDAP, so that what judges the connector shares nothing with it. */
export class DirectoryReader {
  constructor(private readonly env: AdEnvironment) {}

  /** Every account with this mail address. */
  async accountsOf(mail: string): Promise<ReadAccount[]> {
    const filters = [['objectClass', 'user'] as const, ['mail', mail] as const];
    const filter = new AndFilter({
      filters: filters.map(([attribute, value]) => new EqualityFilter({ attribute, value })),
    });
    return await this.#asAdministrator(async (client) => {
      const { searchEntries } = await client.search(this.env.AD_BASE_DN, {
        scope: 'sub',
        filter,
        attributes: ATTRIBUTES,
      });
      return searchEntries.map((entry) => ({
        dn: entry.dn,
        accountName: String(entry['sAMAccountName']),
        principalName: String(entry['userPrincipalName']),
        employeeId: String(entry['employeeID']),
        enabled: (Number(entry['userAccountControl']) & DISABLED_BIT) === 0,
      }));
    });
  }

  /** The values of an attribute, over all accounts with this mail address. */
  async valuesOf(mail: string, attribute: string): Promise<string[]> {
    const filter = new EqualityFilter({ attribute: 'mail', value: mail });
    return await this.#asAdministrator(async (client) => {
      const found = await client.search(this.env.AD_BASE_DN, { scope: 'sub', filter, attributes: [attribute] });
      return found.searchEntries.flatMap((entry) => entry[attribute] ?? []).map(String);
    });
  }

  /**
   * Enables an account, as the day of the hire will, and tries a password. `mustChange`: it is right and has to be
   * changed at this first logon.
   */
  async tryPassword({ dn, principalName }: ReadAccount, password: string): Promise<'in' | 'mustChange' | 'refused'> {
    await this.#asAdministrator((client) =>
      client.modify(
        dn,
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'userAccountControl', values: ['512'] }),
        }),
      ),
    );
    const client = this.#client();
    try {
      await client.bind(principalName, password);
      return 'in';
    } catch (error) {
      return String(error).includes(MUST_CHANGE) ? 'mustChange' : 'refused';
    } finally {
      await client.unbind();
    }
  }

  /** Takes accounts away, for tests on a controller that others use, too. */
  async remove(mails: readonly string[]): Promise<void> {
    const accounts = (await Promise.all(mails.map((mail) => this.accountsOf(mail)))).flat();
    await this.#asAdministrator(async (client) => {
      for (const { dn } of accounts) await client.del(dn);
    });
  }

  async #asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = this.#client();
    await client.bind(this.env.AD_BIND_DN, this.env.AD_BIND_PASSWORD);
    try {
      return await work(client);
    } finally {
      await client.unbind();
    }
  }

  #client(): Client {
    const { AD_LDAPS_URL: url, AD_CA_FILE: caFile } = this.env;
    return new Client({ url, ...(caFile === undefined ? {} : { tlsOptions: { ca: [readFileSync(caFile)] } }) });
  }
}
