import type { AppState } from '../app-state.js';

const SECOND_MS = 1_000;

interface Window {
  readonly startedAt: number;
  readonly requests: number;
}

const windows = new WeakMap<AppState, Map<string, Window>>();

/** Counts a request in its class. Gives the seconds to wait when the class is used up, else null. */
export function secondsUntilQuota(state: AppState, path: string, now: number): number | null {
  const requestClass = path.startsWith('/Bulk') ? 'bulk' : 'other';
  const most = state.dialect.requestsPerSecond?.[requestClass];
  if (most === undefined) return null;
  const own = windows.get(state) ?? new Map<string, Window>();
  windows.set(state, own);
  const open = own.get(requestClass);
  const isOpen = open !== undefined && now - open.startedAt < SECOND_MS;
  const requests = isOpen ? open.requests + 1 : 1;
  own.set(requestClass, { startedAt: isOpen ? open.startedAt : now, requests });
  return requests > most ? 1 : null;
}
