import { readFileSync } from 'node:fs';

import { Client, EqualityFilter } from 'ldapts';

import type { AdEnvironment } from './servers/active-directory.js';

const DISABLED_BIT = 2;
const ENTRY_ALREADY_EXISTS = 68;

/** What the story reads of an account. */
export interface DirectoryAccount {
  readonly accountName: string;
  readonly enabled: boolean;
}

/** Offices of the sandbox company that have an organisational unit of their own. */
const UNITS = ['Berlin', 'Lisbon', 'Toronto', 'Austin', 'Osaka', 'Contractors'];

/** A reader of the sandbox's directory, independent of the connector, so that it can judge what the connector did. */
export class DirectoryClient {
  constructor(private readonly env: AdEnvironment) {}

  /** Makes the organisational units that the example mapper names. Repeating it changes nothing. */
  async prepareUnits(): Promise<void> {
    await this.#bound(async (client) => {
      const people = `OU=People,${this.env.AD_BASE_DN}`;
      for (const dn of [people, ...UNITS.map((unit) => `OU=${unit},${people}`)]) {
        await client.add(dn, { objectClass: ['top', 'organizationalUnit'] }).catch((error: unknown) => {
          if ((error as { code?: number }).code !== ENTRY_ALREADY_EXISTS) throw error;
        });
      }
    });
  }

  /** The account with this mail address, or null. */
  async find(mail: string): Promise<DirectoryAccount | null> {
    return await this.#bound(async (client) => {
      const { searchEntries } = await client.search(this.env.AD_BASE_DN, {
        scope: 'sub',
        filter: new EqualityFilter({ attribute: 'mail', value: mail }),
        attributes: ['sAMAccountName', 'userAccountControl'],
      });
      const [entry] = searchEntries;
      if (entry === undefined) return null;
      return {
        accountName: String(entry['sAMAccountName']),
        enabled: (Number(entry['userAccountControl']) & DISABLED_BIT) === 0,
      };
    });
  }

  async #bound<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { AD_LDAPS_URL, AD_BIND_DN, AD_BIND_PASSWORD, AD_CA_FILE } = this.env;
    const client = new Client({
      url: AD_LDAPS_URL,
      ...(AD_CA_FILE === undefined ? {} : { tlsOptions: { ca: [readFileSync(AD_CA_FILE)] } }),
    });
    await client.bind(AD_BIND_DN, AD_BIND_PASSWORD);
    try {
      return await work(client);
    } finally {
      await client.unbind();
    }
  }
}
