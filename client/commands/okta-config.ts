import { listApplications as readApplications } from '../../activities/iam-configuration/applications.js';
import { selectableApplications, selectableTargets } from '../../domain/okta/iam-configuration.js';
import type { ConnectedApplication } from '../../domain/okta/iam-configuration.js';
import type { CommandContext } from '../context.js';
import { table } from '../output.js';
import { attempt } from './iam-instance.js';
import { oktaInstance } from './okta-instance.js';

/** A configuration as it is printed. */
export interface ShownConfiguration {
  readonly okta: string;
  readonly version: number;
  readonly rows: readonly ConnectedApplication[];
}

/** `ilm okta config get`. */
export async function showConfiguration(context: CommandContext, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const { version, rows } = await (await context.store()).iamConfigurations.get(okta);
  const shown: ShownConfiguration = { okta, version, rows };
  context.print(shown, () => textOf(shown));
}

/** A configuration in words. */
export const textOf = ({ okta, version, rows }: ShownConfiguration): string =>
  rows.length === 0
    ? `No application of ${okta} is connected (version ${version}).`
    : [
        table(
          ['application', 'label', 'instance'],
          rows.map(({ applicationId, label, instance }) => [applicationId, label, instance]),
        ),
        `Version ${version}.`,
      ].join('\n\n');

/** `ilm okta config apps`: every application of the organisation that is not connected yet. */
export async function listApplications(context: CommandContext, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const connectors = await context.connectors();
  const { rows } = await (await context.store()).iamConfigurations.get(okta);
  const all = await attempt(context, okta, () => readApplications(connectors.okta(okta)));
  const free = selectableApplications(all, rows);
  context.print(free, () =>
    free.length === 0
      ? `${okta} has no application that is not connected.`
      : table(
          ['application', 'label', 'kind'],
          free.map(({ applicationId, label, name }) => [applicationId, label, name]),
        ),
  );
}

/** `ilm okta config instances`: every instance that an application can be connected to. */
export async function listInstances(context: CommandContext, given?: string): Promise<void> {
  const { name: okta } = await oktaInstance(context, given);
  const { instances } = (await context.configuration()).ilm;
  const { rows } = await (await context.store()).iamConfigurations.get(okta);
  const free = selectableTargets(instances, okta, rows).map(({ name, brand }) => ({ name, brand }));
  context.print(free, () =>
    free.length === 0
      ? 'No instance is free: switch one on in ilm.yaml, or take a connection away with `ilm okta config remove`.'
      : table(
          ['instance', 'brand'],
          free.map(({ name, brand }) => [name, brand]),
        ),
  );
}
