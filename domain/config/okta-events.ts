import { z } from 'zod';

import { OktaEventType } from '../okta/event-types.js';
import { DEFAULT_EVENT_TYPES } from '../okta/query-filter.js';
import { about, duration, nonEmpty, positive } from './settings.js';

const actors = (text: string) =>
  z
    .array(nonEmpty)
    .default([])
    .meta(about(text, ['lifecycle.service@example.com']));

/** Whose deactivations in Okta end an employment (spec okta-flows 4.3). */
const tufeSchema = z
  .strictObject({
    dropActors: actors('Ids or logins whose deactivations end no employment; has to name the account of the instance.'),
    onlyActors: actors('Ids or logins whose deactivations alone end one; empty, those of everybody else.'),
  })
  .prefault({})
  .meta(about('Which deactivations in Okta end an employment. With neither list none does.'));

/** How the events of one Okta instance are read (spec okta-flows 3). */
export const oktaEventsSchema = z.strictObject({
  instance: nonEmpty.meta(about('Name of the Okta instance under `instances`.', 'Okta')),
  enabled: z.boolean().default(true).meta(about('Off, its events are neither read nor handed over.')),
  interval: duration.default('1m').meta(about('Pause between the begin of a poll and the next one.', '30s')),
  maxFetch: positive.max(199, 'must be below 200').default(50).meta(about('Most incidents that one poll opens.', 100)),
  autoGenerateQueryFilter: z
    .boolean()
    .default(true)
    .meta(about('Ask for `eventTypes` and the connected applications; off, for `fetchQueryFilter`.')),
  eventTypes: z
    .array(z.enum(Object.values(OktaEventType)))
    .min(1, 'must name an event type')
    .default([...DEFAULT_EVENT_TYPES] as OktaEventType[])
    .meta(about('Event types that the automatic filter asks for.', [OktaEventType.Deactivation])),
  fetchQueryFilter: z
    .string()
    .default('')
    .meta(
      about(
        "Filter in Okta's language, sent as it is while the automatic one is off.",
        'eventType sw "user.lifecycle"',
      ),
    ),
  firstFetch: duration.default('0m').meta(about('How far back the very first poll reads.', '1h')),
  overlap: duration
    .default('2m')
    .meta(about('How far a new filter reads back from the newest event; known events are passed over.', '10m')),
  unknownUserPolicy: z
    .enum(['hold', 'drop'])
    .default('hold')
    .meta(about('What becomes of an event about somebody without a profile: wait for one, or be forgotten.')),
  holdFor: duration.default('24h').meta(about('How long it waits; after that, a person is asked.', '48h')),
  tufe: tufeSchema,
});
export type OktaEventsSettings = z.infer<typeof oktaEventsSchema>;
