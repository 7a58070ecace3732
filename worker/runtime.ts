import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import type { Logger } from 'pino';

/** The process's logger: JSON lines on standard output, or in a file. Level by `ILM_LOG_LEVEL`, default `info`. */
export function createLogger(file?: string): Logger {
  const options = { level: process.env['ILM_LOG_LEVEL'] ?? 'info', base: null };
  return file === undefined ? pino(options) : pino(options, pino.destination({ dest: file, sync: false }));
}

/**
 * Sends the SDK's, workflows' and activities' messages to one logger, and metrics to `ILM_METRICS_ADDRESS` (Prometheus,
 * e.g. `0.0.0.0:9464`) when it is set. Once per process, before any connection.
 */
export function installRuntime(logger: Logger): void {
  const metricsAddress = process.env['ILM_METRICS_ADDRESS'];
  Runtime.install({
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      const known = Object.entries((meta ?? {}) as Record<string, unknown>).filter(([key]) => LOGGED.has(key));
      logger[LEVELS[level]](Object.fromEntries(known), message);
    }),
    telemetryOptions: {
      logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
      ...(metricsAddress === undefined ? {} : { metrics: { prometheus: { bindAddress: metricsAddress } } }),
    },
  });
}

/** What of a message's context is logged: no arguments, no personal data. */
const LOGGED = new Set([
  'sdkComponent',
  'taskQueue',
  'workflowId',
  'workflowType',
  'activityType',
  'attempt',
  'why',
  'taskId',
  'kind',
]);

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;
