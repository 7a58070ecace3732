import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatFault } from '../../../activities/configuration/faults.js';
import { loadConfiguration } from '../../../activities/configuration/load.js';
import { rulesOf } from '../../../domain/config/tasks.js';
import {
  PLAIN_ENVIRONMENT,
  PLAIN_ILM,
  configurationDirectory,
  errorOf,
} from '../../support/configuration-directory.js';

const KEY = 'hush-key-of-forty-characters-or-so-000000';
const PAGE = { ...PLAIN_ENVIRONMENT, ILM_CONSOLE_URL: 'https://iam.example.com', ILM_TOKEN_KEY: KEY };

test('address and secret of the decision page come from the environment where ilm.yaml leaves them out', (t) => {
  const plain = loadConfiguration(configurationDirectory(t), PLAIN_ENVIRONMENT).ilm.console;
  assert.deepEqual([plain.publicUrl, plain.tokenKey], [undefined, undefined]);

  const { publicUrl, tokenKey } = loadConfiguration(configurationDirectory(t), PAGE).ilm.console;
  assert.deepEqual([publicUrl, tokenKey], ['https://iam.example.com', KEY]);

  const own = { ...PLAIN_ILM, console: { publicUrl: 'https://own.example.com' } };
  const { ilm } = loadConfiguration(configurationDirectory(t, own), PAGE);
  assert.deepEqual([ilm.console.publicUrl, ilm.console.tokenKey], ['https://own.example.com', KEY]);
});

test('a secret that is too short is refused and not shown', (t) => {
  const error = errorOf(configurationDirectory(t), { ...PAGE, ILM_TOKEN_KEY: 'hush-short' });

  assert.match(error.message, /console\.tokenKey = \(hidden\) must be secrets of 32 characters or more/);
  assert.doesNotMatch(error.message, /hush-short/);
});

test('a kind of question has the rules of all but for its own', (t) => {
  const tasks = { default: { reminders: 5 }, kinds: { D7: { roles: ['iam-admin'], deadline: '1h' } } };
  const { ilm } = loadConfiguration(configurationDirectory(t, { ...PLAIN_ILM, tasks }), PLAIN_ENVIRONMENT);

  const plain = { roles: [], reminders: 5, remindEvery: '360m', deadline: '24h', secondApprover: false };
  assert.deepEqual(rulesOf(ilm.tasks, 'D6'), plain);
  assert.deepEqual(rulesOf(ilm.tasks, 'D7'), { ...plain, roles: ['iam-admin'], deadline: '1h' });
});

test('two approvers without the links of a page are a fault, and with one person a warning', (t) => {
  const tasks = { kinds: { D7: { secondApprover: true } } };
  const directory = configurationDirectory(t, { ...PLAIN_ILM, tasks });

  assert.match(errorOf(directory).message, /tasks\.kinds\.D7\.secondApprover = true needs the links of the decision/);
  const { warnings = [] } = loadConfiguration(directory, PAGE);
  assert.match(warnings.map(formatFault).join('\n'), /asks for two people, and only one may answer/);
});

test('roles that nobody has are a warning, an unknown kind of question a fault', (t) => {
  const lacking = { ...PLAIN_ILM, tasks: { default: { roles: ['law'] } } };
  const { warnings = [] } = loadConfiguration(configurationDirectory(t, lacking), PLAIN_ENVIRONMENT);
  assert.match(warnings.map(formatFault).join('\n'), /tasks\.default\.roles = "law" are roles that nobody/);

  const unknown = { ...PLAIN_ILM, tasks: { kinds: { D77: {} } } };
  assert.match(errorOf(configurationDirectory(t, unknown)).message, /D77/);
});

test('machine-learning without its hook is a warning', (t) => {
  const playbooks = { ...PLAIN_ILM.playbooks, userAssignmentMethod: 'machine-learning' };
  const { warnings = [] } = loadConfiguration(
    configurationDirectory(t, { ...PLAIN_ILM, playbooks }),
    PLAIN_ENVIRONMENT,
  );

  assert.match(warnings.map(formatFault).join('\n'), /asks the hook ownerSuggestion, which is not configured/);
});
