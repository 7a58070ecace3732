import { startApps } from '../sandbox/apps/server.js';
import { TARGETS } from '../test/connectors/targets/index.js';
import type { AppAddress, AppTarget } from '../test/connectors/support/app-target.js';

/** The application of one connector, in the peer's process. */
export interface PeerApp extends AppAddress {
  /** Where accounts are stored without the vendor's interface. */
  readonly control: string;
}

/** Connectors that are measured: all whose application is simulated. */
export const MEASURED: readonly AppTarget[] = TARGETS.flatMap(({ simulated }) => simulated ?? []);

/** Starts every application, without the limits of its vendor, and tells where they are on one line. */
export async function serveApplications(limits: { readonly requestsPerMinute?: number }): Promise<void> {
  const apps = await startApps({
    apps: MEASURED.map(({ name, app }) => ({
      ...app,
      name,
      dialect: { ...app.dialect, requestsPerMinute: limits.requestsPerMinute ?? 1_000_000 },
    })),
  });
  const addresses = apps.apps.map(({ name, slug, url, baseUrl, token, credentials }): PeerApp => ({
    name,
    slug,
    url,
    baseUrl,
    token,
    credentials,
    control: `${apps.url}/control/${slug}`,
  }));
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
}

/** Empties an application and gives it so many people; ids of their accounts in the order of `count`. */
export async function seedApplication(
  { control }: PeerApp,
  target: AppTarget,
  people: readonly Parameters<AppTarget['record']>[0][],
): Promise<string[]> {
  await post(`${control}/reset`, {});
  const ids: string[] = [];
  for (const profile of people) {
    const account = target.record(profile, { active: true, email: profile.email ?? '' });
    ids.push((await post(`${control}/accounts`, account)).id);
  }
  return ids;
}

async function post(url: string, body: unknown): Promise<{ id: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as { id: string };
}
