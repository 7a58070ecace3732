import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Store } from '../activities/store/index.js';
import { sourceKey } from '../activities/store/person-document.js';
import { makeCompany } from './detection-data.js';

/** Name of the Workday instance that is measured. */
export const BENCH_INSTANCE = 'Workday';

const SEED_BATCH = 2_000;

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
