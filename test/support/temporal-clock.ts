import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

import type { Clock } from '../../activities/dependencies.js';

/**
 * The clock of activities on a server that skips time. The server stands still while an activity runs, so it is enough
 * to ask for its time at the start of each.
 */
export class TemporalClock implements Clock {
  #now = new Date();

  constructor(private readonly env: TestWorkflowEnvironment) {}

  now(): Date {
    return this.#now;
  }

  /** For the workers whose activities use this clock. */
  readonly interceptor: ActivityInterceptorsFactory = () => ({
    inbound: {
      execute: async (input, next) => {
        this.#now = new Date(await this.env.currentTimeMs());
        return await next(input);
      },
    },
  });
}
