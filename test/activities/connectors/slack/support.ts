import type { TestContext } from 'node:test';

import { runUserCommand } from '../../../../activities/connectors/commands.js';
import { DEFAULT_SLACK_MAPPER_OUT } from '../../../../activities/connectors/slack/maps.js';
import { SLACK_BRAND } from '../../../../activities/connectors/slack.js';
import type { GroupConnector, UserCommand, UserConnector } from '../../../../activities/connectors/types.js';
import type { MapperDefinition } from '../../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../../domain/profile.js';
import { optionsOf } from '../../../connectors/support/app-target.js';
import { settingFault } from '../../../connectors/support/faults.js';
import { peerOf } from '../../../connectors/support/http-peer.js';
import type { Answer, Peer } from '../../../connectors/support/http-peer.js';
import { openRecordedApp } from '../../../connectors/support/recorded-app.js';
import type { RecordedApp } from '../../../connectors/support/recorded-app.js';
import { SLACK_APP } from '../../../connectors/targets/slack.js';
import { ALL_FLAGS } from '../../../connectors/support/flags.js';

/** Whom the tests are about. */
export const PAT: UserProfile = {
  email: 'pat@example.com',
  username: 'Pat.Example',
  employeeId: 'E1',
  givenName: 'Pat',
  surname: 'Example',
  displayName: 'Pat Example',
};
/** Slack's users and groups. */
export type SlackConnector = UserConnector & GroupConnector;

/** Runs one command with everything allowed but enabling. */
export const command = (
  connector: UserConnector,
  name: UserCommand,
  profile: UserProfile = PAT,
): ReturnType<typeof runUserCommand> =>
  runUserCommand(connector, ALL_FLAGS, name, { profile, known: null, allowEnable: false });

/** A simulated Slack with some habits, and what goes to and fro. */
export async function recorded(
  t: TestContext,
  habits: object = {},
): Promise<RecordedApp & { readonly connector: SlackConnector }> {
  const opened = await openRecordedApp({ ...SLACK_APP, app: { kind: 'slack', dialect: habits } }, '/scim/v2');
  t.after(opened.close);
  return { ...opened, connector: opened.connector as SlackConnector };
}

/** A connector to a server that gives these answers one after the other, and a map where one comes last. */
export async function answering(
  t: TestContext,
  settings: object,
  ...given: readonly (Answer | MapperDefinition)[]
): Promise<{ readonly connector: SlackConnector; readonly peer: Peer }> {
  const answers = given.filter((one): one is Answer => typeof one === 'function');
  const mapperOut = given.find((one): one is MapperDefinition => typeof one !== 'function');
  const peer = await peerOf(...answers);
  const options = optionsOf(SLACK_BRAND, mapperOut ?? DEFAULT_SLACK_MAPPER_OUT);
  const connector = SLACK_BRAND.create({ baseUrl: peer.url, token: 'a-token', ...settings }, options, settingFault);
  t.after(() => Promise.all([connector.close(), peer.close()]));
  return { connector: connector as SlackConnector, peer };
}
