import { randomBytes } from 'node:crypto';

import type { StoredRecord } from '../account-store.js';
import type { AccountView, AppKind } from '../kind.js';
import { refuse } from './refusal.js';
import { salesforceHandler } from './service.js';

/** A Salesforce organization: its token address, queries and users. */
export const SALESFORCE_KIND: AppKind = {
  root: '/services/data',
  tokens: { path: '/services/oauth2/token', extra: (url) => ({ instance_url: url }) },
  refuse,
  isSearch: (method, path) => method === 'GET' && /\/query\?/.test(path) && /FROM(%20|\+)User(%20|\+|$)/i.test(path),
  newId: () => `005${randomBytes(6).toString('hex')}AAA`,
  view,
  serve: (state) => ({ handler: salesforceHandler(state) }),
};

function view(user: StoredRecord): AccountView {
  return {
    username: textOf(user['Username']),
    email: textOf(user['Email']),
    displayName: [user['FirstName'], user['LastName']].map(textOf).join(' ').trim(),
    title: textOf(user['Title']),
    active: user['IsActive'] === true,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
