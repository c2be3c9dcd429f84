/*
 * Turns for calls when there are more than may run at once. Every principal has a lane, and the next turn goes to the lane
 * with the fewest calls under way, of several to the one that has had no turn for the longest. So a principal with many
 * calls makes others wait for the end of one call, not for the end of its queue. Within a lane calls keep their order.
 */

import { abortReason } from '../core/abortable.ts';
import type { Bytes } from '../core/bytes.ts';

/** A lane and what is allowed in it. */
export interface Lane {
  readonly name: string;
  /** Calls of the lane that may run at once. */
  readonly maxAtOnce: number;
}

/** A call that waits for its turn. */
interface WaitingTurn {
  readonly memory: Bytes;
  readonly begin: () => void;
}

interface LaneState {
  maxAtOnce: number;
  running: number;
  /** The number of its last turn. */
  lastTurn: number;
  readonly waiting: Set<WaitingTurn>;
}

/** Gives turns. */
export class FairQueue {
  #concurrency: number;
  readonly #lanes = new Map<string, LaneState>();
  readonly #idle = new Set<() => void>();
  #maxMemory: Bytes = Infinity;
  #running = 0;
  #memory: Bytes = 0;
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

  /** How much memory those may have together that run at once; whoever wants more than that runs alone. */
  set maxMemory(memory: Bytes) {
    this.#maxMemory = memory;
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
  isFull({ name, maxAtOnce }: Lane, memory: Bytes): boolean {
    const isOver = this.#running >= this.#concurrency || !this.#hasMemory(memory);
    return isOver || (this.#lanes.get(name)?.running ?? 0) >= maxAtOnce;
  }

  /**
   * Waits for a turn, which lasts until it is disposed. A signal that fires when the turn has begun changes nothing here:
   * whoever has the turn gives it back.
   *
   * @param memory what it takes meanwhile
   * @throws the signal's reason when it fires before the turn
   */
  async turn({ name, maxAtOnce }: Lane, memory: Bytes, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const lane = this.#lanes.get(name) ?? { maxAtOnce, running: 0, lastTurn: 0, waiting: new Set() };
    this.#lanes.set(name, lane);
    lane.maxAtOnce = maxAtOnce;
    const hasBegun = await new Promise<boolean>((resolve) => {
      const begin = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const turn: WaitingTurn = { memory, begin };
      const giveUp = (): void => {
        lane.waiting.delete(turn);
        this.#forget(name, lane);
        resolve(false);
        // It may have been the one for which there was no memory.
        this.#giveTurns();
      };
      signal.addEventListener('abort', giveUp, { once: true });
      lane.waiting.add(turn);
      this.#giveTurns();
    });
    if (!hasBegun) throw abortReason(signal);
    return {
      [Symbol.dispose]: () => {
        this.#end(name, lane, memory);
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
      const [next] = lane?.waiting ?? [];
      // Nobody goes before it, or it would wait for ever beside many that want less.
      if (lane === undefined || next === undefined || !this.#hasMemory(next.memory)) return;
      lane.waiting.delete(next);
      lane.running += 1;
      this.#turns += 1;
      lane.lastTurn = this.#turns;
      this.#running += 1;
      this.#memory += next.memory;
      next.begin();
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

  #hasMemory(memory: Bytes): boolean {
    return this.#running === 0 || this.#memory + memory <= this.#maxMemory;
  }

  #end(name: string, lane: LaneState, memory: Bytes): void {
    this.#running -= 1;
    this.#memory -= memory;
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
