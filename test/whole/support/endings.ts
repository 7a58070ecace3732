/** The part of a test context that things with an end need. */
export interface Scope {
  after(fn: () => Promise<void> | void): void;
}

/** What must end, the latest first: a worker before the servers it talks to. */
export class Endings implements Scope {
  readonly #endings: (() => Promise<void> | void)[] = [];

  /** @param scope ends everything with this test; without it, `end` has to be called */
  constructor(scope?: Scope) {
    scope?.after(() => this.end());
  }

  after(fn: () => Promise<void> | void): void {
    this.#endings.unshift(fn);
  }

  async end(): Promise<void> {
    for (const end of this.#endings.splice(0)) await end();
  }
}
