import { downloadRows } from '../../activities/report/download.js';
import { isTerminating, openTerminations } from '../../activities/report/detect.js';
import { settingsOf } from '../../activities/report/settings.js';
import type { PreviewInput } from '../../domain/preview.js';
import type { UserProfile } from '../../domain/profile.js';
import type { CommandContext } from '../context.js';

const DOWNLOAD_LIMIT_MS = 600_000;
const LEDGER_WINDOW_MS = 24 * 60 * 60 * 1000;

/** The report of an instance as it is now. */
export async function downloadReport(context: CommandContext, instance: string): Promise<unknown> {
  const configuration = await context.configuration();
  const settings = settingsOf({ current: () => configuration }, instance);
  const rows: unknown[] = [];
  context.progress(`downloading the report of ${instance}`);
  await context.during(
    () => `downloading the report of ${instance}, ${rows.length} entries so far`,
    async () => {
      const signal = AbortSignal.timeout(DOWNLOAD_LIMIT_MS);
      for await (const batch of downloadRows(settings.instance, configuration.directory, signal)) {
        for (const row of batch) rows.push(row);
      }
    },
  );
  return { Report_Entry: rows };
}

/** Every stored profile. */
export async function storedProfiles(context: CommandContext): Promise<UserProfile[]> {
  const { people } = await context.store();
  const profiles: UserProfile[] = [];
  await context.during(
    () => `reading profiles, ${profiles.length} so far`,
    async () => {
      for await (const { profile } of people.profiles()) if (profile !== undefined) profiles.push(profile);
    },
  );
  return profiles;
}

/** What a cycle knows beside report and profiles: the last good report, open terminations, what was opened today. */
export async function storedFacts(
  context: CommandContext,
  instance: string,
  now: number,
): Promise<{ readonly facts: Partial<PreviewInput>; readonly isSynced: boolean }> {
  const store = await context.store();
  const since = new Date(now - LEDGER_WINDOW_MS).toISOString();
  const [state, terminating, openedLast24h] = await Promise.all([
    store.cycles.get(instance),
    openTerminations(store),
    store.ledger.count({ instance, since }),
  ]);
  const { lastGood, syncedAt } = state;
  return {
    facts: {
      hasOpenTerminate: isTerminating(terminating),
      openedLast24h,
      ...(lastGood === undefined ? {} : { lastGood: { rows: lastGood.rows, fields: lastGood.fields } }),
    },
    isSynced: syncedAt !== undefined,
  };
}
