import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock, test } from 'node:test';

import { stringify } from 'yaml';

import { ConfigurationError } from '../../../activities/configuration/faults.js';
import { watchConfiguration } from '../../../activities/configuration/watch.js';
import { configurationDirectory, PLAIN_ENVIRONMENT, PLAIN_ILM } from '../../support/configuration-directory.js';

/** A watched plain configuration whose clock moves on by itself at every look. */
function watched(t: Parameters<typeof configurationDirectory>[0]) {
  let now = Date.now();
  const clock = mock.method(Date, 'now', () => (now += 2_000));
  t.after(() => clock.mock.restore());
  const directory = configurationDirectory(t);
  const reports: string[] = [];
  const configuration = watchConfiguration(directory, PLAIN_ENVIRONMENT, (message) => reports.push(message));
  const write = (ilm: object): void => writeFileSync(join(directory, 'ilm.yaml'), stringify(ilm));
  return { directory, configuration, reports, write };
}

test('a changed file is read again', (t) => {
  const { configuration, write } = watched(t);

  write({ ...PLAIN_ILM, timeZone: 'Europe/Berlin' });

  assert.equal(configuration.current().ilm.timeZone, 'Europe/Berlin');
});

test('an unchanged directory gives the same object, so that what is compiled from it is kept', (t) => {
  const { configuration } = watched(t);

  assert.equal(configuration.current(), configuration.current());
});

test('a faulty change keeps the last good state and is reported once, without secrets', (t) => {
  const { configuration, reports, write } = watched(t);
  const before = configuration.current();

  write({ ...PLAIN_ILM, timeZone: 'Moon' });

  assert.equal(configuration.current(), before);
  assert.equal(configuration.current(), before);
  assert.equal(reports.length, 1);
  assert.match(reports[0] ?? '', /ilm\.yaml:\d+: timeZone = "Moon" is no known time zone/);
  assert.doesNotMatch(reports[0] ?? '', /hush/);
});

test('a corrected change is taken up after a faulty one', (t) => {
  const { configuration, write } = watched(t);
  write({ ...PLAIN_ILM, timeZone: 'Moon' });
  configuration.current();

  write({ ...PLAIN_ILM, timeZone: 'Asia/Tokyo' });

  assert.equal(configuration.current().ilm.timeZone, 'Asia/Tokyo');
});

test('a directory that vanishes stops nothing that runs', (t) => {
  const { directory, configuration, reports } = watched(t);
  const before = configuration.current();

  rmSync(directory, { recursive: true });

  assert.equal(configuration.current(), before);
  assert.equal(reports.length, 1);
});

test('a first state that is faulty is refused', (t) => {
  const directory = configurationDirectory(t, { ...PLAIN_ILM, timeZone: 'Moon' });

  assert.throws(() => watchConfiguration(directory, PLAIN_ENVIRONMENT, () => undefined), ConfigurationError);
});
