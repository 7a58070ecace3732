import { startApps } from '../../../sandbox/apps/server.js';
import { optionsOf } from './app-target.js';
import { settingFault } from './faults.js';
import { recordingProxy } from './recording-proxy.js';
import type { UserConnector } from '../../../activities/connectors/types.js';
import type { SimulatedApp } from '../../../sandbox/apps/server.js';
import type { AppTarget } from './app-target.js';
import type { RecordingProxy } from './recording-proxy.js';

/** A simulated application, a connector to it, and what goes between them. */
export interface RecordedApp {
  readonly app: SimulatedApp;
  readonly connector: UserConnector;
  readonly proxy: RecordingProxy;
  close(): Promise<void>;
}

/**
 * As `openApp`, with a recording proxy for the application's base address; `basePath` as in {@link recordingProxy}.
 * Whatever the settings take from elsewhere, such as the address for tokens, is not recorded, unless `place` says that
 * the proxy stands for the application's whole address.
 */
export async function openRecordedApp(
  target: Pick<AppTarget, 'app' | 'brand' | 'mapperOut' | 'settings'>,
  basePath: string,
  place: 'baseUrl' | 'url' = 'baseUrl',
): Promise<RecordedApp> {
  const apps = await startApps({ apps: [{ ...target.app, name: 'App' }] });
  const app = apps.app('App');
  const proxy = await recordingProxy(app[place], basePath);
  const settings = target.settings({ ...app, [place]: proxy.url });
  const connector = target.brand.create(settings, optionsOf(target.brand, target.mapperOut), settingFault);
  return {
    app,
    connector,
    proxy,
    close: async () => {
      await connector.close();
      await proxy.close();
      await apps.stop();
    },
  };
}
