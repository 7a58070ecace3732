import { pathPart } from '../http.js';
import { appOf, appsOfUser, readApps } from './access.js';
import { oktaAppSchema, oktaAppUserSchema, oktaUserSchema } from './answers.js';
import { groupMembers } from './groups.js';
import { readLogs } from './logs.js';
import { oktaSession } from './session.js';
import { readUser } from './users.js';
import type { HttpTransport } from '../http-transport.js';
import type { RequestQuota } from '../types.js';
import type { OktaApp } from './access.js';
import type { OktaUser } from './answers.js';
import type { LogPage, LogQuestion } from './logs.js';
import type { OktaSession } from './session.js';
import type { OktaSettings } from './settings.js';

/** That a user has an application, and with what. */
export interface AppAssignment {
  /** `USER` when assigned directly, `GROUP` when by a group; empty when Okta does not say. */
  readonly scope: string;
  /** The application user's own status, in Okta's words. */
  readonly status: string;
  /** What the application is told of the person. */
  readonly profile: Readonly<Record<string, unknown>>;
}

/**
 * Reads what flows that follow Okta need to know. Every list is read to its last page, every answer is checked, nothing
 * is retried, and whatever goes wrong is thrown as a `ConnectorError`.
 */
export interface OktaClient {
  /** Applications whose label or name begins with the query; all of them without one. */
  listApps(query?: string): Promise<readonly OktaApp[]>;
  /** `null` when the organisation has no such application. */
  getApp(appId: string): Promise<OktaApp | null>;
  /** `null` when the user is not assigned; Okta does not tell that from an unknown user or application. */
  appAssignment(appId: string, userId: string): Promise<AppAssignment | null>;
  /** Applications that a user is assigned to, directly or by a group, inactive ones included. */
  appsOfUser(userId: string): Promise<readonly OktaApp[]>;
  /** Users of a group, without deactivated ones. A `NotFound` error when there is no such group. */
  groupMembers(groupId: string): Promise<readonly OktaUser[]>;
  /** `null` when there is no user with this id. */
  getUser(userId: string): Promise<OktaUser | null>;
  /** Whose token the client uses. */
  ownAccount(): Promise<OktaUser>;
  /** One page of the System Log, oldest first. */
  readLogs(question: LogQuestion): Promise<LogPage>;
  /** What the latest answer said of the organisation's quota. */
  quota(): RequestQuota | undefined;
  close(): Promise<void>;
}

/** Makes a client of one organisation; opens no connection. */
export const oktaClient = (settings: OktaSettings, transport: HttpTransport): OktaClient =>
  clientOf(oktaSession(settings, transport));

/** The client over a session, which it shares with whoever made it. */
export function clientOf(session: OktaSession): OktaClient {
  return {
    listApps: (query) => readApps(session, query === undefined || query === '' ? {} : { q: query }),
    getApp: async (appId) => {
      const app = await session.askIfPresent(oktaAppSchema, { path: `apps/${pathPart(appId)}`, label: 'apps/{id}' });
      return app === null ? null : appOf(app);
    },
    appAssignment: (appId, userId) => appAssignment(session, appId, userId),
    appsOfUser: (userId) => appsOfUser(session, userId),
    groupMembers: (groupId) => groupMembers(session, groupId),
    getUser: (userId) => readUser(session, userId),
    ownAccount: () => session.ask(oktaUserSchema, { path: 'users/me', label: 'users/me' }),
    readLogs: (question) => readLogs(session, question),
    quota: () => session.quota(),
    close: () => session.close(),
  };
}

async function appAssignment(session: OktaSession, appId: string, userId: string): Promise<AppAssignment | null> {
  const path = `apps/${pathPart(appId)}/users/${pathPart(userId)}`;
  const found = await session.askIfPresent(oktaAppUserSchema, { path, label: 'apps/{id}/users/{id}' });
  return found === null ? null : { scope: found.scope ?? '', status: found.status ?? '', profile: found.profile ?? {} };
}
