import type { TestContext } from 'node:test';
import { runUserCommand } from '../../../activities/connectors/commands.js';
import { compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { SALESFORCE_BRAND } from '../../../activities/connectors/salesforce.js';
import { openApp, optionsOf, somebody } from './app-target.js';
import { settingFault } from './faults.js';
import { json, peerOf } from './http-peer.js';
import { salesforceRecord, salesforceSettings } from '../targets/salesforce.js';
import { ALL_FLAGS } from './flags.js';
import type { UserCommandRequest, UserCommandResult, UserConnector } from '../../../activities/connectors/types.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import type { Answer, Peer } from './http-peer.js';

/** A person, and the same one with another address. */
export const PAT = somebody(1);
export const MARRIED: UserProfile = { ...PAT, email: 'pat.new@example.com', username: 'pat.new@example.com' };

/** A simulated organization and a connector to it. */
export interface Opened {
  readonly app: SimulatedApp;
  readonly connector: UserConnector;
}

/** A connector with these settings on top of those of the simulated organization. */
export async function salesforce(
  t: TestContext,
  settings: Record<string, unknown> = {},
  mapper?: Record<string, unknown>,
): Promise<Opened> {
  const target = {
    brand: SALESFORCE_BRAND,
    app: { kind: 'salesforce' },
    settings: (app: SimulatedApp) => ({ ...salesforceSettings(app), ...settings }),
  } as const;
  const map = { ...(SALESFORCE_BRAND.defaultMapperOut as object), ...mapper };
  const { close, ...opened } = await openApp(target, { outgoing: compileOutgoingMap(map, "'test out'") });
  t.after(close);
  return opened;
}

/** A connector whose organization answers from a list, the token first. */
export async function answering(
  t: TestContext,
  answers: readonly Answer[],
  settings: Record<string, unknown> = {},
  token: Record<string, unknown> = {},
): Promise<{ readonly peer: Peer; readonly connector: UserConnector }> {
  const peer = await peerOf(json({ access_token: 'secret-token', ...token }), ...answers);
  const given = { url: peer.url, clientId: 'key', clientSecret: 'client-secret', ...settings };
  const connector = SALESFORCE_BRAND.create(given, optionsOf(SALESFORCE_BRAND), settingFault);
  t.after(async () => {
    await connector.close();
    await peer.close();
  });
  return { peer, connector };
}

/** Runs one command with every flag on. */
export const run = (
  { connector }: Pick<Opened, 'connector'>,
  command: Parameters<typeof runUserCommand>[2],
  profile: UserProfile = PAT,
  request: Partial<UserCommandRequest> = {},
): Promise<UserCommandResult> =>
  runUserCommand(connector, ALL_FLAGS, command, { profile, known: null, allowEnable: false, ...request });

/** Stores a user in the organization and gives its id. */
export const seed = ({ app }: Opened, profile: UserProfile, changes: Record<string, unknown> = {}): string =>
  app.addUser({ ...salesforceRecord(profile, { active: true, email: profile.email ?? '' }), ...changes }).id;

/** The first user of the organization, as it is stored. */
export const stored = ({ app }: Opened): Readonly<Record<string, unknown>> => app.users()[0] ?? {};

/** Requests that wrote, so far. */
export const writes = ({ app }: Opened): number => app.requests().filter(({ method }) => method !== 'GET').length;

/** An answer without records. */
export const EMPTY = { totalSize: 0, done: true, records: [] };
/** A question that can be asked of it. */
export const find = { attribute: 'Email', value: 'pat@example.com' };
