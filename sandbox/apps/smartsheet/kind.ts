import type { StoredRecord } from '../account-store.js';
import type { AccountView, AppKind } from '../kind.js';
import { refuse } from './answer.js';
import { smartsheetService } from './service.js';
import { isActive, newUserId } from './users.js';

/** Smartsheet's users: found by address, with a status that only searches show and ids of 64 bits. */
export const SMARTSHEET_KIND: AppKind = {
  root: '/2.0',
  refuse,
  isSearch: (method, path) => method === 'GET' && /\/users\/?\?/.test(path),
  newId: newUserId,
  view,
  serve: smartsheetService,
};

function view(user: StoredRecord): AccountView {
  const text = (name: string): string => (typeof user[name] === 'string' ? user[name] : '');
  return {
    username: text('email'),
    email: text('email'),
    displayName: `${text('firstName')} ${text('lastName')}`.trim(),
    title: text('title'),
    active: isActive(user),
  };
}
