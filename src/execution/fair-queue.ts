/*
 * Turns for calls when there are more than may run at once. Every principal has a lane, and the next turn goes to the lane
 * with the fewest calls under way, of several to the one that has had no turn for the longest. So a principal with many
 * calls makes others wait for the end of one call, not for the end of its queue. Within a lane calls keep their order.
 */

import { abortReason } from '../core/abortable.ts';

/** A lane and what is allowed in it. */
export interface Lane {
  readonly name: string;
  /** Calls of the lane that may run at once. */
  readonly maxAtOnce: number;
}

interface LaneState {
  maxAtOnce: number;
  running: number;
  /** The number of its last turn. */
  lastTurn: number;
  readonly waiting: Set<() => void>;
}

/** Gives turns. */
export class FairQueue {
  #concurrency: number;
  readonly #lanes = new Map<string, LaneState>();
  readonly #idle = new Set<() => void>();
  #running = 0;
  #turns = 0;

  /** @param concurrency calls that may run at once, of all lanes together */
  constructor(concurrency: number) {
    this.#concurrency = concurrency;
  }

  /** Calls that may run at once, of all lanes together. */
  get concurrency(): number {
    return this.#concurrency;
  }

  set concurrency(concurrency: number) {
    this.#concurrency = concurrency;
    this.#giveTurns();
  }

  get running(): number {
    return this.#running;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    let count = 0;
    for (const { waiting } of this.#lanes.values()) count += waiting.size;
    return count;
  }

  waitingIn(name: string): number {
    return this.#lanes.get(name)?.waiting.size ?? 0;
  }

  /** Whether a call of this lane would have to wait now. */
  isFull({ name, maxAtOnce }: Lane): boolean {
    return this.#running >= this.#concurrency || (this.#lanes.get(name)?.running ?? 0) >= maxAtOnce;
  }

  /**
   * Waits for a turn, which lasts until it is disposed. A signal that fires when the turn has begun changes nothing here:
   * whoever has the turn gives it back.
   *
   * @throws the signal's reason when it fires before the turn
   */
  async turn({ name, maxAtOnce }: Lane, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const lane = this.#lanes.get(name) ?? { maxAtOnce, running: 0, lastTurn: 0, waiting: new Set() };
    this.#lanes.set(name, lane);
    lane.maxAtOnce = maxAtOnce;
    const hasBegun = await new Promise<boolean>((resolve) => {
      const begin = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        lane.waiting.delete(begin);
        this.#forget(name, lane);
        resolve(false);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      lane.waiting.add(begin);
      this.#giveTurns();
    });
    if (!hasBegun) throw abortReason(signal);
    return {
      [Symbol.dispose]: () => {
        this.#end(name, lane);
      },
    };
  }

  /** Resolves when nobody runs or waits. */
  async whenIdle(): Promise<void> {
    if (this.#running === 0 && this.waiting === 0) return;
    await new Promise<void>((resolve) => this.#idle.add(resolve));
  }

  #giveTurns(): void {
    while (this.#running < this.#concurrency) {
      const lane = this.#nextLane();
      const [begin] = lane?.waiting ?? [];
      if (lane === undefined || begin === undefined) return;
      lane.waiting.delete(begin);
      lane.running += 1;
      this.#turns += 1;
      lane.lastTurn = this.#turns;
      this.#running += 1;
      begin();
    }
  }

  #nextLane(): LaneState | undefined {
    let next: LaneState | undefined;
    for (const lane of this.#lanes.values()) {
      if (lane.waiting.size === 0 || lane.running >= lane.maxAtOnce) continue;
      const isFirst =
        next === undefined ||
        lane.running < next.running ||
        (lane.running === next.running && lane.lastTurn < next.lastTurn);
      if (isFirst) next = lane;
    }
    return next;
  }

  #end(name: string, lane: LaneState): void {
    this.#running -= 1;
    lane.running -= 1;
    this.#giveTurns();
    this.#forget(name, lane);
  }

  #forget(name: string, lane: LaneState): void {
    // A lane that has had its turns lately is not remembered longer than it has calls: others then wait for one call at most.
    if (lane.running === 0 && lane.waiting.size === 0) this.#lanes.delete(name);
    if (this.#running > 0 || this.waiting > 0) return;
    for (const resolve of this.#idle) resolve();
    this.#idle.clear();
  }
}
