import { parseDn } from '../../activities/connectors/active-directory/dn.js';
import { createFaultQueue } from '../peer/fault-queue.js';
import type { FaultQueue, FaultTimes } from '../peer/fault-queue.js';
import type { ShownAttribute } from './entry-view.js';
import type { LdapRequest } from './protocol.js';
import type { DirectoryTree, StoredEntry } from './tree.js';
import type { WriteContext } from './user-writes.js';

/** How the directory misbehaves on demand. */
export interface DirectoryFault {
  /** `busy` answers 51, `cut` hangs up before the work, `cut-after` hangs up after it. */
  readonly kind: 'busy' | 'cut' | 'cut-after';
  /** Strikes only requests of this kind; without it, all but binds. */
  readonly operation?: LdapRequest['kind'];
  readonly times?: FaultTimes;
}

/** Everything that the connections of one directory share. */
export class DirectoryState {
  readonly faults: FaultQueue<DirectoryFault> = createFaultQueue();
  /** First label of the domain in capitals, as in `ILM\name`. */
  readonly netbiosName: string;
  /** The domain in dots, e.g. `ilm.test`. */
  readonly upnSuffix: string;

  /** `onChange` runs after each change of an entry. */
  constructor(
    readonly tree: DirectoryTree,
    /** Id of the service account. */
    readonly administratorId: string,
    readonly onChange: () => void,
    readonly now: () => Date,
  ) {
    const labels = (parseDn(tree.baseDn) ?? []).map(([pair]) => pair?.value ?? '');
    this.upnSuffix = labels.join('.').toLowerCase();
    this.netbiosName = (labels[0] ?? '').toUpperCase();
  }

  writeContext(): WriteContext {
    const { attributes } = this.tree.root;
    return {
      tree: this.tree,
      now: this.now(),
      passwordRule: {
        minLength: Number(attributes['minpwdlength']?.[0] ?? 0),
        complexity: (Number(attributes['pwdproperties']?.[0] ?? 0) & 1) !== 0,
      },
    };
  }

  changed(): void {
    this.onChange();
  }

  /** Only the service account writes; everybody else reads. */
  mayWrite(account: StoredEntry | null): boolean {
    return account !== null && account.id === this.administratorId;
  }

  takeFault(operation: LdapRequest['kind']): DirectoryFault | null {
    return this.faults.take((fault) =>
      fault.operation === undefined ? !operation.startsWith('bind') : fault.operation === operation,
    );
  }

  /** The server's description of itself, readable before a bind (rootDSE). */
  describeServer(wanted: readonly string[]): { readonly dn: string; readonly attributes: readonly ShownAttribute[] } {
    const { baseDn } = this.tree;
    const all: readonly ShownAttribute[] = [
      { type: 'defaultNamingContext', values: [baseDn] },
      { type: 'rootDomainNamingContext', values: [baseDn] },
      { type: 'namingContexts', values: [baseDn] },
      { type: 'dnsHostName', values: [`dc1.${this.upnSuffix}`] },
      { type: 'supportedLDAPVersion', values: ['3'] },
      { type: 'supportedCapabilities', values: ['1.2.840.113556.1.4.800', '1.2.840.113556.1.4.1670'] },
      { type: 'supportedControl', values: ['1.2.840.113556.1.4.319'] },
      { type: 'supportedExtension', values: ['1.3.6.1.4.1.1466.20037', '1.3.6.1.4.1.4203.1.11.3'] },
      { type: 'vendorName', values: ['Simulated directory of the sandbox'] },
    ];
    const names = wanted.map((name) => name.toLowerCase());
    const isWanted = ({ type }: ShownAttribute): boolean =>
      names.length === 0 || names.includes('*') || names.includes('+') || names.includes(type.toLowerCase());
    return { dn: '', attributes: all.filter(isWanted) };
  }
}
