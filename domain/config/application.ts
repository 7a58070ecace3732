import { z } from 'zod';

import { about, connectionSettings, duration, nonEmpty, positive } from './settings.js';

const flag = (isOn: boolean, text: string) => z.boolean().default(isOn).meta(about(text));

/** Settings that every application instance has (spec connectors 1.2); its connector checks `settings` itself. */
export const applicationInstanceSchema = z.strictObject({
  name: nonEmpty.meta(about('Name of the instance, as lists and commands take it.', 'Atlas Wiki')),
  brand: nonEmpty.meta(about('Its kind: one of the brands below.', 'SCIM 2.0')),
  enabled: flag(true, 'Off leaves the instance out of every playbook.'),
  createUserEnabled: flag(true, 'Whether accounts may be created.'),
  updateUserEnabled: flag(true, 'Whether accounts may be updated.'),
  enableUserEnabled: flag(true, 'Whether accounts may be enabled.'),
  disableUserEnabled: flag(true, 'Whether accounts may be disabled.'),
  createIfNotExists: flag(true, 'Whether an update creates an account that is not there.'),
  allowEnableOnUpdate: flag(false, 'Whether an update of a person enables an inactive account.'),
  mapperIn: z
    .string()
    .optional()
    .meta(about("Mapper from the application to the profile; left out, the brand's own.", 'mappers/scim-in.yaml')),
  mapperOut: z
    .string()
    .optional()
    .meta(about("Mapper from the profile to the application; left out, the brand's own.", 'mappers/scim-out.yaml')),
  concurrency: positive.max(100).default(4).meta(about('Commands at once, per worker process.', 10)),
  commandsPerSecond: z
    .number()
    .positive()
    .max(1000)
    .default(20)
    .meta(about('Commands per second over all workers, enforced by the Temporal server.', 5)),
  requestsPerMinute: positive
    .max(100_000)
    .optional()
    .meta(
      about(
        'Requests that the application allows per minute. Each worker process spreads its requests and never sends ' +
          'more; with several, give each its share. Left out, only what the application answers holds them back.',
        600,
      ),
    ),
  requestTimeout: duration.default('30s').meta(about('How long one request may take, from when it is sent.', '60s')),
  ...connectionSettings,
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .meta(about('What only this brand knows: see its table.', { baseUrl: 'https://wiki.example.com/scim/v2' })),
});
export type ApplicationInstance = z.infer<typeof applicationInstanceSchema>;
