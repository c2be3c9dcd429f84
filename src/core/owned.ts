/**
 * Something that is destroyed when its owner is done with it. Who disposes with `using` does not wait for that; who wants to,
 * with `await using`. Once is enough.
 */
export class Owned<Thing extends AsyncDisposable> implements Disposable, AsyncDisposable {
  readonly thing: Thing;
  readonly #onFailure: (error: unknown) => void;
  #destroyed: Promise<void> | undefined;

  /** @param onFailure hears why it could not be destroyed, when nobody waits for that */
  constructor(thing: Thing, onFailure: (error: unknown) => void) {
    this.thing = thing;
    this.#onFailure = onFailure;
  }

  [Symbol.dispose](): void {
    this[Symbol.asyncDispose]().catch(this.#onFailure);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#destroyed ??= Promise.resolve(this.thing[Symbol.asyncDispose]());
    return this.#destroyed;
  }
}

/** All of them, or none: when one fails, those that come nevertheless are disposed. Throws what the first one throws. */
export async function allOrNone<Things extends readonly Promise<Disposable | undefined>[]>(
  ...coming: Things
): Promise<{ -readonly [Index in keyof Things]: Awaited<Things[Index]> }> {
  try {
    return await Promise.all(coming);
  } catch (error) {
    for (const one of coming) {
      one.then(
        (thing) => {
          thing?.[Symbol.dispose]();
        },
        () => undefined,
      );
    }
    throw error;
  }
}
