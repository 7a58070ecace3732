import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes.js';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
  readonly environment?: Readonly<Record<string, string>>;
}
const { services } = parse(textOf('docker-compose.yml')) as { services: Readonly<Record<string, Service>> };

test('docker-compose.yml fits the compose specification and the good practices of its linter', () => {
  // Services stand in the order in which they start, and keys in the order in which they are read.
  const orders = [
    'service-keys-order',
    'service-dependencies-alphabetical-order',
    'services-alphabetical-order',
    'top-level-properties-order',
  ];
  const linter = join(ROOT, 'node_modules', 'dclint', 'bin', 'dclint.cjs');

  const { stdout, status } = spawnSync(
    process.execPath,
    [linter, 'docker-compose.yml', '--max-warnings', '0', ...orders.flatMap((rule) => ['--disable-rule', rule])],
    { cwd: ROOT, encoding: 'utf8' },
  );

  assert.equal(status, 0, stdout);
});

test('services wait only for services that are there and that can tell when they are ready', () => {
  for (const [name, { depends_on: dependencies = {} }] of Object.entries(services)) {
    for (const [other, { condition }] of Object.entries(dependencies)) {
      const dependency = services[other];
      assert.ok(dependency, `${name} waits for ${other}, which is not there`);
      if (condition === 'service_healthy') assert.ok(dependency.healthcheck, `${other} cannot be asked for its health`);
      else assert.equal(condition, 'service_completed_successfully');
    }
  }
});

test('services listen on this machine only', () => {
  for (const { ports = [] } of Object.values(services)) for (const port of ports) assert.match(port, /^127\.0\.0\.1:/);
});

test('the decision page listens where the links of mails lead, with the same answers about it for page and worker', () => {
  const { command = [], ports = [], environment = {} } = services['console'] ?? {};
  const [, url = ''] = /^\$\{ILM_CONSOLE_URL:-(.*)\}$/.exec(environment['ILM_CONSOLE_URL'] ?? '') ?? [];

  assert.deepEqual(command, ['ilm', 'console', '--listen', '0.0.0.0:8090']);
  assert.deepEqual(ports, [`127.0.0.1:${new URL(url).port}:8090`]);
  for (const [name, value] of Object.entries(environment)) {
    assert.equal(services['worker']?.environment?.[name], value, name);
  }
});

test('the scripts in docker-compose.yml are shell scripts without a fault', () => {
  const scripts = Object.values(services).filter(({ entrypoint }) => entrypoint?.[0] === '/bin/sh');

  for (const { command } of scripts) {
    execFileSync('/bin/sh', ['-n'], { input: (command?.[0] ?? '').replaceAll('$$', '$'), stdio: 'pipe' });
  }
  assert.equal(scripts.length, 2);
});

test('docker-compose.yml registers exactly the search attributes of the engine', () => {
  const script = services['temporal-setup']?.command?.[0] ?? '';
  const registered = [...script.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name, type]) => [name, type]);

  const types = { KEYWORD: 'Keyword', KEYWORD_LIST: 'KeywordList' };
  assert.deepEqual(
    registered,
    Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, types[type]]),
  );
});

/** Read by the decision page itself, wherever the configuration is. */
const DECISION_PAGE = ['ILM_CONSOLE_URL', 'ILM_TOKEN_KEY'];

test('.env.example names every variable of the example configuration and of the decision page, and no other', () => {
  const files = readdirSync(join(ROOT, 'config'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  );
  const lines = files.flatMap((file) => textOf(join('config', file)).split('\n'));
  const settings = lines.filter((line) => !line.trimStart().startsWith('#')).join('\n');
  const wanted = new Set([...settings.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
  const named = [...textOf('.env.example').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(([, name]) => name);

  assert.deepEqual(named.sort(), [...wanted, ...DECISION_PAGE].sort());
});

test('the Dockerfile has no fault that a linter knows', () => {
  assert.deepEqual(validate(textOf('Dockerfile')), []);
});

test('the Dockerfile copies only what is there and what .dockerignore lets through', () => {
  const offered = textOf('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));

  for (const copy of DockerfileParser.parse(textOf('Dockerfile')).getCOPYs()) {
    if (copy.getFlags().some((flag) => flag.getName() === 'from')) continue;
    const sources = copy.getArguments().slice(0, -1);
    for (const source of sources.map((argument) => argument.getValue())) {
      assert.ok(existsSync(join(ROOT, source)), `${source} does not exist`);
      assert.ok(offered.includes(source.split('/')[0] ?? ''), `${source} is ignored`);
    }
  }
});

test('the image runs a supported Node, not as root, in UTC, and starts what the build makes', () => {
  const dockerfile = DockerfileParser.parse(textOf('Dockerfile'));
  const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
  const tags = dockerfile.getFROMs().map((from) => from.getImageTag() ?? '');
  const last = (keyword: string): string =>
    dockerfile
      .getInstructions()
      .filter((instruction) => instruction.getKeyword() === keyword)
      .at(-1)
      ?.getArgumentsContent() ?? '';

  assert.equal(new Set(tags).size, 1);
  assert.ok(Number.parseInt(tags[0] ?? '', 10) >= Number.parseInt(engines.node.replace('>=', ''), 10));
  assert.equal(last('USER'), 'node');
  assert.match(last('ENV'), /TZ=UTC/);
  const command = JSON.parse(last('CMD')) as string[];
  assert.ok(existsSync(join(ROOT, (command.at(-1) ?? '').replace(/^dist\/(.*)\.js$/, '$1.ts'))));
});
