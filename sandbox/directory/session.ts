import type { DirectoryState } from './directory-state.js';
import { shownAttributes } from './entry-view.js';
import type { ShownAttribute } from './entry-view.js';
import { LdapRefusal, ResultCode, attributeRefusal, logonRefusal } from './ldap-result.js';
import { checkLogon } from './passwords.js';
import type { AttributeChange, LdapResult, SearchRequest } from './protocol.js';
import { searchTree } from './search.js';
import type { StoredEntry } from './tree.js';
import { addEntry, deleteEntry, modifyEntry, renameEntry } from './writes.js';

/** One entry of a search's answer. */
export interface FoundEntry {
  readonly dn: string;
  readonly attributes: readonly ShownAttribute[];
}

/** A search's answer: one page, or everything. */
export interface SearchAnswer {
  readonly entries: readonly FoundEntry[];
  readonly result: LdapResult;
}

// More come only page by page, as from a domain controller.
const MOST_UNPAGED = 1000;

const DONE: LdapResult = { code: ResultCode.Success, text: '' };

/** What one connection may do, from its bind on. */
export class Session {
  readonly #state: DirectoryState;
  readonly #pages = new Map<string, readonly string[]>();
  #account: StoredEntry | null = null;
  #lastCookie = 0;

  constructor(state: DirectoryState) {
    this.#state = state;
  }

  /** Who is signed in, as `u:DOMAIN\name`; empty for nobody. */
  get identity(): string {
    const name = this.#account?.attributes['samaccountname']?.[0];
    return name === undefined ? '' : `u:${this.#state.netbiosName}\\${name}`;
  }

  /**
   * Signs in by distinguished name, user principal name or `DOMAIN\name`.
   *
   * @throws LdapRefusal without encryption (8), for an empty or wrong password and for a disabled account (49)
   */
  bind(name: string, password: string, isEncrypted: boolean): LdapResult {
    this.#account = null;
    if (name === '' && password === '') return DONE;
    if (!isEncrypted) {
      throw new LdapRefusal(
        ResultCode.StrongerAuthRequired,
        '00002028',
        'LdapErr: The server requires binds to turn on integrity checking if SSL\\TLS are not already active, data 0',
      );
    }
    if (password === '') throw logonRefusal('52e');
    this.#account = checkLogon(this.#accountNamed(name), password);
    return DONE;
  }

  /** @throws LdapRefusal before a bind (1), except for the server's own description; for a missing base (32) */
  search(request: SearchRequest): SearchAnswer {
    if (request.base === '' && request.scope === 'base') {
      return { entries: [this.#state.describeServer(request.attributes)], result: DONE };
    }
    this.#demandAccount();
    const { tree } = this.#state;
    const { paging } = request;
    const cookie = paging?.cookie?.toString() ?? '';
    const kept = this.#pages.get(cookie);
    if (cookie !== '' && kept === undefined) {
      throw new LdapRefusal(ResultCode.UnwillingToPerform, '00000057', 'LdapErr: the cookie is not known, data 0');
    }
    this.#pages.delete(cookie);
    const ids = kept ?? this.#find(request);
    const limit = paging === null ? smallest(request.sizeLimit, MOST_UNPAGED) : smallest(paging.size, MOST_UNPAGED);
    const entries = ids.slice(0, limit).flatMap((id) => {
      const entry = tree.get(id);
      if (entry === undefined) return [];
      return [{ dn: tree.dnOf(entry), attributes: shownAttributes(tree, entry, request.attributes) }];
    });
    if (paging === null) {
      const code = ids.length > limit ? ResultCode.SizeLimitExceeded : ResultCode.Success;
      return { entries, result: { code, text: '' } };
    }
    return { entries, result: { ...DONE, cookie: this.#keep(ids.slice(limit)) } };
  }

  add(dn: string, attributes: Parameters<typeof addEntry>[2]): LdapResult {
    return this.#write(() => addEntry(this.#state.writeContext(), dn, attributes));
  }

  modify(dn: string, changes: readonly AttributeChange[]): LdapResult {
    this.#demandAccount();
    const target = this.#state.tree.resolve(dn);
    const isOwnPassword =
      target !== undefined &&
      target.id === this.#account?.id &&
      changes.every(({ type, operation }) => type.toLowerCase() === 'unicodepwd' && operation !== 'replace');
    return this.#write(() => modifyEntry(this.#state.writeContext(), dn, changes), isOwnPassword);
  }

  delete(dn: string): LdapResult {
    return this.#write(() => deleteEntry(this.#state.writeContext(), dn));
  }

  rename(dn: string, newRdn: string, newSuperior: string): LdapResult {
    return this.#write(() => renameEntry(this.#state.writeContext(), dn, newRdn, newSuperior));
  }

  #write(work: () => unknown, isAllowed = false): LdapResult {
    this.#demandAccount();
    if (!isAllowed && !this.#state.mayWrite(this.#account)) {
      throw attributeRefusal(
        ResultCode.InsufficientAccessRights,
        '00002098',
        'entry',
        'problem 4003 (INSUFF_ACCESS_RIGHTS)',
      );
    }
    work();
    this.#state.changed();
    return DONE;
  }

  #demandAccount(): void {
    if (this.#account !== null) return;
    throw new LdapRefusal(
      ResultCode.OperationsError,
      '00002020',
      'LdapErr: a successful bind must be completed on the connection, data 0',
    );
  }

  #accountNamed(name: string): StoredEntry | undefined {
    const { tree, netbiosName } = this.#state;
    const [domain = '', accountName] = name.split('\\');
    if (accountName !== undefined && !name.includes('=')) {
      return domain.toLowerCase() === netbiosName.toLowerCase()
        ? tree.having('samaccountname', accountName)[0]
        : undefined;
    }
    if (name.includes('=')) return tree.resolve(name);
    const [local = '', suffix = ''] = name.split('@');
    const named = tree.having('userprincipalname', name)[0];
    const isOwnSuffix = suffix.toLowerCase() === this.#state.upnSuffix;
    return named ?? (isOwnSuffix ? tree.having('samaccountname', local)[0] : undefined);
  }

  #find({ base, scope, filter }: SearchRequest): readonly string[] {
    const { tree } = this.#state;
    const entry = tree.resolve(base);
    if (entry === undefined) {
      throw new LdapRefusal(ResultCode.NoSuchObject, '0000208D', 'NameErr: problem 2001 (NO_OBJECT), data 0');
    }
    return searchTree(tree, entry, scope, filter).map(({ id }) => id);
  }

  #keep(ids: readonly string[]): Buffer {
    if (ids.length === 0) return Buffer.alloc(0);
    this.#lastCookie += 1;
    const cookie = String(this.#lastCookie);
    this.#pages.set(cookie, ids);
    return Buffer.from(cookie);
  }
}

/** The smaller of a wish, where 0 means none, and a limit. */
const smallest = (wish: number, limit: number): number => (wish === 0 ? limit : Math.min(wish, limit));
