import type { Db } from 'mongodb';

/** The part of an incident's record that this company's hooks read. The record is documented in docs/hooks.md. */
interface IncidentRecord {
  readonly _id: string;
  readonly type: string;
  readonly userProfile: { readonly fields: Readonly<Record<string, unknown>> };
}

/** What a hook leaves for the engine. */
interface HookChange {
  readonly _id: string;
  readonly type?: string;
  readonly set?: Readonly<Record<string, string>>;
}

interface Badge {
  readonly _id: string;
  readonly personId: string;
  readonly orderedAt: string;
}

/** Activities of the company's worker. Arguments and results are ids only; data goes straight to and from the store. */
export interface HookActivities {
  /** Fills the preferred language by country, and treats garden leave as a termination. */
  suitIncident(request: { readonly incidentId: string; readonly hook: string }): Promise<void>;
  /** Orders one badge per incident, however often it is asked. */
  orderBadge(request: { readonly incidentId: string; readonly personId: string }): Promise<void>;
}

const LANGUAGES: Readonly<Record<string, string>> = { Germany: 'de', France: 'fr', Spain: 'es' };
const GARDEN_LEAVE = 'Garden Leave';

/** Makes the activities. A hook is repeated when its incident is, so each of them is safe to repeat. */
export function createHookActivities(db: Db): HookActivities {
  const incidents = db.collection<IncidentRecord>('incidents');
  const changes = db.collection<HookChange>('hook_changes');
  const badges = db.collection<Badge>('company_badges');
  return {
    suitIncident: async ({ incidentId, hook }) => {
      const incident = await incidents.findOne({ _id: incidentId }, { projection: { type: 1, userProfile: 1 } });
      if (incident === null) return;
      const change = changeFor(incident);
      const _id = `${incidentId}/${hook}`;
      if (change === null) await changes.deleteOne({ _id });
      else await changes.replaceOne({ _id }, change, { upsert: true });
    },
    orderBadge: async ({ incidentId, personId }) => {
      const order = { personId, orderedAt: new Date().toISOString() };
      await badges.updateOne({ _id: incidentId }, { $setOnInsert: order }, { upsert: true });
    },
  };
}

function changeFor({ type, userProfile }: IncidentRecord): Omit<HookChange, '_id'> | null {
  const { countryName, preferredLanguage, employmentStatus } = userProfile.fields;
  const language = LANGUAGES[String(countryName)];
  const isLeaving = type === 'IAM - Update User' && employmentStatus === GARDEN_LEAVE;
  const change = {
    ...(language === undefined || preferredLanguage !== undefined ? {} : { set: { preferredLanguage: language } }),
    ...(isLeaving ? { type: 'IAM - Terminate User' } : {}),
  };
  return Object.keys(change).length === 0 ? null : change;
}
