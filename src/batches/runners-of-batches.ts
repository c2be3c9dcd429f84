import type { Principal } from '../core/ids.ts';
import type { ItemRunner, ItemRunners } from './item-runner.ts';
import type { BatchHead } from './work-queue.ts';

/** How long the runner of a batch waits for its next item, in milliseconds. */
const idleMs = 5000;

interface Entry {
  readonly runner: ItemRunner;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * The runners of the batches whose items a worker gets one by one, each kept a little longer than its last item, so that the
 * next one finds what they share. Disposing destroys them.
 */
export class RunnersOfBatches implements AsyncDisposable {
  readonly #runnersFor: (principal: Principal) => ItemRunners;
  readonly #entries = new Map<string, Entry>();
  readonly #closing = new Set<Promise<void>>();

  constructor(runnersFor: (principal: Principal) => ItemRunners) {
    this.#runnersFor = runnersFor;
  }

  /** The runner of a batch, until it is disposed. */
  borrow({ id, principal, settings }: BatchHead): Disposable & { readonly runner: ItemRunner } {
    const entry = this.#entries.get(id) ?? {
      runner: this.#runnersFor(principal)[settings.isolation](),
      users: 0,
      timer: undefined,
    };
    this.#entries.set(id, entry);
    clearTimeout(entry.timer);
    entry.users += 1;
    return {
      runner: entry.runner,
      [Symbol.dispose]: () => {
        entry.users -= 1;
        if (entry.users > 0) return;
        entry.timer = setTimeout(() => {
          this.#close(id, entry);
        }, idleMs).unref();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const [id, entry] of this.#entries) this.#close(id, entry);
    await Promise.all(this.#closing);
  }

  #close(id: string, { runner, timer }: Entry): void {
    clearTimeout(timer);
    this.#entries.delete(id);
    const closed = Promise.resolve(runner[Symbol.asyncDispose]()).finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}
