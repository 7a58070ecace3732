import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';

type Body = Readonly<Record<string, unknown>>;

/** What is wrong with a user that is to be written: messages per attribute, none when it is right. */
export function faultsOf(state: AppState, before: StoredRecord | null, body: Body): Readonly<Record<string, string[]>> {
  const user: Body = { ...before, ...body };
  const faults: readonly (readonly [attribute: string, isWrong: boolean, text: string])[] = [
    ...['login', 'email'].map((name) => [name, isBlank(user[name]), "can't be blank"] as const),
    ['login', isTaken(state, before, user['login']), 'has already been taken'],
    ['is_active', 'is_active' in body && typeof body['is_active'] !== 'boolean', 'is not a boolean'],
    ['hired_on', !isDay(body['hired_on']), 'is not a date'],
    ['manager_id', !isNobodyOrUser(state, body['manager_id']), 'is no user'],
  ];
  return Object.fromEntries(faults.filter(([, isWrong]) => isWrong).map(([name, , text]) => [name, [text]]));
}

const isBlank = (value: unknown): boolean => typeof value !== 'string' || value.trim() === '';

function isTaken(state: AppState, before: StoredRecord | null, login: unknown): boolean {
  if (typeof login !== 'string') return false;
  return state.users
    .all()
    .some((other) => other.id !== before?.id && String(other['login']).toLowerCase() === login.toLowerCase());
}

const isDay = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value));

function isNobodyOrUser(state: AppState, id: unknown): boolean {
  if (id === undefined || id === null) return true;
  return typeof id === 'number' && state.users.get(String(id)) !== undefined;
}
