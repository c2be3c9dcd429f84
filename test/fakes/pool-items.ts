import { AppError, messageOf } from '../../src/core/app-error.ts';
import type { ItemKind, PoolItem } from '../../src/pool/item-kind.ts';
import { WarmPool, type Lease, type LeaseRequest, type PoolStats } from '../../src/pool/warm-pool.ts';
import type { Logger } from '../../src/telemetry/telemetry.ts';

/** A pool's item that does nothing; the test says when it ends. */
export class FakeItem implements PoolItem {
  readonly key: string;
  readonly ended: Promise<void>;
  hasEnded = false;
  disposals = 0;
  #end: () => void = () => undefined;

  constructor(key: string) {
    this.key = key;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  /** Ends by itself, as when its container is killed from outside. */
  end(): void {
    this.hasEnded = true;
    this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disposals += 1;
    this.end();
    return Promise.resolve();
  }
}

/** A making that the test ends. */
export interface FakeCreation {
  readonly key: string;
  readonly signal: AbortSignal;
  succeed(item?: FakeItem): FakeItem;
  fail(error?: unknown): void;
}

/** Makes items when the test says so; the makings under way are there to be ended. */
export class FakeWorkshop {
  readonly underWay: FakeCreation[] = [];
  /** Every item that was made. */
  readonly items: FakeItem[] = [];
  /** How many makings were begun. */
  begun = 0;

  readonly make = (key: string, signal: AbortSignal): Promise<FakeItem> => {
    this.begun += 1;
    return new Promise((resolve, reject) => {
      const creation: FakeCreation = {
        key,
        signal,
        succeed: (item = new FakeItem(key)) => {
          this.#leave(creation);
          this.items.push(item);
          resolve(item);
          return item;
        },
        fail: (error = new Error(`no ${key} today`)) => {
          this.#leave(creation);
          // Also what is not an error can be thrown.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(error);
        },
      };
      this.underWay.push(creation);
    });
  };

  /** How many of a kind are in the making. */
  making(key: string): number {
    return this.underWay.filter((creation) => creation.key === key).length;
  }

  /** Lets everything that is under way succeed, or what is of one kind. */
  succeedAll(key?: string): FakeItem[] {
    return this.#of(key).map((creation) => creation.succeed());
  }

  failAll(key?: string, error?: unknown): void {
    for (const creation of this.#of(key)) creation.fail(error);
  }

  #of(key: string | undefined): FakeCreation[] {
    return this.underWay.filter((creation) => key === undefined || creation.key === key);
  }

  #leave(creation: FakeCreation): void {
    this.underWay.splice(this.underWay.indexOf(creation), 1);
  }
}

export interface FakePoolOptions {
  readonly size: number;
  readonly ranked: readonly string[];
  readonly mayKeep: (name: string) => boolean;
  readonly maxAgeMs: number;
  /** In place of the workshop's. */
  readonly make?: FakeWorkshop['make'];
  readonly logger: Logger;
  readonly now?: () => number;
}

/** A pool of what a workshop makes, whose kinds are told apart by name alone. */
export class FakePool implements AsyncDisposable {
  readonly #workshop: FakeWorkshop;
  readonly #options: FakePoolOptions;
  readonly #pool: WarmPool<ItemKind<FakeItem>>;

  constructor(workshop: FakeWorkshop, options: FakePoolOptions) {
    this.#workshop = workshop;
    this.#options = options;
    const { ranked, logger } = options;
    this.#pool = new WarmPool<ItemKind<FakeItem>>({
      ...options,
      ranked: ranked.map((name) => this.#kind(name)),
      owner: {
        shuttingDown: () => new AppError('shutting-down', 'the pool is shut'),
        endedAtOnce: () => new AppError('engine-failed', 'the item ended at once'),
        onTrouble: ({ name }, error) => {
          logger.warn('trouble', { kind: name, error: messageOf(error) });
        },
        onRecovered: ({ name }) => {
          logger.info('recovered', { kind: name });
        },
        onLeftBehind: (error) => {
          logger.warn('left behind', { error: messageOf(error) });
        },
      },
    });
  }

  get stats(): PoolStats {
    return this.#pool.stats;
  }

  get isShared(): boolean {
    return this.#pool.isShared;
  }

  hasWarm(name: string, borrower: string): boolean {
    return this.#pool.hasWarm(this.#kind(name), borrower);
  }

  offers(name: string): boolean {
    return this.#pool.offers(this.#kind(name));
  }

  note(name: string): void {
    this.#pool.note(this.#kind(name));
  }

  resize(size: number): void {
    this.#pool.resize(size);
  }

  fill(): void {
    this.#pool.fill();
  }

  lease(name: string, request: LeaseRequest): Promise<Lease<FakeItem>> {
    return this.#pool.lease(this.#kind(name), request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  /** Each is another object, as those of calls are. */
  #kind(name: string): ItemKind<FakeItem> {
    const { mayKeep, make = this.#workshop.make } = this.#options;
    return { name, keptOnDemand: mayKeep(name), make: (signal) => make(name, signal) };
  }
}
