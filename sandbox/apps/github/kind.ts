import type { Request, Response } from 'express';

import type { AppState } from '../app-state.js';
import { scimKind } from '../scim/kind.js';
import { refuse as refuseScim } from '../scim/refusal.js';
import type { ScimHabit } from '../scim/service.js';
import { answerLikeGithub, hidingSuspended, PLAIN } from './answers.js';
import { ENTERPRISE_BODIES, faultOfBody, ORGANIZATION_BODIES } from './bodies.js';
import type { GithubBodies } from './bodies.js';
import { namedParts, saysInactive } from './operations.js';
import { refuse } from './refusal.js';

/** How one of GitHub's two interfaces differs from the other. */
interface GithubRules {
  readonly bodies: GithubBodies;
  /** Attributes that a filter may name; only `eq` is known. */
  readonly filter: RegExp;
  /** Scope of the tokens that may call. */
  readonly right: string;
  readonly hasGroups: boolean;
  readonly isOrganization: boolean;
}

const REQUESTS_AN_HOUR = 5_000;

/** Members of the organization `example-org`: no account is ever inactive, because that deletes it. */
export const GITHUB_ORGANIZATION_KIND = scimKind({
  root: '/scim/v2/organizations/example-org',
  refuse,
  habit: habitOf({
    bodies: ORGANIZATION_BODIES,
    filter: /^(id|userName|emails|externalId) eq "(?:[^"\\]|\\.)*"$/,
    right: 'admin:org',
    hasGroups: false,
    isOrganization: true,
  }),
});

/** Managed users of the enterprise `example`, who can be suspended. */
export const GITHUB_ENTERPRISE_KIND = scimKind({
  root: '/scim/v2/enterprises/example',
  refuse,
  habit: habitOf({
    bodies: ENTERPRISE_BODIES,
    filter: /^(id|userName|displayName|externalId) eq "(?:[^"\\]|\\.)*"$/,
    right: 'scim:enterprise',
    hasGroups: true,
    isOrganization: false,
  }),
});

function habitOf(rules: GithubRules): ScimHabit {
  return (state, request, response, next) => {
    sayLimits(state, rules, response);
    const [, resource, id] = /^\/(Users|Groups)(?:\/([^/]+))?\/?$/.exec(request.path) ?? [];
    // Addresses are case-sensitive, other than the router behind this.
    if (resource === undefined || (resource === 'Groups' && !rules.hasGroups))
      return refuse(response, 404, 'Not Found');
    if (request.headers['user-agent'] === undefined) return refuse(response, 403, 'A User-Agent header is missing.');
    const { filter } = request.query;
    const isByHidden = typeof filter === 'string' && !/^(id|externalId) /.test(filter);
    answerLikeGithub(response, rules.isOrganization ? PLAIN : hidingSuspended(isByHidden));
    if (typeof filter === 'string' && !rules.filter.test(filter) && resource === 'Users') {
      return refuseScim(response, 400, 'This filter is not supported.', 'invalidFilter');
    }
    if (resource === 'Groups') return next();
    const fault = faultOf(rules, request);
    if (fault !== null) return refuseScim(response, 400, fault, 'invalidSyntax');
    if (takesExternalId(state, request, id)) return refuseScim(response, 409, 'externalId is taken.', 'uniqueness');
    if (rules.isOrganization && deactivates(state, request, response, id)) return;
    if (request.method === 'PATCH') request.body = namedParts(request.body);
    next();
  };
}

function sayLimits(state: AppState, { right }: GithubRules, response: Response): void {
  response.set({
    'x-oauth-scopes': `${right}, read:user`,
    'x-ratelimit-limit': String(REQUESTS_AN_HOUR),
    'x-ratelimit-remaining': String(Math.max(0, REQUESTS_AN_HOUR - state.requests.length)),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
  });
}

function faultOf({ bodies }: GithubRules, { method, body }: Request): string | null {
  if (method === 'POST' || method === 'PUT') return faultOfBody(bodies.user, body);
  return method === 'PATCH' ? faultOfBody(bodies.patch, body) : null;
}

function takesExternalId(state: AppState, { method, body }: Request, id: string | undefined): boolean {
  const { externalId } = (body ?? {}) as { readonly externalId?: unknown };
  if ((method !== 'POST' && method !== 'PUT') || typeof externalId !== 'string') return false;
  return state.users.find([{ attribute: 'externalid', value: externalId }]).some((user) => user.id !== id);
}

/** A member who is said to be inactive leaves the organization, and the identity is deleted with its id. */
function deactivates(state: AppState, request: Request, response: Response, id: string | undefined): boolean {
  const member = id === undefined || !saysInactive(request.body) ? undefined : state.users.get(id);
  if (member === undefined) return false;
  state.users.remove(member.id);
  state.onChange();
  response.type('application/scim+json').send(JSON.stringify({ ...member, active: false }));
  return true;
}
