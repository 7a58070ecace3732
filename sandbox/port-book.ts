import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from './servers/ports.js';

/** Ports of the last start, taken again where nobody else has them meanwhile. */
export class PortBook {
  readonly #file: string;
  readonly #before: Readonly<Record<string, number>>;
  readonly #taken: Record<string, number> = {};

  private constructor(file: string, before: Readonly<Record<string, number>>) {
    this.#file = file;
    this.#before = before;
  }

  static async open(dataDir: string): Promise<PortBook> {
    const file = join(dataDir, 'peer-ports.json');
    const text = await readFile(file, 'utf8').catch(() => '{}');
    return new PortBook(file, JSON.parse(text) as Record<string, number>);
  }

  async take(name: string): Promise<number> {
    const port = await freePort(this.#before[name]);
    this.#taken[name] = port;
    return port;
  }

  async save(): Promise<void> {
    await writeFile(this.#file, JSON.stringify(this.#taken));
  }
}
