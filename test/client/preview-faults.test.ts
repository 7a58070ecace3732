import assert from 'node:assert/strict';
import { test } from 'node:test';

import { filesOf, ilm } from '../support/command-line.js';

test('reports the faults of all files and options at once', async (t) => {
  const file = filesOf(t, {
    'report.json': { Report_Entry: 'none' },
    'profiles.json': [
      { email: 'robin', isProcessed: 'true', sourcePriority: 1.5 },
      'somebody',
      { adAccountStatus: 'enabled', title: ['a', 'b'], sourceKeys: [{ source: 'Workday' }] },
    ],
    'params.yaml': 'fetchLimit: many\ndaysBeforeHireToSinc: 3\ntimeZone: Mars\nworkdayDateFormat: "%d"\npassword: 1\n',
  });
  const at = (name: string) => file(name);

  const { code, out, err } = await ilm(
    t,
    ...['report', 'preview', '--report', at('report.json'), '--profiles', at('profiles.json')],
    ...['--params', at('params.yaml'), '--now', 'tomorrow', '--json'],
  );

  assert.equal(code, 2);
  const { faults } = JSON.parse(out) as { faults: Record<string, unknown>[] };
  const told = faults.map(({ option, file: name, line, path, value }) => ({
    place: option ?? String(name).replace(/.*\//, ''),
    ...(line === undefined ? {} : { line }),
    ...(path === undefined ? {} : { path }),
    ...(value === undefined ? {} : { value }),
  }));
  assert.deepEqual(told, [
    { place: '--now', value: '"tomorrow"' },
    { place: 'params.yaml', line: 1, path: 'fetchLimit', value: '"many"' },
    { place: 'params.yaml', line: 2, path: 'daysBeforeHireToSinc', value: '3' },
    { place: 'params.yaml', line: 3, path: 'timeZone', value: '"Mars"' },
    { place: 'params.yaml', line: 4, path: 'workdayDateFormat', value: '"%d"' },
    { place: 'params.yaml', line: 5, path: 'password', value: '(hidden)' },
    { place: 'report.json', path: 'Report_Entry' },
    { place: 'profiles.json', path: '[0].email', value: '"robin"' },
    { place: 'profiles.json', path: '[0].isProcessed', value: '"true"' },
    { place: 'profiles.json', path: '[0].sourcePriority', value: '1.5' },
    { place: 'profiles.json', path: '[1]' },
    { place: 'profiles.json', path: '[2].adAccountStatus', value: '"enabled"' },
    { place: 'profiles.json', path: '[2].title', value: 'a list of 2' },
    { place: 'profiles.json', path: '[2].sourceKeys', value: 'a list of 1' },
  ]);
  for (const fault of faults) assert.match(String(fault['remedy']), /^[A-Z].*\.$/);
  assert.equal(err.trim().split('\n').length, faults.length, 'every fault on a line of its own');
  assert.match(err, /daysBeforeHireToSinc = 3 is not a known setting\. Did you mean 'daysBeforeHireToSync'\?/);
});

for (const [what, text, line] of [
  ['a comma too many', '[\n{"email": "a@example.com"},\n]', 3],
  ['a value too few', '[\n{"email": "a@example.com", "employeeId": }\n]', 2],
  ['an end too early', '[\n{"email": "a@example.com"}\n', 2],
  ['no JSON at all', 'email;employeeId\n', 1],
] as const) {
  test(`names the line of ${what}, without quoting the file`, async (t) => {
    const file = filesOf(t, { 'report.json': { Report_Entry: [] }, 'profiles.json': text });

    const { code, err } = await ilm(
      t,
      ...['report', 'preview', '--report', file('report.json'), '--profiles', file('profiles.json')],
    );

    assert.equal(code, 2);
    assert.equal(err, `${file('profiles.json')}:${line}: is not valid JSON. Correct the text at this line.\n`);
  });
}

test('says which file cannot be read', async (t) => {
  const { code, err } = await ilm(
    t,
    'report',
    'preview',
    '--report',
    '/nowhere/report.json',
    '--params',
    '/nowhere/p.yaml',
  );

  assert.equal(code, 2);
  assert.deepEqual(err.trim().split('\n'), [
    '--params: /nowhere/p.yaml cannot be read (ENOENT). Name a file that exists and may be read.',
    '--report: /nowhere/report.json cannot be read (ENOENT). Name a file that exists and may be read.',
  ]);
});
