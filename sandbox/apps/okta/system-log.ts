import { randomUUID } from 'node:crypto';

import type { TokenOwner } from './tokens.js';

/** Who or what an event was done to. */
export interface Target {
  readonly id: string;
  readonly type: 'User' | 'AppUser' | 'AppInstance' | 'UserGroup';
  readonly alternateId: string;
  readonly displayName: string;
}

/** One event as the log keeps it. */
export interface StoredEvent {
  /** Order in which events became visible. */
  readonly sequence: number;
  /** Milliseconds at which the event became visible; later than `published` for one that comes late. */
  readonly visibleAt: number;
  readonly event: Readonly<Record<string, unknown>> & { readonly published: string };
}

/** What happened. */
export interface Happening {
  readonly eventType: string;
  readonly displayMessage: string;
  readonly actor: TokenOwner;
  readonly target: readonly Target[];
  readonly debugData?: Readonly<Record<string, string>>;
}

const MOST_EVENTS = 100_000;

/** The System Log of one organisation: everything that was changed, by whom, in the order in which it became visible. */
export class SystemLog {
  #events: StoredEvent[] = [];
  #sequence = 0;

  get events(): readonly StoredEvent[] {
    return this.#events;
  }

  /**
   * Logs what happened.
   *
   * @param differences members of the event that are not as usual, e.g. an earlier `published` for one that comes late
   */
  write(happening: Happening, differences: Readonly<Record<string, unknown>> = {}): StoredEvent['event'] {
    if (this.#events.length >= MOST_EVENTS) this.#events = this.#events.slice(MOST_EVENTS / 2);
    const visibleAt = Date.now();
    const event = { ...usualEvent(happening, visibleAt), ...differences };
    this.#events.push({ sequence: ++this.#sequence, visibleAt, event });
    return event;
  }

  clear(): void {
    this.#events = [];
  }

  dump(): readonly StoredEvent[] {
    return this.#events;
  }

  restore(events: readonly StoredEvent[]): void {
    this.#events = [...events];
    this.#sequence = events.at(-1)?.sequence ?? 0;
  }
}

const usualEvent = (
  { eventType, displayMessage, actor, target, debugData = {} }: Happening,
  now: number,
): StoredEvent['event'] => ({
  uuid: randomUUID(),
  published: new Date(now).toISOString(),
  eventType,
  version: '0',
  severity: 'INFO',
  displayMessage,
  actor: { id: actor.id, type: 'User', alternateId: actor.login, displayName: actor.displayName },
  client: { ipAddress: '192.0.2.1', zone: 'null', device: 'Unknown', userAgent: { rawUserAgent: 'sandbox' } },
  outcome: { result: 'SUCCESS' },
  target,
  transaction: { type: 'WEB', id: randomUUID(), detail: {} },
  debugContext: { debugData },
});
