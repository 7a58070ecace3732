import { OKTA_BRAND } from '../../activities/connectors/okta.js';
import type { ApplicationInstance } from '../../domain/config.js';
import { startApps } from '../../sandbox/apps/server.js';
import type { SimulatedApp } from '../../sandbox/apps/server.js';
import type { Engine, EngineOptions } from './engine.js';

/** Name of the Okta instance of these tests. */
export const OKTA = 'Okta';

/** An engine whose instance `Okta` is a real connector; {@link joinOkta} gives it an organisation. */
export const OKTA_ENGINE: EngineOptions = { applications: [OKTA, 'Atlas', 'Nimbus'], brands: [OKTA_BRAND] };

/** A simulated organisation. */
export interface OktaOrganisation {
  readonly app: SimulatedApp;
  /** `settings` of an instance. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Registers an application and answers its id. */
  addApplication(label: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts an organisation without applications. */
export async function startOkta(): Promise<OktaOrganisation> {
  const apps = await startApps({ apps: [{ name: OKTA, kind: 'okta' }] });
  const app = apps.app(OKTA);
  return {
    app,
    settings: { url: app.url, apiToken: app.token },
    addApplication: async (label) => {
      const response = await fetch(`${app.baseUrl}/apps`, {
        method: 'POST',
        headers: { authorization: `SSWS ${app.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'scim2', label }),
      });
      if (!response.ok) throw new Error(`the application was refused: ${await response.text()}`);
      return ((await response.json()) as { readonly id: string }).id;
    },
    stop: () => apps.stop(),
  };
}

/** Starts an organisation and lets the engine's instance `Okta` be of it. */
export async function joinOkta(engine: Engine): Promise<OktaOrganisation> {
  const organisation = await startOkta();
  changeInstances(engine, (instance) =>
    instance.name === OKTA ? { ...instance, settings: organisation.settings } : instance,
  );
  return organisation;
}

/** Changes what `ilm.yaml` says of the engine's instances. */
export function changeInstances(engine: Engine, change: (instance: ApplicationInstance) => ApplicationInstance): void {
  const { value } = engine.configuration;
  engine.configuration.value = { ...value, ilm: { ...value.ilm, instances: value.ilm.instances.map(change) } };
}
