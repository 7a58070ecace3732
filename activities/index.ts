import { createAdoptionActivities, createPortionActivities } from './adoption/index.js';
import type { AdoptionActivities, PortionActivities } from './adoption/index.js';
import { createApplicationActivities as createCommandActivities } from './application-commands.js';
import type { ApplicationActivities as CommandActivities } from './application-commands.js';
import { createAppFlowActivities, createOktaCheckActivities } from './app-flows/index.js';
import type { AppFlowActivities, OktaCheckActivities } from './app-flows/index.js';
import type { ActivityDependencies } from './dependencies.js';
import { createIamConfigurationActivities, createOktaApplicationActivities } from './iam-configuration/index.js';
import type { IamConfigurationActivities, OktaApplicationActivities } from './iam-configuration/index.js';
import { createIncidentActivities } from './incidents/index.js';
import type { IncidentActivities } from './incidents/index.js';
import { createKeeperActivities } from './keeper.js';
import type { KeeperActivities } from './keeper.js';
import { createNotificationActivities } from './notifications.js';
import type { NotificationActivities } from './notifications.js';
import { createOktaEventActivities, createOktaLogActivities } from './okta-events/index.js';
import type { OktaEventActivities, OktaLogActivities } from './okta-events/index.js';
import { createReportActivities } from './report.js';
import type { ReportActivities } from './report.js';
import { createTestActivities, createTestCommandActivities } from './test-instances/index.js';
import type { TestActivities, TestCommandActivities } from './test-instances/index.js';

/** Every activity that the main task queue serves. */
export type Activities = IncidentActivities &
  AppFlowActivities &
  NotificationActivities &
  KeeperActivities &
  ReportActivities &
  AdoptionActivities &
  TestActivities &
  IamConfigurationActivities &
  OktaEventActivities;

/** Every activity that an application's task queue serves. */
export type ApplicationActivities = CommandActivities &
  PortionActivities &
  TestCommandActivities &
  OktaApplicationActivities &
  OktaCheckActivities &
  OktaLogActivities;

/** Makes the activities of an application's task queue. */
export const createApplicationActivities = (deps: ActivityDependencies): ApplicationActivities => ({
  ...createCommandActivities(deps),
  ...createPortionActivities(deps),
  ...createTestCommandActivities(deps),
  ...createOktaApplicationActivities(deps),
  ...createOktaCheckActivities(deps),
  ...createOktaLogActivities(deps),
});

/** Makes the activities of the main task queue. Those of an application's queue are made per application. */
export const createActivities = (deps: ActivityDependencies): Activities => ({
  ...createIncidentActivities(deps),
  ...createAppFlowActivities(deps),
  ...createNotificationActivities(deps),
  ...createKeeperActivities(deps),
  ...createReportActivities(deps),
  ...createAdoptionActivities(deps),
  ...createTestActivities(deps),
  ...createIamConfigurationActivities(deps),
  ...createOktaEventActivities(deps),
});
