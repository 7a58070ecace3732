import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The names of steps that were told, kept between two starts. */
export class ToldSteps {
  readonly #file: string;
  readonly #names = new Set<string>();

  constructor(dataDir: string) {
    this.#file = join(dataDir, 'story.json');
  }

  async load(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '[]');
    for (const name of JSON.parse(text) as string[]) this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  async add(name: string): Promise<void> {
    this.#names.add(name);
    await writeFile(this.#file, JSON.stringify([...this.#names]));
  }
}
