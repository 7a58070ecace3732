import type { z } from 'zod';

import type { ClientCertificate } from './certificates.js';
import type { IncomingMap, OutgoingMap } from './maps.js';
import type { Pace } from './pace.js';
import type { ConnectorError, UserConnector } from './types.js';

/** What every connector gets beside its own settings, ready to use. */
export interface ConnectorOptions {
  readonly instanceName: string;
  /** Profile to application attributes. */
  readonly outgoing: OutgoingMap;
  /** Application attributes to profile fields. */
  readonly incoming: IncomingMap;
  readonly requestTimeoutMs: number;
  /** Accept any certificate. Never the default. */
  readonly insecure: boolean;
  /** Go through the proxy of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). */
  readonly proxy: boolean;
  /** Certificates to trust beside the public ones, PEM. */
  readonly ca?: string;
  /** What we show to servers that demand a certificate. */
  readonly clientCertificate?: ClientCertificate;
  /** When requests of this instance may be sent; left out, they are sent at once. */
  readonly pace?: Pace;
}

/** Builds the error for one faulty setting; the path is relative to `settings`. */
export type SettingFault = (path: readonly PropertyKey[], message: string) => ConnectorError;

/** One kind of application: what an operator writes as `brand`, and how its connector is made. */
export interface Brand {
  readonly name: string;
  /** One sentence for operators. */
  readonly summary: string;
  /** Schema of `settings`, where each setting says what it is. */
  readonly settings: z.ZodObject;
  /** Mapper definitions used when an instance names none. */
  readonly defaultMapperOut: unknown;
  readonly defaultMapperIn: unknown;
  /** Checks the settings (throwing `fault(...)` for the first one that is wrong) and makes the connector; no I/O. */
  create(settings: unknown, options: ConnectorOptions, fault: SettingFault): UserConnector;
}

/**
 * Checks an instance's settings against a brand's schema. `fault` is called for everything that is wrong, so that a
 * check of the configuration can tell it all at once; the first is thrown.
 */
export function checkedSettings<T extends z.ZodType>(schema: T, settings: unknown, fault: SettingFault): z.infer<T> {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues.map(({ path, message }) => fault(path, message));
  throw first ?? fault([], 'are faulty');
}
