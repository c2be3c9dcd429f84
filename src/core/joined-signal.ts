import { setMaxListeners } from 'node:events';

/**
 * A signal that fires with the first of several, until it is disposed. `AbortSignal.any` will not do on Node 20: it keeps
 * something for as long as any of the sources lives, and forgets a source that nobody else holds, such as a time limit.
 */
export class JoinedSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #sources: readonly AbortSignal[];

  constructor(sources: readonly AbortSignal[]) {
    this.#sources = sources;
    // All calls that are under way may have one source in common.
    setMaxListeners(0, ...sources);
    for (const source of sources) source.addEventListener('abort', this.#onAbort, { once: true });
    if (sources.some(({ aborted }) => aborted)) this.#onAbort();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const source of this.#sources) source.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => {
    this.#controller.abort(this.#sources.find(({ aborted }) => aborted)?.reason);
  };
}
