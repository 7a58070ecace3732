import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

const FAILED_PRECONDITION = 9;

/** Whether Temporal was reached and nobody worked on the call: its deadline passed, or no worker polls the queue. */
export function isWorkerMissing(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (cause instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(cause)) return true;
  return isGrpcServiceError(cause) && Number(cause.code) === FAILED_PRECONDITION;
}
