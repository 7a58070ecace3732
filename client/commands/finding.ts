import type { ConnectionReport } from '../../activities/connectors/types.js';

/** What one look of `ilm check` found. */
export interface Finding extends ConnectionReport {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'fault';
  /** How long the look took; absent where nothing was asked. */
  readonly milliseconds?: number;
  readonly note: string;
}

/** What a look found, before it is known what it was about and how long it took. */
export type Look = Omit<Finding, 'what' | 'milliseconds'>;
