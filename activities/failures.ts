import { ApplicationFailure } from '@temporalio/common';
import { FailureType } from '../domain/failures.js';
import { ConnectorError, ConnectorErrorKind } from './connectors/types.js';

/** Longest wait that an application's own delay is followed for (spec connectors 1.9). */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

/** Raised when a person's turn belongs to another incident. Not retryable: the run queues again. */
export const turnLost = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: FailureType.TurnLost,
    message: "the person's turn belongs to another incident",
    nonRetryable: true,
  });

/** Raised when a record that must exist is gone. */
export const notFound = (what: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.NotFound, message: `${what} has no record`, nonRetryable: true });

/** Raised when a stored document changed between read and write; the activity's retry reads again. */
export const versionConflict = (what: string): ApplicationFailure =>
  ApplicationFailure.create({ type: FailureType.VersionConflict, message: `${what} changed meanwhile` });

/**
 * The failure that crosses the activity's boundary. Retryable connector errors keep the application's own delay; the
 * rest is not worth another attempt. Anything that is not a connector's error passes as it is.
 */
export function toApplicationFailure(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  const { retryAfterMs } = error.options;
  return ApplicationFailure.create({
    type:
      error.kind === ConnectorErrorKind.RateLimited
        ? FailureType.RateLimited
        : error.retryable
          ? FailureType.Transient
          : FailureType.Configuration,
    message: error.message,
    nonRetryable: !error.retryable,
    ...(retryAfterMs === undefined ? {} : { nextRetryDelay: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) }),
  });
}
