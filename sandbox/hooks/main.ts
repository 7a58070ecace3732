import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { MongoClient } from 'mongodb';

import { createHookWorker } from './worker.js';

/** The company's worker as a process of its own: reached by the standard `TEMPORAL_*` variables and `MONGODB_URI`. */
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const mongo = await MongoClient.connect(process.env['MONGODB_URI'] ?? 'mongodb://localhost:27017/ilm');
const worker = await createHookWorker({ connection, namespace, db: mongo.db() });
console.log('hooks: serving');
await worker.run();
await Promise.all([connection.close(), mongo.close()]);
