import { compileIncomingMap, compileOutgoingMap } from '../../../activities/connectors/maps.js';
import { isGroupConnector } from '../../../activities/connectors/registry.js';
import { startApps } from '../../../sandbox/apps/server.js';
import { settingFault } from './faults.js';
import type { Brand, ConnectorOptions } from '../../../activities/connectors/brand.js';
import type { UserConnector } from '../../../activities/connectors/types.js';
import type { MapperDefinition } from '../../../domain/mapper-definition.js';
import type { UserProfile } from '../../../domain/profile.js';
import type { AppsOptions, SimulatedApp } from '../../../sandbox/apps/server.js';
import type { AccountSeen, ContractApplication, ContractGroups } from '../contract-application.js';
import type { ContractTarget } from '../contract.js';

type AppRecord = Readonly<Record<string, unknown>>;

/** What an instance's settings need to know of a running application. */
export type AppAddress = Pick<SimulatedApp, 'name' | 'slug' | 'url' | 'baseUrl' | 'token' | 'credentials'>;

/** A brand and the simulated application that its connector is tried against. */
export interface AppTarget {
  /** Heads the column of the table. */
  readonly name: string;
  readonly brand: Brand;
  /** The outgoing map, where the cases need another one than the brand's own. */
  readonly mapperOut?: MapperDefinition;
  /** Kind and dialect of the simulated application. */
  readonly app: Omit<AppsOptions['apps'][number], 'name'>;
  /** `settings` of the instance, for one running application. */
  settings(app: AppAddress): Readonly<Record<string, unknown>>;
  /** A profile as an account in the vendor's own shape. */
  record(profile: UserProfile, options: { readonly active: boolean; readonly email: string }): AppRecord;
  /** An account in the vendor's own shape as the cases look at it. */
  seen(user: AppRecord): AccountSeen;
  /** Whether two accounts can bear one key that the connector searches by. */
  readonly sharesKeys: boolean;
  /** Whether the connector fetches its token, so that a refused one can be fetched anew. */
  readonly fetchesToken: boolean;
  /** Requests that one update of a known account takes at least; two, to read and to write, where not told. */
  readonly leastRequestsPerUpdate?: number;
  /** Whether its connector has commands for groups, whose members the application keeps as SCIM does. */
  readonly groups?: Pick<ContractGroups, 'tellsMembersApart'>;
  /** What distinguishes this vendor's people, on top of {@link somebody}. */
  person?(profile: UserProfile): UserProfile;
  /** Differences from what most vendors do. */
  readonly differences?: Partial<
    Pick<ContractApplication, 'createsActive' | 'prefersActive' | 'faults' | 'disabledIsGone'>
  >;
}

/** A column of the conformance table: a fresh application and connector for each case. */
export const appTarget = (target: AppTarget): ContractTarget => ({
  name: target.name,
  simulated: target,
  open: (habits = {}, options = {}) =>
    openApplication({ ...target, app: { ...target.app, dialect: { ...target.app.dialect, ...habits } } }, options),
});

/** A running simulated application and a connector of the brand to it. */
export async function openApp(
  target: Pick<AppTarget, 'app' | 'brand' | 'mapperOut' | 'settings'>,
  options: Partial<ConnectorOptions> = {},
): Promise<{ readonly app: SimulatedApp; readonly connector: UserConnector; close(): Promise<void> }> {
  const apps = await startApps({ apps: [{ ...target.app, name: 'App' }] });
  const app = apps.app('App');
  const connector = target.brand.create(
    target.settings(app),
    { ...optionsOf(target.brand, target.mapperOut), ...options },
    settingFault,
  );
  return {
    app,
    connector,
    close: async () => {
      await Promise.all([connector.close(), apps.stop()]);
    },
  };
}

/** Options of a connector as the registry would give them, with the brand's own maps unless told otherwise. */
export const optionsOf = (brand: Brand, mapperOut = brand.defaultMapperOut): ConnectorOptions => ({
  instanceName: 'App',
  outgoing: compileOutgoingMap(mapperOut, "'test out'"),
  incoming: compileIncomingMap(brand.defaultMapperIn, "'test in'"),
  requestTimeoutMs: 5_000,
  insecure: false,
  proxy: false,
});

/** A person whom nobody has used yet; `count` makes one different from another. */
export function somebody(count: number): UserProfile {
  const email = `p${count}@example.com`;
  return {
    email,
    username: email,
    employeeId: `E${count}`,
    givenName: 'Pat',
    surname: `Example${count}`,
    displayName: `Pat Example${count}`,
  };
}

async function openApplication(target: AppTarget, options: Partial<ConnectorOptions>): Promise<ContractApplication> {
  const { app, connector, close } = await openApp(target, options);
  let count = 0;
  return {
    connector,
    app,
    createsActive: true,
    prefersActive: true,
    sharesKeys: target.sharesKeys,
    person: (changes = {}) => {
      const profile = somebody(++count);
      return { ...(target.person?.(profile) ?? profile), ...changes };
    },
    seed: (profile, { active, sharing }) =>
      Promise.resolve(app.addUser(target.record(profile, { active, email: (sharing ?? profile).email ?? '' })).id),
    accountsOf: ({ email }) =>
      Promise.resolve(
        app
          .users()
          .map((user) => target.seen(user))
          .filter((account) => account.email === email),
      ),
    writes: () => app.requests().filter(({ method, path }) => method !== 'GET' && !path.includes('token')).length,
    ...(target.groups !== undefined && isGroupConnector(connector)
      ? { groups: { connector, ...target.groups, ...groupsIn(app) } }
      : {}),
    ...target.differences,
    faults: {
      loseNextCreation: () => app.addFault({ kind: 'cut-after', method: 'POST' }),
      limitNextSearch: (retryAfterSeconds) => app.addFault({ kind: 'rate-limit', method: 'GET', retryAfterSeconds }),
      ...(target.fetchesToken ? { expireToken: () => app.addFault({ kind: 'unauthorized' }) } : {}),
      ...target.differences?.faults,
    },
    close,
  };
}

const groupsIn = (app: SimulatedApp): Pick<ContractGroups, 'membersOf' | 'seed'> => ({
  seed: (displayName, members) => Promise.resolve(app.addGroup(displayName, members).id),
  membersOf: (id) => {
    const members = app.groups().find((group) => group.id === id)?.['members'] ?? [];
    return Promise.resolve((members as readonly { readonly value: string }[]).map(({ value }) => value));
  },
});
