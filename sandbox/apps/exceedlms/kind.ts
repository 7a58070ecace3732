import { randomInt } from 'node:crypto';

import type { StoredRecord } from '../account-store.js';
import type { AccountView, AppKind } from '../kind.js';
import { exceedLmsHandler } from './service.js';

/** An ExceedLMS site, whose key travels in the address. */
export const EXCEEDLMS_KIND: AppKind = {
  root: '/api/v2',
  refuse: (response, status, text) => {
    response
      .status(status)
      .type('json')
      .send(JSON.stringify({ error: text }));
  },
  isAuthorized: (state, { query }) => query['api_key'] === state.token,
  isSearch: (method, path) => method === 'GET' && /\/users\.json\?/.test(path),
  newId: () => String(randomInt(1_000_000, 1_000_000_000)),
  view,
  serve: (state) => ({ handler: exceedLmsHandler(state) }),
};

function view(user: StoredRecord): AccountView {
  return {
    username: textOf(user['login']),
    email: textOf(user['email']),
    displayName: [user['first_name'], user['last_name']].map(textOf).join(' ').trim(),
    title: '',
    active: user['is_active'] === true,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
