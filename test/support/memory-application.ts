import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import type { Brand } from '../../activities/connectors/brand.js';
import type { OutgoingMap } from '../../activities/connectors/maps.js';
import { ConnectorError, ConnectorErrorKind } from '../../activities/connectors/types.js';
import type { AccessSnapshot, AppUser, DirectoryConnector, LookupKey } from '../../activities/connectors/types.js';
import { ACTIVE_DIRECTORY_BRAND, OKTA_BRAND } from '../../domain/selection.js';
import type { UserProfile } from '../../domain/profile.js';

/** What a faulty application does on one call; `after` = the work is done and the answer is lost. */
export interface Fault {
  readonly kind: 'before' | 'after';
  readonly error: ConnectorError;
}

/** An account as the application keeps it. */
export interface MemoryAccount {
  id: string;
  username: string;
  email: string;
  active: boolean;
  displayName: string;
  /** An attribute that an update can clear. */
  title?: string | null;
  /** An attribute that no update clears. */
  department?: string;
  password?: string;
  mustChange?: boolean;
  groups?: readonly string[];
}

/** A call that a test holds: it has begun, and goes on when the test says so. */
export interface HeldCall {
  readonly reached: Promise<void>;
  release(): void;
}

/** An application in memory whose state and faults a test holds in its hands. */
export class MemoryApplication {
  readonly accounts: MemoryAccount[] = [];
  readonly calls: string[] = [];
  /** Asked before each call; what it returns happens. */
  fault: (operation: string) => Fault | undefined = () => undefined;
  /** Whether accounts are looked for by user name, too. */
  isFoundByUsername = false;
  #hold: (operation: string) => Promise<void> = () => Promise.resolve();

  /** Ends all faults and holds, and forgets calls; accounts stay. */
  calm(): void {
    this.calls.length = 0;
    this.fault = () => undefined;
    this.#hold = () => Promise.resolve();
  }

  /** Holds the next call of an operation. */
  holdNext(operation: string): HeldCall {
    let release = (): void => undefined;
    let reach = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => (reach = resolve));
    let isHeld = false;
    this.#hold = async (called) => {
      if (isHeld || called !== operation) return;
      isHeld = true;
      reach();
      await released;
    };
    return { reached, release };
  }

  /** Adds an account that somebody else made. */
  add(account: Partial<MemoryAccount> & { readonly email: string }): MemoryAccount {
    const added = { id: randomUUID(), username: account.email, active: true, displayName: '', ...account };
    this.accounts.push(added);
    return added;
  }

  accountOf(email: string): MemoryAccount | undefined {
    return this.accounts.find((account) => account.email === email);
  }

  async call<T>(operation: string, work: () => T): Promise<T> {
    this.calls.push(operation);
    await this.#hold(operation);
    const fault = this.fault(operation);
    if (fault?.kind === 'before') throw fault.error;
    const result = work();
    if (fault?.kind === 'after') throw fault.error;
    return result;
  }
}

/** A fault that goes away by itself. */
export const passing = (kind: Fault['kind'] = 'before'): Fault => ({
  kind,
  error: new ConnectorError(ConnectorErrorKind.Transient, 'The application is down.', { code: '503' }),
});

/** A refusal for good. */
export const refusing = (kind: ConnectorErrorKind = ConnectorErrorKind.Validation): Fault => ({
  kind: 'before',
  error: new ConnectorError(kind, 'The application refuses this.', { code: '400' }),
});

const toUser = ({ id, username, email, active }: MemoryAccount): AppUser => ({ id, username, email, active, raw: {} });

/** A directory can do whatever an application can, so one connector serves both. */
class MemoryConnector implements DirectoryConnector {
  constructor(
    readonly brand: string,
    private readonly application: MemoryApplication,
    private readonly outgoing: OutgoingMap,
  ) {}

  lookupKeys: DirectoryConnector['lookupKeys'] = (profile, known, old) => [
    ...(known === null ? [] : [{ attribute: 'id', value: known.id }]),
    ...(old?.email === undefined ? [] : [{ attribute: 'email', value: old.email }]),
    { attribute: 'email', value: profile.email ?? '' },
    ...(this.application.isFoundByUsername ? [{ attribute: 'username', value: profile.username ?? '' }] : []),
  ];

  find = ({ attribute, value }: LookupKey): Promise<AppUser | null> =>
    this.application.call('find', () => {
      const found = this.application.accounts.find(
        (account) => account[attribute as 'id' | 'email' | 'username'] === value,
      );
      return found === undefined ? null : toUser(found);
    });

  async create(profile: UserProfile): Promise<AppUser> {
    const attributes = await this.outgoing.map(profile, 'create');
    const active = this.brand !== ACTIVE_DIRECTORY_BRAND;
    const { email = '' } = profile;
    return await this.application.call('create', () => toUser(this.application.add({ ...attributes, email, active })));
  }

  async update(id: string, profile: UserProfile): Promise<AppUser> {
    return await this.#change('update', id, await this.outgoing.map(profile, 'update'));
  }

  enable: DirectoryConnector['enable'] = (id, _before, { mustChangePassword: mustChange } = {}) =>
    this.#change('enable', id, { active: true, ...(mustChange === undefined ? {} : { mustChange }) });
  disable = (id: string): Promise<AppUser> => this.#change('disable', id, { active: false });

  async setInitialPassword(id: string, password: string, { mustChange }: { mustChange: boolean }): Promise<void> {
    await this.#change('setInitialPassword', id, { password, mustChange });
  }

  readPasswordPolicy = (): Promise<{ minLength: number; complexity: boolean }> =>
    Promise.resolve({ minLength: 7, complexity: true });

  accountState: DirectoryConnector['accountState'] = (id) =>
    this.application.call('accountState', () => {
      const account = this.application.accounts.find((candidate) => candidate.id === id);
      if (account === undefined) return null;
      const { active, mustChange = false, username, displayName } = account;
      const accountName = username.split('@')[0] ?? '';
      return {
        enabled: active,
        locked: false,
        mustChangePassword: mustChange,
        passwordExpired: false,
        accountName,
        displayName,
      };
    });

  readAccess = (id: string): Promise<AccessSnapshot> =>
    this.application.call('readAccess', () => {
      const account = this.application.accounts.find((candidate) => candidate.id === id);
      return { active: account?.active ?? false, groups: account?.groups ?? [] };
    });

  describe = (): Promise<Record<string, string>> => Promise.resolve({ email: 'the e-mail' });
  toProfile = ({ email }: AppUser): UserProfile => ({ email: email ?? '' });
  test = (): Promise<void> => this.application.call('test', () => undefined);
  close = (): Promise<void> => Promise.resolve();

  #change(operation: string, id: string, change: Partial<MemoryAccount>): Promise<AppUser> {
    return this.application.call(operation, () => {
      const account = this.application.accounts.find((candidate) => candidate.id === id);
      if (account === undefined) {
        throw new ConnectorError(ConnectorErrorKind.NotFound, 'no such account', { code: '404' });
      }
      return toUser(Object.assign(account, change));
    });
  }
}

/** Brands whose instances are the given applications, by the setting `application`. */
export function memoryBrands(applications: ReadonlyMap<string, MemoryApplication>): Brand[] {
  return ['Memory', ACTIVE_DIRECTORY_BRAND, OKTA_BRAND].map((name) => ({
    name,
    summary: 'an application in memory',
    settings: z.object({}),
    defaultMapperOut: {
      email: 'email',
      username: 'username',
      displayName: 'displayName',
      title: { field: 'title', clearable: true },
      department: 'department',
    },
    defaultMapperIn: { email: 'email' },
    create: (settings, { outgoing }) => {
      const key = String((settings as { application?: string }).application);
      const application = applications.get(key);
      if (application === undefined) throw new Error(`no application '${key}'`);
      return new MemoryConnector(name, application, outgoing);
    },
  }));
}
