import { createFaultQueue } from '../peer/fault-queue.js';
import type { FaultQueue } from '../peer/fault-queue.js';
import { ResourceStore } from './account-store.js';
import type { StoredAccounts, StoredRecord } from './account-store.js';
import type { AppDialect, AppFault } from './definition.js';

/** A request that an application answered. */
export interface AppRequest {
  readonly method: string;
  /** Without the application's own prefix, e.g. `/Users?filter=...`. */
  readonly path: string;
  /** 0 when the connection was cut. */
  readonly status: number;
}

const MOST_REQUESTS = 50_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Everything one simulated application holds. */
export class AppState {
  readonly users: ResourceStore;
  readonly groups = new ResourceStore();
  readonly faults: FaultQueue<AppFault> = createFaultQueue();
  /** Asked for a fault at each request, for misbehaviour at random. */
  weather: ((method: string, path: string) => AppFault | null) | null = null;
  /** Changes the text of every answer, for answers that no server should give. */
  rewrite: ((body: string) => string) | null = null;
  #requests: AppRequest[] = [];
  #window = { startedAt: 0, requests: 0 };
  readonly #staleReads = new Map<string, number>();
  readonly #lateSearches = new Map<string, number>();

  /** `onChange` runs after each change of accounts or groups. */
  constructor(
    readonly name: string,
    readonly slug: string,
    readonly token: string,
    readonly dialect: AppDialect,
    readonly onChange: () => void,
    newId?: () => string,
  ) {
    this.users = new ResourceStore(newId);
  }

  /** Requests since the start or the last {@link forgetRequests}, the latest 50,000. */
  get requests(): readonly AppRequest[] {
    return this.#requests;
  }

  record(request: AppRequest): void {
    if (this.#requests.length >= MOST_REQUESTS) this.#requests = this.#requests.slice(MOST_REQUESTS / 2);
    this.#requests.push(request);
  }

  forgetRequests(): void {
    this.#requests = [];
  }

  /** Counts a request against the quota. Gives the seconds to wait when it is used up, else null. */
  secondsUntilQuota(now: number): number | null {
    const { requestsPerMinute, requestsPerHour } = this.dialect;
    const most = requestsPerHour ?? requestsPerMinute;
    if (most === undefined) return null;
    if (now >= this.quotaEndsAt) this.#window = { startedAt: now, requests: 0 };
    this.#window.requests += 1;
    if (this.#window.requests <= most) return null;
    return Math.max(1, Math.ceil((this.quotaEndsAt - now) / 1000));
  }

  /** When the quota starts over, milliseconds. */
  get quotaEndsAt(): number {
    return this.#window.startedAt + (this.dialect.requestsPerHour === undefined ? MINUTE_MS : HOUR_MS);
  }

  /** Remembers that reads lag behind after an account was disabled. */
  disabled(id: string): void {
    if (this.dialect.staleReadsAfterDisable > 0) this.#staleReads.set(id, this.dialect.staleReadsAfterDisable);
  }

  /** Remembers that searches do not show a new account yet. */
  created(id: string): void {
    if (this.dialect.searchesBeforeVisible > 0) this.#lateSearches.set(id, this.dialect.searchesBeforeVisible);
  }

  /** The account as a read shows it, which may be older than the truth. */
  asRead(user: StoredRecord): StoredRecord {
    const left = this.#staleReads.get(user.id) ?? 0;
    if (left === 0 || user['active'] !== false) return user;
    this.#staleReads.set(user.id, left - 1);
    return { ...user, active: true };
  }

  /** Hits of a search as it shows them: without new accounts that are not visible yet, and as {@link asRead}. */
  asFound(hits: readonly StoredRecord[]): StoredRecord[] {
    return hits.filter((user) => this.#isVisible(user.id)).map((user) => this.asRead(user));
  }

  #isVisible(id: string): boolean {
    const left = this.#lateSearches.get(id) ?? 0;
    if (left > 0) this.#lateSearches.set(id, left - 1);
    return left === 0;
  }

  dump(): StoredAccounts {
    return { users: this.users.all(), groups: this.groups.all() };
  }

  restore({ users, groups }: StoredAccounts): void {
    for (const user of users) this.users.put(user, user.id);
    for (const group of groups) this.groups.put(group, group.id);
  }

  /** No accounts, groups, faults, weather or recorded requests. */
  reset(): void {
    this.users.clear();
    this.groups.clear();
    this.faults.clear();
    this.weather = null;
    this.rewrite = null;
    this.forgetRequests();
    this.#staleReads.clear();
    this.#lateSearches.clear();
    this.onChange();
  }
}
