import { ApplicationFailure } from '@temporalio/workflow';

import { FailureType } from '../domain/failures.js';
import { connectionsOf, sameInstance } from '../domain/okta/iam-configuration.js';
import type { ConfigurationEdit } from '../domain/okta/iam-configuration.js';
import { isOpaqueId } from './opaque-id.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Refuses what is no edit, before anything of it is recorded: a shape that nobody understands, a sender who is no opaque
 * id, an application that would be connected to the Okta instance that it is in.
 *
 * @throws EditRefused in words for the sender
 */
export function checkEditGiven(okta: string, given: unknown): void {
  const { edit, by } = fieldsOf(given);
  if (!isEdit(edit)) {
    throw refused(
      'An edit is { kind: "add", applicationId, instance }, { kind: "remove", instance } or ' +
        '{ kind: "set", rows: [{ applicationId, instance }], version? }, with texts.',
    );
  }
  if (!isOpaqueId(by)) throw refused('`by` has to be the id of a person in ilm.yaml.');
  if (connectionsOf(edit).some(({ instance }) => instance === okta)) throw refused(sameInstance(okta));
}

const refused = (message: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.EditRefused, message, nonRetryable: true });

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

function isEdit(edit: unknown): edit is ConfigurationEdit {
  const { kind, instance, rows, version } = fieldsOf(edit);
  switch (kind) {
    case 'add':
      return isConnection(edit);
    case 'remove':
      return typeof instance === 'string';
    case 'set':
      return Array.isArray(rows) && rows.every(isConnection) && (version === undefined || Number.isInteger(version));
    default:
      return false;
  }
}

const isConnection = (value: unknown): boolean => {
  const { applicationId, instance } = fieldsOf(value);
  return typeof applicationId === 'string' && typeof instance === 'string';
};
