import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';

import { ilmProcess } from '../../support/command-line.js';
import type { Finding } from '../../../client/commands/finding.js';
import type { Desk } from './desk.js';

/** `ilm check`, with connections that work and with ones that fail. */
export function checkCommands(desk: () => Desk): void {
  test('a check of working connections finds nothing but that no cycle has made a profile yet', async (t) => {
    const findings = await desk().json<Finding[]>(t, 'check');
    const { out } = await desk().run(t, 0, 'check');

    assert.deepEqual(
      findings.filter(({ state }) => state !== 'warning').map(({ what, state }) => [what, state]),
      [...WORKING, 'Active Directory', 'Atlas Wiki', 'Nimbus Chat'].map((what) => [what, 'ok']),
    );
    assert.match(notesOf(findings, 'MongoDB'), /No profile is stored\. The first run of a report only makes profiles/);
    assert.match(notesOf(findings, 'cycle Workday'), /^It does not run\. Start it with: ilm report start "Workday"$/);
    assert.match(out, /^WHAT +STATE +MS +NOTE\n/);
  });

  test('a check finds columns that the report lacks, and a generator whose passwords the domain refuses', async (t) => {
    const config = process.env['ILM_CONFIG'] ?? '';
    const people = desk().company.workday.rows('employees');
    const setRehired = async (value: string): Promise<void> => {
      for (const { Email_Address: email = '' } of people) {
        await desk().hr('update', { email, fields: { Rehired_Employee: value } });
      }
    };
    await setRehired('');
    const before = readFileSync(`${config}/ilm.yaml`, 'utf8');
    writeFileSync(`${config}/ilm.yaml`, before.replace('playbooks:\n', 'playbooks:\n  passwordGenerator: weak.mjs\n'));
    writeFileSync(`${config}/weak.mjs`, "export const generatePassword = () => 'secret';");

    const { out } = await desk().run(t, 1, 'check', '--json');

    writeFileSync(`${config}/ilm.yaml`, before);
    await setRehired('No');
    const findings = JSON.parse(out) as Finding[];
    assert.match(
      notesOf(findings, 'report Workday'),
      /No entry has a value in Rehired_Employee \(rehiredEmployee\)\. Is the column in the report/,
    );
    assert.match(
      notesOf(findings, 'Active Directory'),
      /A password of the generator is shorter than the domain demands\. Correct playbooks\.passwordGenerator/,
    );
  });

  test('every connection that fails is a fault with its reason, all at once, and no secret is shown', async () => {
    const env = {
      ...desk().company.environment,
      ATLAS_WIKI_TOKEN: 'hush-token',
      AD_BIND_PASSWORD: 'hush-bind',
      WORKDAY_PASSWORD: 'hush-report',
      NIMBUS_CHAT_URL: NOBODY,
      SMTP_URL: 'smtp://user:hush-mail@127.0.0.1:9',
      TEMPORAL_ADDRESS: '127.0.0.1:9',
    };

    const { code, out, err } = await ilmProcess(['check', '--json'], { env });

    const findings = JSON.parse(out) as Finding[];
    assert.equal(code, 1, err);
    const failed = findings.filter(({ state }) => state === 'fault');
    assert.deepEqual(failed.map(({ what }) => what).sort(), [
      'Active Directory',
      'Atlas Wiki',
      'Nimbus Chat',
      'Temporal',
      'mail server',
      'report Workday',
    ]);
    for (const { what, note } of failed) assert.match(note, /\. |\.$/, what);
    assert.match(notesOf(findings, 'Temporal'), /127\.0\.0\.1:9 does not answer\. Set TEMPORAL_ADDRESS/);
    assert.doesNotMatch(`${out}${err}`, /hush/);
  });
}

const WORKING = ['configuration', 'Temporal', 'mail server', 'report Workday'];
const NOBODY = 'http://127.0.0.1:9/scim/v2';

const notesOf = (findings: readonly Finding[], about: string): string =>
  findings
    .filter(({ what }) => what === about)
    .map(({ note }) => note)
    .join('\n');
