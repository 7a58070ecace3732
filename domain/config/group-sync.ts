import { z } from 'zod';

import { about, duration, emailAddress, nonEmpty, positive } from './settings.js';

/** How Group Sync runs (spec okta-flows 9). Which groups go where is in the list `app-group-sync-settings`. */
export const groupSyncSchema = z
  .strictObject({
    oktaInstance: nonEmpty.default('Okta').meta(about('The Okta instance whose groups are followed.', 'Okta')),
    every: duration.optional().meta(about('Time between two runs; left out, only `ilm groups sync` starts one.', '1h')),
    overlap: duration
      .default('2m')
      .meta(about('How far back behind the last run the log is read, for events that show up late.', '5m')),
    fullComparisonEvery: positive
      .default(24)
      .meta(about('Every how many runs a group is compared as a whole, rather than by what the log says.', 12)),
    removeUnknown: z
      .boolean()
      .default(true)
      .meta(about('Whether a comparison also removes accounts that belong to no person whom the engine knows.', false)),
    removals: z
      .strictObject({
        count: z.number().int().min(0).default(10).meta(about('Most removals; the larger of the two counts.', 25)),
        percent: z
          .number()
          .min(0)
          .max(100)
          .default(10)
          .meta(about('The same as a share of the members of the group.', 5)),
      })
      .prefault({})
      .meta(about('What one run may remove from one group without a person.')),
    notify: z
      .array(emailAddress)
      .default([])
      .meta(about('Who gets the report on differences that a comparison repaired.', ['it@example.com'])),
  })
  .prefault({})
  .meta(about('Group Sync: members of groups in Okta become members of groups in applications.'));
