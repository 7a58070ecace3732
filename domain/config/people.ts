import { z } from 'zod';

import { about, emailAddress, nonEmpty } from './settings.js';

const timeOfDay = z.string().regex(/^\d{2}:\d{2}$/);

const shiftSchema = z.strictObject({
  days: z
    .array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']))
    .min(1)
    .meta(about('Days of the week.', ['mon', 'tue'])),
  from: timeOfDay.meta(about('Begin of the shift, in the zone of the person.', '08:00')),
  to: timeOfDay.meta(about('Its end.', '16:00')),
});

/** Somebody who answers tasks or owns failures. `id` is opaque: it appears in search attributes. */
export const reviewerSchema = z.strictObject({
  id: nonEmpty
    .regex(/^[a-z0-9-]+$/, 'must be letters, digits and hyphens, and name nobody')
    .meta(about('Shown where names are not, so it must name nobody.', 'reviewer-1')),
  email: emailAddress.meta(about('Address for questions, and who it is for `--as`.', 'iam-admin@example.com')),
  name: nonEmpty.meta(about('Name for mails.', 'Alex Admin')),
  roles: z
    .array(nonEmpty)
    .default([])
    .meta(about('Roles by which questions and failures find their people.', ['iam-admin', 'it-operations'])),
  shifts: z
    .array(shiftSchema)
    .default([])
    .meta(about('Weekly shifts, for `assignOnlyOnCall`.', [{ days: ['mon', 'tue'], from: '08:00', to: '16:00' }])),
  timeZone: nonEmpty.optional().meta(about('Zone of the person; left out, that of the file.', 'Europe/Berlin')),
  away: z.boolean().optional().meta(about('On leave: not chosen to own a failure.', true)),
});
export type Reviewer = z.infer<typeof reviewerSchema>;
