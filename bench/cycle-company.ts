import { randomUUID } from 'node:crypto';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import type { Store } from '../activities/store/index.js';
import { sourceKey } from '../activities/store/person-document.js';
import { addSearchAttributes } from '../sandbox/servers/search-attributes.js';
import { makeCompany } from './detection-data.js';

/** Name of the Workday instance that is measured. */
export const BENCH_INSTANCE = 'Workday';

const SEED_BATCH = 2_000;

/** A database of the benchmark's own on the given server. */
export function databaseOf(uri: string): string {
  const address = new URL(uri);
  address.pathname = `/bench-cycle-${randomUUID()}`;
  return address.href;
}

/** A namespace of the benchmark's own, with the search attributes of the service. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `bench-cycle-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await addSearchAttributes(connection, namespace);
  await connection.close();
  return namespace;
}

/** Writes the report, and the profiles that it has left: nothing differs. Gives the size of the report. */
export async function seedCompany(store: Store, size: number, file: string): Promise<number> {
  const company = makeCompany(size);
  const rows = company.rows.map((row, n) => ({
    ...row,
    ...(company.profiles[n]?.title ? { Title: company.profiles[n].title } : {}),
  }));
  const text = JSON.stringify({ Report_Entry: rows });
  await writeFile(file, text);
  const now = new Date().toISOString();
  for (let from = 0; from < size; from += SEED_BATCH) {
    process.stderr.write(`profiles ${from} of ${size}\n`);
    await store.people.collection.insertMany(
      company.profiles.slice(from, from + SEED_BATCH).map((profile) => {
        const personId = randomUUID();
        const employeeId = String(profile.employeeId);
        const employeeKey = sourceKey('Workday', employeeId);
        return {
          _id: personId,
          personId,
          keys: [employeeKey],
          emailKey: String(profile.email),
          employeeKey,
          profile: {
            ...profile,
            sourceKeys: [{ source: 'Workday', employeeId }],
            sourceInstance: BENCH_INSTANCE,
            lastSeenAt: now,
            isProcessed: false,
            active: true,
          },
          version: 1,
          queue: [],
          fence: 0,
          gone: [],
          createdAt: now,
        };
      }),
      { ordered: false },
    );
  }
  // As the first sync leaves it.
  await store.cycles.set(BENCH_INSTANCE, { syncedAt: now, seenWrittenAt: now });
  return Buffer.byteLength(text);
}

/**
 * Serves the report in a process of its own.
 *
 * @param module `import.meta.url` of the benchmark's file, which serves when it is told that it is the peer
 */
export async function startReportPeer(module: string, file: string): Promise<{ readonly url: string; stop(): void }> {
  const args = ['--import', 'tsx', fileURLToPath(module), JSON.stringify({ side: 'peer', file })];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8');
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: string) => resolve(line.trim()));
    child.once('exit', () => reject(new Error('the report server ended')));
  });
  return { url, stop: () => void child.kill('SIGKILL') };
}

/** The process of the report server: says its address and serves until it is killed. */
export async function servePeer({ file }: { readonly file: string }): Promise<void> {
  const body = await readFile(file);
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/report\n`);
}
