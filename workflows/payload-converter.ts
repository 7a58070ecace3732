import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload, PayloadConverter } from '@temporalio/common';

/**
 * The default converter, except that a payload nobody can read becomes `undefined`. A sender in another language, or a
 * typing error on a command line, can put anything into a signal; with the default converter one such signal stops its
 * run for ever, because every attempt at the task reads it again. Handlers ignore what has no shape.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value) => defaultPayloadConverter.toPayload(value),
  fromPayload: <T>(payload: Payload): T => {
    try {
      return defaultPayloadConverter.fromPayload(payload);
    } catch {
      return undefined as T;
    }
  },
};
