import type { Request } from 'express';

import type { StoredRecord } from '../account-store.js';
import type { AppState } from '../app-state.js';
import { hasBearer } from '../gate.js';
import type { AccountView, AppKind } from '../kind.js';
import { credentialsOf } from '../tokens.js';
import { refuse } from './refusal.js';
import { serviceNowService } from './service.js';
import { textOf } from './store.js';
import { newSysId } from './sys-id.js';

/** ServiceNow's Table API: users, the records that they refer to, their groups and roles, and the dictionary. */
export const SERVICENOW_KIND: AppKind = {
  root: '/api/now',
  tokens: { path: '/oauth_token.do' },
  refuse,
  isAuthorized: (state, request) => hasBearer(state, request) || hasPassword(state, request),
  isSearch: (method, path) => method === 'GET' && /\/table\/sys_user\?/.test(path),
  newId: newSysId,
  view,
  serve: serviceNowService,
};

function hasPassword(state: AppState, request: Request): boolean {
  const { username, password } = credentialsOf(state);
  return request.headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function view(user: StoredRecord): AccountView {
  return {
    username: textOf(user['user_name']),
    email: textOf(user['email']),
    displayName: `${textOf(user['first_name'])} ${textOf(user['last_name'])}`.trim(),
    title: textOf(user['title']),
    active: textOf(user['active']) === 'true',
  };
}
