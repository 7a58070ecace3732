import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

const MANIFEST = '.obtained.json';
const ABANDONED_AFTER_MS = 3_600_000;

interface ObtainedFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
}

/** The folder that all checkouts share: `ILM_CACHE_DIR`, else `ilm` in the user's cache folder. */
export function cacheFolder(): string {
  const chosen = process.env['ILM_CACHE_DIR'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ilm');
  const xdg = process.env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.cache'), 'ilm');
}

/**
 * A folder of the cache, filled by `fill` unless an earlier run, of this or another checkout, left it intact. A damaged
 * one is obtained anew. Several processes may obtain the same at once: each fills a folder of its own, and the first
 * to finish wins.
 *
 * @param name must change with everything that decides about the content: version, platform
 */
export async function obtain(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (await isIntact(folder)) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  await removeAbandoned();
  const draft = `${folder}.draft-${randomUUID()}`;
  try {
    await mkdir(draft);
    await fill(draft);
    await writeManifest(draft);
    await install(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Whether the cache holds the folder, complete and undamaged. */
export async function isHeld(name: string): Promise<boolean> {
  return await isIntact(join(cacheFolder(), name));
}

async function install(draft: string, folder: string): Promise<void> {
  for (;;) {
    try {
      await rename(draft, folder);
      return;
    } catch (error) {
      if (!(await exists(folder))) throw error;
      if (await isIntact(folder)) return;
      const damaged = `${folder}.draft-${randomUUID()}`;
      await rename(folder, damaged).catch(() => undefined);
      await rm(damaged, { recursive: true, force: true });
    }
  }
}

/** Same files of the same size, and the same content where the time of the last change differs. */
async function isIntact(folder: string): Promise<boolean> {
  try {
    const files = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as ObtainedFile[];
    for (const file of files) {
      const path = join(folder, file.path);
      const { size, mtimeMs } = await stat(path);
      if (size !== file.size) return false;
      if (mtimeMs !== file.mtimeMs && (await sha256(path)) !== file.sha256) return false;
    }
    return files.length > 0;
  } catch {
    return false;
  }
}

async function writeManifest(folder: string): Promise<void> {
  const files: ObtainedFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await stat(path);
    files.push({ path: relative(folder, path), size, mtimeMs, sha256: await sha256(path) });
  }
  await writeFile(join(folder, MANIFEST), JSON.stringify(files));
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** Drafts of processes that were killed. Nobody fills a draft for an hour. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(cacheFolder())) {
    if (!name.includes('.draft-')) continue;
    const draft = join(cacheFolder(), name);
    const age = Date.now() - ((await stat(draft).catch(() => null))?.mtimeMs ?? Date.now());
    if (age > ABANDONED_AFTER_MS) await rm(draft, { recursive: true, force: true });
  }
}
