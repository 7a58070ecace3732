import { randomUUID } from 'node:crypto';

import { MockActivityEnvironment } from '@temporalio/testing';

import { createActivities, createApplicationActivities } from '../../activities/index.js';
import type { HandOverReport } from '../../activities/okta-events/hand-over.js';
import type { OktaEventsRequest } from '../../activities/okta-events/index.js';
import type { ReadReport } from '../../activities/okta-events/read.js';
import type { IncidentDocument } from '../../activities/store/incident-document.js';
import type { Store } from '../../activities/store/index.js';
import { OktaEventType } from '../../domain/okta/event-types.js';
import { configSchema } from '../../domain/config.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';
import type { Engine } from './engine.js';
import { OKTA, joinOkta } from './okta.js';
import type { OktaOrganisation } from './okta.js';

/** The account whose token the simulated organisation's service uses. */
export const SERVICE_LOGIN = 'lifecycle.service@example.com';

/** An event that a test writes to the log; what it leaves out is as usual. */
export interface WrittenEvent {
  readonly uuid?: string;
  readonly published?: string;
  readonly eventType?: string;
  readonly target?: readonly object[];
  readonly actor?: object;
  readonly outcome?: object;
}

/** What `oktaEvents` says in these tests: deactivations, except the service's own. */
export const DEACTIVATIONS = {
  instance: OKTA,
  interval: '200ms',
  eventTypes: [OktaEventType.Deactivation],
  tufe: { dropActors: [SERVICE_LOGIN] },
} as const;

/** A deactivation that an administrator made in Okta. */
export const deactivationOf = (login: string, over: WrittenEvent = {}): WrittenEvent => ({
  uuid: randomUUID(),
  eventType: OktaEventType.Deactivation,
  target: [{ id: `00u-${login}`, type: 'User', alternateId: login, displayName: 'Pat Example' }],
  ...over,
});

/** Writes events to the log; they become visible in their order. Their actor is the administrator. */
export async function logEvents(app: SimulatedApp, events: readonly WrittenEvent[]): Promise<void> {
  const portion = 500;
  for (let index = 0; index < events.length; index += portion) {
    const answer = await callAsAdministrator(app, 'POST', '/logs', events.slice(index, index + portion));
    if (!answer.ok) throw new Error(`the events were refused: ${await answer.text()}`);
  }
}

/** A request of an administrator, past our connector. */
export async function callAsAdministrator(
  app: SimulatedApp,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return await fetch(app.baseUrl + path, {
    method,
    headers: { authorization: `SSWS ${app.slug}-administrator-token`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Stores people with a profile and nothing else. */
export async function givenPeople({ people }: Store, emails: readonly string[]): Promise<void> {
  await people.collection.insertMany(
    emails.map((email) => ({
      _id: `person-${email}`,
      personId: `person-${email}`,
      keys: [`Workday|${email}`],
      emailKey: email.toLowerCase(),
      employeeKey: `Workday|${email}`,
      profile: {
        email,
        username: email,
        employeeId: email,
        displayName: email,
        active: true,
        sourceOfTruth: 'Workday',
      },
      version: 1,
      queue: [],
      fence: 0,
      gone: [],
    })),
  );
}

/** An engine whose Okta instance is of a simulated organisation, read and handed over step by step. */
export class PolledOkta {
  readonly #environment = new MockActivityEnvironment();

  private constructor(
    readonly engine: Engine,
    readonly organisation: OktaOrganisation,
  ) {}

  static async join(engine: Engine, settings: object = DEACTIVATIONS): Promise<PolledOkta> {
    const polled = new PolledOkta(engine, await joinOkta(engine));
    polled.configure(settings);
    return polled;
  }

  get app(): SimulatedApp {
    return this.organisation.app;
  }

  /** What `oktaEvents` says from now on. */
  configure(settings: object): void {
    const { configuration } = this.engine;
    const { oktaEvents } = configSchema.parse({ oktaEvents: [{ ...DEACTIVATIONS, ...settings }] });
    configuration.value = { ...configuration.value, ilm: { ...configuration.value.ilm, oktaEvents } };
  }

  async read(): Promise<ReadReport> {
    const { readOktaEvents } = createApplicationActivities(this.engine.deps);
    return await this.#environment.run<[OktaEventsRequest], ReadReport, typeof readOktaEvents>(readOktaEvents, {
      okta: OKTA,
    });
  }

  async handOver(): Promise<HandOverReport> {
    const { handOverOktaEvents } = createActivities(this.engine.deps);
    return await this.#environment.run<[OktaEventsRequest], HandOverReport, typeof handOverOktaEvents>(
      handOverOktaEvents,
      { okta: OKTA },
    );
  }

  /** Incidents that came from Okta, oldest first. */
  async incidents(): Promise<IncidentDocument[]> {
    return await this.engine.store.incidents.oldest({ eventKey: /^okta\// }, 1_000);
  }

  /** Forgets everything that was read and opened, and what the organisation logged. */
  async clear(): Promise<void> {
    const { db } = this.engine.store.database;
    for (const name of ['okta_events', 'okta_cursors', 'incidents', 'people']) await db.collection(name).deleteMany({});
    this.app.reset();
    this.configure({});
  }
}
