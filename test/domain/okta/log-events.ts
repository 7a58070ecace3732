import type { LogEvent, LogParty } from '../../../domain/okta/log-event.js';

const USER: LogParty = {
  id: '00u-1',
  type: 'User',
  alternateId: 'Pat@Example.com',
  displayName: 'Pat Example',
};
const APPLICATION: LogParty = { id: '0oa-1', type: 'AppInstance', alternateId: 'Atlas Wiki', displayName: 'Atlas' };
const GROUP: LogParty = { id: '00g-1', type: 'UserGroup', alternateId: 'unknown', displayName: 'Staff' };

/** Targets by type, as the System Log mixes them. */
export const TARGETS = { USER, APPLICATION, GROUP };

/** An event as the System Log shows it. */
export const aLogEvent = (eventType: string, over: Partial<LogEvent> = {}): LogEvent => ({
  uuid: 'event-1',
  published: '2026-03-10T12:00:00.000Z',
  eventType,
  displayMessage: 'Something happened',
  outcome: { result: 'SUCCESS' },
  actor: { id: '00u-admin', type: 'User', alternateId: 'admin@example.com', displayName: 'An Admin' },
  target: [APPLICATION, GROUP, USER],
  debugContext: { debugData: { changedAttributes: 'title,department' } },
  ...over,
});
