import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

import { GITHUB_BRAND } from '../../../../activities/connectors/github.js';
import { DEFAULT_GITHUB_MAPPER_OUT } from '../../../../activities/connectors/github/maps.js';
import { runUserCommand } from '../../../../activities/connectors/commands.js';
import type { UserCommand, UserCommandRequest, UserConnector } from '../../../../activities/connectors/types.js';
import type { MapperDefinition } from '../../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../../domain/profile.js';
import { optionsOf } from '../../../connectors/support/app-target.js';
import { settingFault } from '../../../connectors/support/faults.js';
import { peerOf } from '../../../connectors/support/http-peer.js';
import type { Answer, Peer } from '../../../connectors/support/http-peer.js';
import { openRecordedApp } from '../../../connectors/support/recorded-app.js';
import type { RecordedApp } from '../../../connectors/support/recorded-app.js';
import { GITHUB_ENTERPRISE_APP, GITHUB_ORGANIZATION_APP } from '../../../connectors/targets/github.js';
import { ALL_FLAGS } from '../../../connectors/support/flags.js';

/** Whom the tests are about. */
export const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'pat.example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Pat Example',
};
const APPS = { organization: GITHUB_ORGANIZATION_APP, enterprise: GITHUB_ENTERPRISE_APP } as const;
/** Where the simulated interfaces begin. */
export const ROOTS = {
  organization: '/scim/v2/organizations/example-org',
  enterprise: '/scim/v2/enterprises/example',
} as const;
export type Scope = keyof typeof APPS;

/** Runs one command with everything allowed that is not excluded. */
export function command(
  connector: UserConnector,
  name: UserCommand,
  profile: UserProfile = PAT,
  changes: Partial<UserCommandRequest> = {},
): ReturnType<typeof runUserCommand> {
  return runUserCommand(connector, ALL_FLAGS, name, { profile, known: null, allowEnable: false, ...changes });
}

/** Everything that the engine ever does with one account. */
export async function wholeLife(connector: UserConnector): Promise<void> {
  const renamed = { ...PAT, surname: 'Married', username: 'pat.married' };
  const moved = { ...renamed, email: 'pat.married@example.com', displayName: 'Pat Married' };
  await connector.test();
  const { id = '' } = await command(connector, 'create-user');
  await command(connector, 'get-user', PAT, { known: { id } });
  await command(connector, 'get-user', { ...PAT, username: 'nobody', employeeId: 'E9' });
  await command(connector, 'update-user', renamed, { oldUserData: PAT });
  await command(connector, 'update-user', moved, { oldUserData: renamed });
  await connector.readAccess?.(id);
  await command(connector, 'disable-user', moved);
  await command(connector, 'get-user', moved, { known: { id } });
  const back = await command(connector, 'update-user', moved, { known: { id }, allowEnable: true });
  assert.deepEqual([back.success, back.active], [true, true], back.errorMessage);
  if (connector.disablingDeletes === true) return;
  await command(connector, 'disable-user', moved);
}

/** A simulated GitHub, what goes to and fro, and a connector with the brand's own map unless another is given. */
export async function recorded(
  t: TestContext,
  scope: Scope,
  mapperOut: MapperDefinition = DEFAULT_GITHUB_MAPPER_OUT,
): Promise<RecordedApp> {
  const target = { ...APPS[scope], mapperOut };
  const opened = await openRecordedApp(target, ROOTS[scope]);
  t.after(opened.close);
  return opened;
}

/** A server that answers as the test says. */
export async function aPeer(t: TestContext, ...answers: readonly Answer[]): Promise<Peer> {
  const peer = await peerOf(...answers);
  t.after(() => peer.close());
  return peer;
}

/** A connector to such a server. */
export async function answering(
  t: TestContext,
  scope: Scope,
  ...answers: readonly Answer[]
): Promise<{ readonly connector: UserConnector; readonly peer: Peer }> {
  const peer = await aPeer(t, ...answers);
  const settings = { baseUrl: peer.url, scope, organization: 'example-org', enterprise: 'example', token: 'a-token' };
  const connector = GITHUB_BRAND.create(settings, optionsOf(GITHUB_BRAND), settingFault);
  t.after(() => connector.close());
  return { connector, peer };
}
