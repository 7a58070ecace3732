import {
  connectionsOf,
  duplicateFaults,
  oktaInstances,
  takenFaults,
  targetFault,
} from '../../domain/okta/iam-configuration.js';
import type {
  ConfigurationEdit,
  ConnectedApplication,
  EditOutcome,
  OktaApplication,
} from '../../domain/okta/iam-configuration.js';
import { alive } from '../alive.js';
import type { ActivityDependencies } from '../dependencies.js';
import { toApplicationFailure } from '../failures.js';
import { findApplications } from './applications.js';

/** Which Okta instance's configuration is meant. */
export interface ConfigurationRequest {
  readonly okta: string;
}

/** The configuration in force. */
export interface ConfigurationInForce {
  readonly version: number;
  readonly rows: readonly ConnectedApplication[];
}

/** An edit that somebody wants. */
export interface EditRequest extends ConfigurationRequest {
  readonly edit: ConfigurationEdit;
}

/** An edit that is to be stored. */
export interface StoreRequest extends EditRequest {
  /** Unique per edit; a repeated one counts once. */
  readonly editId: string;
  /** Opaque id of the person. */
  readonly by: string;
  readonly known: readonly OktaApplication[];
}

/** Activities of IAM Configuration on the main task queue. */
export interface IamConfigurationActivities {
  /** Reads the rows that are in force. */
  readIamConfiguration(request: ConfigurationRequest): Promise<ConfigurationInForce>;
  /**
   * Every reason against an edit that can be told without Okta: an Okta instance that is not switched on, targets that
   * are not fit, applications or instances that would be connected twice. None = Okta may be asked.
   */
  checkIamConfigurationEdit(request: EditRequest): Promise<readonly string[]>;
  /** Applies the edit and keeps it as evidence, or says why it is refused. Safe to repeat. */
  storeIamConfigurationEdit(request: StoreRequest): Promise<EditOutcome>;
}

/** Activities of IAM Configuration on the Okta instance's task queue. */
export interface OktaApplicationActivities {
  /**
   * What Okta says of these applications; one that it does not have is missing.
   *
   * @throws RateLimited, Transient or Configuration, as the connector says
   */
  findOktaApplications(
    request: ConfigurationRequest & { readonly applicationIds: readonly string[] },
  ): Promise<readonly OktaApplication[]>;
}

/** Makes the activities of the main task queue. */
export const createIamConfigurationActivities = (deps: ActivityDependencies): IamConfigurationActivities => ({
  readIamConfiguration: async ({ okta }) => {
    const { version, rows } = await deps.store.iamConfigurations.get(okta);
    return { version, rows };
  },
  checkIamConfigurationEdit: (request) => checkEdit(deps, request),
  storeIamConfigurationEdit: (request) => storeEdit(deps, request),
});

/** Makes the activity of an application's task queue. */
export const createOktaApplicationActivities = (deps: ActivityDependencies): OktaApplicationActivities => ({
  findOktaApplications: ({ okta, applicationIds }) =>
    alive(async () => {
      try {
        return await findApplications(deps.connectors.okta(okta), applicationIds);
      } catch (error) {
        throw toApplicationFailure(error);
      }
    }),
});

async function checkEdit(
  { configuration, store }: ActivityDependencies,
  { okta, edit }: EditRequest,
): Promise<readonly string[]> {
  const { instances } = configuration.current().ilm;
  if (!oktaInstances(instances).some(({ name }) => name === okta)) {
    return [`'${okta}' is no Okta instance of ilm.yaml that is switched on.`];
  }
  const targets = connectionsOf(edit).map(({ instance }) => instance);
  const unfit = [...new Set(targets)].flatMap((target) => targetFault(instances, okta, target) ?? []);
  if (edit.kind === 'set') return [...unfit, ...duplicateFaults(edit.rows)];
  if (edit.kind === 'remove') return unfit;
  return [...unfit, ...takenFaults((await store.iamConfigurations.get(okta)).rows, edit)];
}

async function storeEdit(
  { store, clock }: ActivityDependencies,
  { okta, edit, editId, by, known }: StoreRequest,
): Promise<EditOutcome> {
  const at = clock.now().toISOString();
  const outcome = await store.iamConfigurations.apply({ okta, editId, by, at, edit, known });
  if (outcome.kind !== 'done') return outcome;
  const { version, rows } = outcome;
  await store.evidence.append([
    {
      _id: `iam-configuration/${editId}`,
      at,
      kind: 'configuration',
      cause: `by hand: ${by}`,
      instance: okta,
      action: edit.kind,
      outcome: { version, connections: rows.map(({ applicationId, instance }) => ({ applicationId, instance })) },
    },
  ]);
  return outcome;
}
