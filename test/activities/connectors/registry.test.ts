import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BRANDS } from '../../../activities/connectors/brands.js';
import { createConnectorRegistry } from '../../../activities/connectors/registry.js';
import { configSchema } from '../../../domain/config.js';
import { ConnectorError } from '../../../activities/connectors/types.js';
import type { Brand, ConnectorOptions } from '../../../activities/connectors/brand.js';
import type { ConnectorConfiguration, ConnectorRegistry } from '../../../activities/connectors/registry.js';
import type { UserConnector } from '../../../activities/connectors/types.js';

const APP = { name: 'App', brand: 'SCIM 2.0', settings: { baseUrl: 'https://app.example.com/scim', token: 't' } };
const AD = {
  name: 'AD',
  brand: 'Active Directory Query v2',
  updateUserEnabled: false,
  settings: { url: 'ldaps://dc.example.com', bindDn: 'a', bindPassword: 'b', baseDn: 'DC=example,DC=com' },
};

/** A configuration that a test can change while the registry is in use. */
function configurationOf(instances: readonly unknown[], mappers: Record<string, unknown> = {}) {
  const state = { directory: '/nowhere', ilm: configSchema.parse({ instances }), mappers };
  const configuration: ConnectorConfiguration = { current: () => state };
  return {
    configuration,
    change: (next: readonly unknown[]) => {
      state.ilm = configSchema.parse({ instances: next });
    },
  };
}

const registryOf = (instances: readonly unknown[], mappers?: Record<string, unknown>): ConnectorRegistry =>
  createConnectorRegistry(configurationOf(instances, mappers).configuration);

const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof ConnectorError, String(error));
    assert.equal(error.kind, 'configuration');
    return error.message;
  }
  return assert.fail('nothing was thrown');
};

test('makes one connector per instance and keeps it', () => {
  const registry = registryOf([APP, AD]);

  assert.deepEqual(registry.instances(), ['App', 'AD']);
  assert.equal(registry.get('App'), registry.get('App'));
  assert.equal(registry.get('App').brand, 'SCIM 2.0');
  assert.equal(registry.brandOf('AD'), 'Active Directory Query v2');
  assert.deepEqual(registry.flags('AD'), {
    createUserEnabled: true,
    updateUserEnabled: false,
    enableUserEnabled: true,
    disableUserEnabled: true,
    createIfNotExists: true,
  });
});

test('gives the directory and the groups only of brands that have them', () => {
  const registry = registryOf([APP, AD]);

  assert.equal(registry.directory('AD'), registry.get('AD'));
  assert.equal(registry.groups('App'), registry.get('App'));
  assert.match(
    faultOf(() => registry.directory('App')),
    /'App' \(SCIM 2.0\) is no directory/,
  );
  assert.match(
    faultOf(() => registry.groups('AD')),
    /'AD' .* offers no group commands/,
  );
});

const FAULTS: readonly (readonly [string, readonly unknown[], string, RegExp])[] = [
  ['an unknown instance', [APP], 'Other', /No instance 'Other' is configured; add it under 'instances'/],
  ['an unknown brand', [{ ...APP, brand: 'Fax' }], 'App', /'App': unknown brand 'Fax'; known are 'SCIM 2.0'/],
  ['a faulty setting', [AD, { ...APP, settings: { token: 't' } }], 'App', /'App' .*instances\[1\]\.settings\.baseUrl/],
  ['a missing mapper', [{ ...APP, mapperOut: 'mappers/x.yaml' }], 'App', /mapperOut 'mappers\/x.yaml' does not exist/],
  ['a missing certificate', [{ ...APP, caFile: 'ca.pem' }], 'App', /caFile 'ca.pem' cannot be read/],
  ['a faulty mapper', [{ ...APP, mapperOut: 'bad' }], 'App', /Mapper 'bad' of instance 'App': userName/],
  ['a faulty expression', [{ ...APP, mapperOut: 'expression' }], 'App', /Mapper 'expression' of instance 'App'/],
];

for (const [title, instances, instance, expected] of FAULTS) {
  test(`names instance and path of ${title}`, () => {
    const mappers = { bad: { userName: { fild: 'x' } }, expression: { userName: { expression: '(((' } } };

    assert.match(
      faultOf(() => registryOf(instances, mappers).get(instance)),
      expected,
    );
  });
}

test('replaces the connector of an instance whose configuration changed, and closes the old one', async () => {
  const closed: string[] = [];
  const [scim] = BRANDS;
  assert.ok(scim !== undefined);
  const watched: Brand = {
    ...scim,
    create: (settings, options, fault) => {
      const connector: UserConnector = scim.create(settings, options, fault);
      return { ...connector, close: () => Promise.resolve(void closed.push(options.instanceName)) };
    },
  };
  const { configuration, change } = configurationOf([APP, { ...APP, name: 'Same' }]);
  const registry = createConnectorRegistry(configuration, { brands: [watched] });
  const [before, same] = [registry.get('App'), registry.get('Same')];

  change([
    { ...APP, settings: { ...APP.settings, token: 'new' } },
    { ...APP, name: 'Same' },
  ]);

  assert.notEqual(registry.get('App'), before);
  assert.equal(registry.get('Same'), same);
  assert.deepEqual(closed, ['App']);
  await registry.close();
  assert.deepEqual(closed.sort(), ['App', 'App', 'Same']);
});

test('counts what an instance was sent on when its settings change', async () => {
  const [scim] = BRANDS;
  assert.ok(scim !== undefined);
  const options: ConnectorOptions[] = [];
  const watched: Brand = {
    ...scim,
    create: (settings, given, fault) => {
      options.push(given);
      return scim.create(settings, given, fault);
    },
  };
  const { configuration, change } = configurationOf([{ ...APP, requestsPerMinute: 2 }]);
  const registry = createConnectorRegistry(configuration, { brands: [watched] });
  const send = (given: ConnectorOptions | undefined): Promise<string> | undefined =>
    given?.pace?.run('a request', new AbortController().signal, () => Promise.resolve('sent'));
  registry.get('App');
  await send(options[0]);

  change([{ ...APP, requestsPerMinute: 2, requestTimeout: '5s' }]);
  registry.get('App');

  await assert.rejects(async () => send(options[1]), { kind: 'rate-limited' });
  change([APP]);
  registry.get('App');
  assert.equal(await send(options[2]), 'sent');
});

test('reads timeouts as the configuration writes them', () => {
  const seen: number[] = [];
  const [scim] = BRANDS;
  assert.ok(scim !== undefined);
  const watched: Brand = {
    ...scim,
    create: (settings, options, fault) => {
      seen.push(options.requestTimeoutMs);
      return scim.create(settings, options, fault);
    },
  };
  const times = ['250ms', '30s', '2 minutes', '1.5h'];
  const instances = times.map((requestTimeout) => ({ ...APP, name: requestTimeout, requestTimeout }));
  const registry = createConnectorRegistry(configurationOf(instances).configuration, { brands: [watched] });

  registry.instances().forEach((name) => registry.get(name));

  assert.deepEqual(seen, [250, 30_000, 120_000, 5_400_000]);
});

test('describes every brand: its settings, and default maps that compile', () => {
  for (const brand of BRANDS) {
    assert.ok(brand.summary.endsWith('.'), brand.name);
    assert.ok(Object.keys(brand.settings).length > 0, brand.name);
  }
  assert.equal(new Set(BRANDS.map(({ name }) => name)).size, BRANDS.length);
});
