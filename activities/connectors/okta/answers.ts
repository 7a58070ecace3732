import { z } from 'zod';

/** A user as Okta shows it. The profile's further attributes are the organisation's own. */
export const oktaUserSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().min(1),
  /** Where an asynchronous change of the status is heading. */
  transitioningToStatus: z.string().min(1).nullish(),
  profile: z.looseObject({ login: z.string().nullish(), email: z.string().nullish() }),
});
export type OktaUser = z.infer<typeof oktaUserSchema>;

/** A group of the organisation. */
export const oktaGroupSchema = z.looseObject({
  id: z.string().min(1),
  profile: z.looseObject({ name: z.string().min(1) }),
});
export type OktaGroup = z.infer<typeof oktaGroupSchema>;

/** An application as an administrator registered it in Okta. */
export const oktaAppSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().nullish(),
  label: z.string().nullish(),
  status: z.string().nullish(),
  // Nothing depends on a picture.
  _links: z
    .looseObject({
      logo: z
        .array(z.looseObject({ href: z.string() }))
        .nullish()
        .catch(null),
    })
    .nullish(),
});

/** A user within one application. `scope` is `USER` when assigned directly and `GROUP` when by a group. */
export const oktaAppUserSchema = z.looseObject({
  id: z.string().min(1),
  status: z.string().nullish(),
  scope: z.string().nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

/** Properties of the user profile, by their names. */
export const oktaUserTypeSchema = z.looseObject({
  definitions: z.looseObject({
    base: propertiesOf().nullish(),
    custom: propertiesOf().nullish(),
  }),
});

function propertiesOf() {
  const property = z.looseObject({ title: z.string().nullish(), mutability: z.string().nullish() });
  return z.looseObject({ properties: z.record(z.string(), property).nullish() });
}

const party = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish(),
  alternateId: z.string().nullish(),
  displayName: z.string().nullish(),
});

/** An event of the System Log; further members stay as they are. */
export const oktaLogEventSchema = z.looseObject({
  uuid: z.string().min(1),
  published: z.iso.datetime({ offset: true }),
  eventType: z.string().min(1),
  displayMessage: z.string().nullish(),
  outcome: z.looseObject({ result: z.string().nullish() }).nullish(),
  actor: party.nullish(),
  target: z.array(party).nullish(),
  debugContext: z.looseObject({ debugData: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});
export type OktaLogEvent = z.infer<typeof oktaLogEventSchema>;
