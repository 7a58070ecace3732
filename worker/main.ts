import { ConfigurationError, formatFault } from '../activities/configuration/faults.js';
import { checkedConfiguration } from '../activities/configuration/instance-faults.js';
import { watchConfiguration } from '../activities/configuration/watch.js';
import { openStore } from '../activities/store/index.js';
import { dataConverterFromEnvironment } from './codec.js';
import { ensureKeeperSchedule } from './keeper-schedule.js';
import { createLogger, installRuntime } from './runtime.js';
import { connectTemporal, missingSearchAttributes, registerCommand } from './temporal.js';
import { createService } from './wire.js';

const DEFAULT_CONFIGURATION = 'config';
const FAILED = 1;
const FAULTY_INPUT = 2;

/** A worker process: connects, refuses what would hang later, serves until it is told to stop. */
async function main(): Promise<number> {
  const logger = createLogger();
  installRuntime(logger);
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined) {
    logger.error('MONGODB_URI is not set. Set it to the replica set, e.g. mongodb://localhost:27017/ilm');
    return FAULTY_INPUT;
  }
  const directory = process.env['ILM_CONFIG'] ?? DEFAULT_CONFIGURATION;
  await checkedConfiguration(directory, process.env);
  const configuration = watchConfiguration(directory, process.env, (message) => logger.error(message));
  for (const warning of configuration.current().warnings ?? []) logger.warn(formatFault(warning));
  const dataConverter = dataConverterFromEnvironment(process.env);
  const temporal = await connectTemporal((message) => logger.warn(message), dataConverter);
  const missing = await missingSearchAttributes(temporal.client);
  if (missing.length > 0) {
    logger.error(`Search attributes are not registered. Run: ${registerCommand(missing, temporal.namespace)}`);
    await temporal.close();
    return FAULTY_INPUT;
  }
  const store = await openStore({ uri });
  await ensureKeeperSchedule(temporal.client);
  const { client, native: connection, namespace } = temporal;
  const service = await createService({
    configuration,
    store,
    client,
    connection,
    namespace,
    ...(dataConverter === undefined ? {} : { dataConverter }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => service.shutdown());
  logger.info({ namespace, queues: service.workers.length }, 'serving');
  await service.run();
  await service.close();
  await Promise.all([store.close(), temporal.close()]);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(error instanceof ConfigurationError ? FAULTY_INPUT : FAILED);
  },
);
