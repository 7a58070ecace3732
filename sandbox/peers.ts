import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { appsEnvironment, exampleApps } from './apps/example-apps.js';
import { startApps } from './apps/server.js';
import type { SimulatedApps } from './apps/server.js';
import { DirectoryClient } from './directory-client.js';
import { startDirectory } from './directory/server.js';
import { startMailCatcher } from './mail/server.js';
import type { MailCatcher } from './mail/server.js';
import type { AdEnvironment } from './servers/active-directory.js';
import { PortBook } from './port-book.js';
import type { Progress } from './servers/progress.js';
import { startWorkday } from './workday/server.js';
import type { Workday } from './workday/server.js';

/** The simulated systems around the service, and what the example configuration wants to know about them. */
export interface Peers {
  readonly workday: Workday;
  readonly apps: SimulatedApps;
  readonly mail: MailCatcher;
  readonly ad: AdEnvironment;
  /** The simulated directory's page; null beside a real domain controller. */
  readonly directoryPage: string | null;
  /** Where the service's decision page is to listen; the links in mails lead there. */
  readonly consolePort: number;
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const COMPANY = { size: 12, contractors: 3, seed: 7 } as const;

/** Starts them on the ports of the last start, where those are free. */
export async function startPeers(options: {
  readonly dataDir: string;
  /** A real domain controller, or null: then the directory is simulated too. */
  readonly ad: AdEnvironment | null;
  readonly progress: Progress;
}): Promise<Peers> {
  const { dataDir, progress } = options;
  const ports = await PortBook.open(dataDir);
  const workday = await startWorkday({ ...COMPANY, dataDir, port: await ports.take('workday') });
  const apps = await startApps({ apps: exampleApps(), dataDir, port: await ports.take('apps') });
  const mail = await startMailCatcher({ dataDir, port: await ports.take('mail'), smtpPort: await ports.take('smtp') });
  const simulated =
    options.ad === null
      ? await startDirectory({ dataDir, port: await ports.take('ldaps'), webPort: await ports.take('directory') })
      : null;
  const consolePort = await ports.take('console');
  await ports.save();
  const ad = options.ad ?? simulated?.info;
  if (ad === undefined) throw new Error('there is no directory');
  await new DirectoryClient(ad).prepareUnits();
  progress(`Workday, applications, mail catcher: simulated${simulated === null ? '' : '; directory: simulated'}`);
  return {
    workday,
    apps,
    mail,
    ad,
    directoryPage: simulated?.webUrl ?? null,
    consolePort,
    environment: {
      ...environmentOf({ workday, apps, mail, ad }),
      ILM_CONSOLE_URL: `http://127.0.0.1:${consolePort}`,
      ILM_TOKEN_KEY: await tokenKey(dataDir),
    },
    stop: async () => {
      await Promise.allSettled([workday.stop(), apps.stop(), mail.stop(), simulated?.stop()]);
    },
  };
}

/** The secret that signs links: kept, so that links of yesterday's mails go on working. */
async function tokenKey(dataDir: string): Promise<string> {
  const file = join(dataDir, 'token-key');
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept !== '') return kept;
  const made = randomBytes(32).toString('base64url');
  await writeFile(file, made, { mode: 0o600 });
  return made;
}

/** The variables that `config/ilm.yaml` refers to, for a company of simulated systems. */
export function environmentOf({
  workday,
  apps,
  mail,
  ad,
}: Pick<Peers, 'workday' | 'apps' | 'mail' | 'ad'>): Record<string, string> {
  return {
    WORKDAY_REPORT_URL: workday.reports.employees,
    WORKDAY_CONTRACTORS_REPORT_URL: workday.reports.contractors,
    WORKDAY_USERNAME: workday.username,
    WORKDAY_PASSWORD: workday.password,
    ...appsEnvironment(apps),
    AD_LDAPS_URL: ad.AD_LDAPS_URL,
    AD_BASE_DN: ad.AD_BASE_DN,
    AD_BIND_DN: ad.AD_BIND_DN,
    AD_BIND_PASSWORD: ad.AD_BIND_PASSWORD,
    AD_CA_FILE: ad.AD_CA_FILE ?? '',
    SMTP_URL: mail.smtpUrl,
  };
}
