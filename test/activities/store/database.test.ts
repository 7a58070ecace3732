import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openDatabase } from '../../../activities/store/database.js';
import { testDatabase } from '../../support/servers.js';

// Nothing listens on port 1.
const QUICKLY = { serverSelectionTimeoutMS: 200 };

test('takes the address of a replica set, which names several hosts', async (t) => {
  const { uri, name } = await testDatabase(t);
  const [, host] = /^mongodb:\/\/([^/]+)/.exec(uri) ?? [];

  const database = await openDatabase({ uri: `mongodb://${host},${host}/${name}` });
  t.after(() => database.close());

  assert.equal(database.db.databaseName, name);
});

test('names the hosts that do not answer and never the password', async () => {
  await assert.rejects(
    openDatabase({ uri: 'mongodb://robin:hunter2@127.0.0.1:1,127.0.0.1:2/ilm', client: QUICKLY }),
    (error: Error) => {
      assert.match(error.message, /MongoDB at 127\.0\.0\.1:1,127\.0\.0\.1:2 does not answer/);
      assert.doesNotMatch(error.message, /hunter2|robin/);
      return true;
    },
  );
});
