/**
 * Something that is made when it is first asked for, once for all who ask. When that fails, all who wait are told, and the
 * next one to ask has it made again.
 */
export class Lazy<Value> {
  readonly #make: () => Promise<Value>;
  #pending: Promise<Value> | undefined;

  constructor(make: () => Promise<Value>) {
    this.#make = make;
  }

  /** What is made or being made already, if anything is. */
  get pending(): Promise<Value> | undefined {
    return this.#pending;
  }

  /** @throws what making it throws */
  async get(): Promise<Value> {
    return await (this.#pending ?? this.#begin());
  }

  /** Puts another one in its place; `undefined`: has the next one to ask have it made again. */
  set(value: Value | undefined): void {
    this.#pending = value === undefined ? undefined : Promise.resolve(value);
  }

  #begin(): Promise<Value> {
    const pending = this.#make().catch((error: unknown) => {
      if (this.#pending === pending) this.#pending = undefined;
      throw error;
    });
    this.#pending = pending;
    return pending;
  }
}
