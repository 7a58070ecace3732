import { randomInt } from 'node:crypto';

import type { Request, Response } from 'express';

import type { AppState } from '../app-state.js';
import { scimKind } from '../scim/kind.js';
import { operationsOf } from '../scim/patch.js';
import { refuse as refuseScim } from '../scim/refusal.js';
import { rewriteResources } from '../scim/rewrite.js';
import type { ScimHabit } from '../scim/service.js';
import { secondsUntilSlackLimit } from './limits.js';
import { refuse, refuseInSlackWords } from './refusal.js';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const LONGEST_USER_NAME = 21;
const FILTERS = /^(userName|email|displayName) eq "(?:[^"\\]|\\.)*"$/i;

const habit: ScimHabit = (state, request, response, next) => {
  const { method, path } = request;
  const wait = state.dialect.slackLimits ? secondsUntilSlackLimit(state, method, path, Date.now()) : null;
  if (wait !== null) {
    response.setHeader('retry-after', String(wait));
    return refuse(response, 429, 'too_many_requests');
  }
  refuseInSlackWords(response, path);
  const { filter } = request.query;
  if (typeof filter === 'string' && !FILTERS.test(filter)) return refuseScim(response, 400, 'invalid_query');
  if (path.startsWith('/Users')) {
    const fault = userFault(request);
    if (fault !== null) return refuseScim(response, 400, fault);
    if (method === 'DELETE') return deactivate(state, request, response);
    rewriteResources(response, shown);
  }
  next();
};

/** Slack: user names of its own form, two addresses at most, deactivation that reads show late, limits by class. */
export const SLACK_KIND = scimKind({
  dialect: { patchPath: 'required', staleReadsAfterDisable: 2, slackLimits: true },
  newId: () => `U${Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`,
  refuse,
  habit,
});

type Body = Readonly<Record<string, unknown>>;

/** What Slack refuses of a user, in its word; puts the user name into lower case on the way. */
function userFault(request: Request): string | null {
  const { method } = request;
  const body = request.body as Record<string, unknown> | undefined;
  if (method === 'PATCH') {
    for (const operation of (body?.['Operations'] ?? []) as { path?: string; value?: unknown }[]) {
      if (operation.path === 'userName') operation.value = lowered(operation.value);
    }
    const changes = operationsOf(body);
    const name = changes.find(({ path }) => path === 'userName');
    const emails = changes.find(({ path, op }) => path === 'emails' && op !== 'remove');
    return (name && nameFault(name.value)) ?? (emails && emailsFault(emails.value)) ?? null;
  }
  if (method !== 'POST' && method !== 'PUT') return null;
  if (body !== undefined) body['userName'] = lowered(body['userName']);
  return nameFault(body?.['userName']) ?? emailsFault(body?.['emails']);
}

const lowered = (name: unknown): unknown => (typeof name === 'string' ? name.toLowerCase() : name);

function nameFault(name: unknown): string | null {
  if (typeof name !== 'string' || name === '') return 'username_empty';
  if (name.length > LONGEST_USER_NAME) return 'username_too_long';
  return /^[\p{L}\p{N}._-]+$/u.test(name) ? null : 'username_invalid';
}

function emailsFault(emails: unknown): string | null {
  const entries = (Array.isArray(emails) ? emails : [emails]) as readonly ({ readonly value?: unknown } | undefined)[];
  if (entries.every((entry) => typeof entry?.value !== 'string' || entry.value === '')) return 'email_empty';
  return entries.length > 2 ? 'emails_invalid' : null;
}

/** Deleting only deactivates, and may be repeated. */
function deactivate(state: AppState, request: Request, response: Response): void {
  const user = state.users.get(decodeURIComponent(request.path.split('/')[2] ?? ''));
  if (user === undefined) {
    refuseScim(response, 404, 'no_such_user');
    return;
  }
  state.users.put({ ...user, active: false }, user.id);
  if (user['active'] === true) state.disabled(user.id);
  state.onChange();
  response.status(204).end();
}

/** Addresses come without their types, and the name a second time as nickname. */
function shown(user: Body): Body {
  const emails = (user['emails'] ?? []) as readonly Body[];
  return {
    ...user,
    nickName: user['userName'],
    emails: emails.map(({ value, primary }) => ({ value, primary: primary === true })),
  };
}
