/**
 * The closed list of failure types that cross an activity's boundary. Types are plain text in every history, so they
 * name the kind of failure and never a person.
 */
export const FailureType = {
  /** The person's turn belongs to another incident; the run queues again. Not retryable within the activity. */
  TurnLost: 'TurnLost',
  /** A stored document changed between read and write; the activity reads again. Retryable. */
  VersionConflict: 'VersionConflict',
  /** A record that must exist is gone. Not retryable. */
  NotFound: 'NotFound',
  /** The configuration cannot serve this call; the message names file and path. Not retryable. */
  Configuration: 'Configuration',
  /** An application asked to slow down; the delay is the failure's next retry delay. */
  RateLimited: 'RateLimited',
  /** An application or server did not answer or answered with a passing fault. Retryable. */
  Transient: 'Transient',
  /** A mail could not be handed to the mail server. Retryable. */
  MailNotSent: 'MailNotSent',
  /** The report could not be downloaded. Retryable. */
  ReportUnavailable: 'ReportUnavailable',
  /** The report was downloaded and cannot be used; the cycle says why and waits. Not retryable. */
  ReportUnusable: 'ReportUnusable',
  /** A decision came for a task that is not open any more. */
  AlreadyDecided: 'AlreadyDecided',
  /** A decision names an unknown task or option, or its sender may not decide it. */
  DecisionRefused: 'DecisionRefused',
  /** An edit of a configuration has no shape, or can never be applied. */
  EditRefused: 'EditRefused',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];
