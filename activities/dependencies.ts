import type { Client } from '@temporalio/client';
import type { Configuration } from './configuration/types.js';
import type { ConnectorRegistry } from './connectors/registry.js';
import type { Store } from './store/index.js';

/** Where activities get the time from; tests move it. */
export interface Clock {
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };

/** One mail to be handed to the mail server. */
export interface Mail {
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly subject: string;
  readonly html: string;
  /** Fixed per mail, so that a duplicate after a crash is recognisable as one. */
  readonly messageId: string;
}

/** Hands mails to the mail server. Throws `MailNotSent` failures, which are worth another try. */
export interface Mailer {
  /** Connects and authenticates without sending; AD initialisation does this before it resets a password. */
  verify(): Promise<void>;
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}

/** What activities work with. Created once per process by `worker/`. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly configuration: Configuration;
  readonly connectors: ConnectorRegistry;
  readonly client: Client;
  readonly mailer: Mailer;
  readonly clock: Clock;
}
