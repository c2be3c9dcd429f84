import type { PoolItem } from '../../src/pool/warm-pool.ts';

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
