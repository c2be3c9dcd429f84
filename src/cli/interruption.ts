/** A signal that fires when the user or the system asks this process to stop. A second request ends it at once. */
export class Interruption implements Disposable {
  readonly #controller = new AbortController();
  readonly #onSignal = (): void => {
    if (this.#controller.signal.aborted) process.exit(130);
    this.#controller.abort(new DOMException('interrupted', 'AbortError'));
  };

  constructor() {
    for (const name of stopSignals) process.on(name, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    for (const name of stopSignals) process.off(name, this.#onSignal);
  }
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
