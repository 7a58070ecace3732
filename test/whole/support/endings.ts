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

  /** Ends everything, each even when one before it failed; then throws the first failure. */
  async end(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.#endings.splice(0)) {
      try {
        await end();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
