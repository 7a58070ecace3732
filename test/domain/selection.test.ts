import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appProvisioningRowSchema } from '../../domain/config.js';
import { ExpressionError } from '../../domain/expression.js';
import { ACTIVE_DIRECTORY_BRAND, compileGroups, selectInstances } from '../../domain/selection.js';
import type { ProvisioningFlow, Selection, SelectionInput } from '../../domain/selection.js';
import { aProfile } from './people.js';

const INSTANCES = [
  { name: 'Slack', brand: 'Slack IAM', enabled: true },
  { name: 'GitHub', brand: 'GitHub IAM', enabled: true },
  { name: 'Salesforce', brand: 'Salesforce IAM', enabled: false },
  { name: 'AD', brand: ACTIVE_DIRECTORY_BRAND, enabled: true },
];

const row = (instance_name: string, changes: object = {}) =>
  appProvisioningRowSchema.parse({
    instance_name,
    create_user_enabled: true,
    create_user_group: 'All',
    update_user_enabled: true,
    disable_user_enabled: true,
    ...changes,
  });

const select = async (
  flow: ProvisioningFlow,
  rows: SelectionInput['rows'],
  changes: Partial<SelectionInput> = {},
): Promise<Selection> =>
  await selectInstances({
    flow,
    rows,
    instances: INSTANCES,
    profile: aProfile(),
    groups: compileGroups({}),
    ...changes,
  });

const names = ({ selected }: Selection): string[] => selected.map(({ name }) => name);

describe('instance selection', () => {
  it('reads the flag of each flow', async () => {
    const rows = [
      row('Slack', { create_user_enabled: false, update_user_enabled: false, disable_user_enabled: false }),
      row('GitHub'),
    ];

    for (const flow of ['newHire', 'update', 'rehire', 'terminate'] as const) {
      assert.deepEqual(names(await select(flow, rows)), ['GitHub']);
    }
  });

  it('asks for the group on New Hire and Rehire only', async () => {
    const rows = [row('Slack', { create_user_group: 'engineers' })];
    const groups = compileGroups({ engineers: "title = 'Manager'" });

    assert.deepEqual(names(await select('newHire', rows, { groups })), []);
    assert.deepEqual(names(await select('rehire', rows, { groups })), []);
    assert.deepEqual(names(await select('update', rows, { groups })), ['Slack']);
    assert.deepEqual(names(await select('terminate', rows, { groups })), ['Slack']);
  });

  it('takes All in any case for everybody and any other value for a named expression', async () => {
    const rows = [row('Slack', { create_user_group: 'all' }), row('GitHub', { create_user_group: 'engineers' })];
    const groups = compileGroups({ engineers: "title = 'Engineer'" });

    assert.deepEqual(names(await select('newHire', rows, { groups })), ['Slack', 'GitHub']);
  });

  it('reads the enable flag on Rehire where the row has one, else the create flag (X7)', async () => {
    const rows = [
      row('Slack', { enable_user_enabled: false }),
      row('GitHub', { enable_user_enabled: true, create_user_enabled: false }),
    ];

    assert.deepEqual(names(await select('rehire', rows)), ['GitHub']);
    assert.deepEqual(names(await select('newHire', rows)), ['Slack']);
  });

  it('leaves Active Directory to its own branch', async () => {
    assert.deepEqual(await select('newHire', [row('AD')]), { selected: [], warnings: [] });
  });

  it('leaves out unknown and disabled instances with a warning', async () => {
    const { selected, warnings } = await select('update', [row('Salesforce'), row('Oracle'), row('Slack')]);

    assert.deepEqual(
      selected.map(({ name }) => name),
      ['Slack'],
    );
    assert.match(warnings[0] ?? '', /'Salesforce' .* disabled/);
    assert.match(warnings[1] ?? '', /'Oracle' .* not configured/);
  });

  it('drops instances on which this flow succeeded before', async () => {
    const rows = [row('Slack'), row('GitHub')];

    assert.deepEqual(names(await select('update', rows, { succeeded: new Set(['Slack']) })), ['GitHub']);
  });

  it('fails clearly on a group that nobody defined or that cannot be evaluated', async () => {
    const unknown = [row('Slack', { create_user_group: 'pilots' })];

    await assert.rejects(select('newHire', unknown), /'pilots', which is no group of ilm\.yaml/);
    await assert.rejects(
      select('newHire', unknown, { groups: compileGroups({ pilots: '$number(title) > 1' }) }),
      (error) =>
        error instanceof ExpressionError && /group 'pilots'/.test(error.message) && !/Engineer/.test(error.message),
    );
    assert.throws(() => compileGroups({ pilots: 'title = ' }), /group 'pilots' is not valid JSONata/);
  });
});
