/*
 * Watches how long everybody has to wait because this program's one thread is busy, and who has kept it so.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Logger, Observer } from './telemetry.ts';

/** How often the delay is looked at, in milliseconds. */
const lookMs = 1000;
/** A delay over this is told to the operator, in milliseconds. */
const toldMs = 250;
/** The longest delay of so many looks is shown. */
const shownLooks = 60;
/** So many calls are named at most. */
const maxNamed = 8;
const nsPerMs = 1e6;

interface Piece {
  readonly spentMs: number;
  readonly call: unknown;
}

/** Disposing ends the watch. */
export class LoopWatch implements Disposable {
  readonly #logger: Logger;
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  readonly #timer: NodeJS.Timeout;
  readonly #calls = new Map<string, string>();
  /** Calls that ended since the last look. */
  readonly #ended = new Map<string, string>();
  readonly #longest: number[] = [];
  #piece: Piece | undefined;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.#look();
    }, lookMs).unref();
  }

  /** The longest that anything had to wait within the last minute, in milliseconds. */
  get longestMs(): number {
    return Math.max(0, ...this.#longest);
  }

  readonly observe: Observer = (event) => {
    if (event.kind === 'call-began') this.#calls.set(event.callId, event.tool);
    if (event.kind !== 'call-ended') return;
    this.#calls.delete(event.callId);
    if (this.#ended.size < maxNamed) this.#ended.set(event.callId, event.tool);
  };

  /** Notes a piece of reading what a sandbox sent. @param call the id of the call that it was done for */
  noteReading(spentMs: number, call: unknown): void {
    if (spentMs > (this.#piece?.spentMs ?? 0)) this.#piece = { spentMs, call };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  #look(): void {
    const delayMs = this.#delay.max / nsPerMs;
    this.#longest.push(delayMs);
    if (this.#longest.length > shownLooks) this.#longest.shift();
    if (delayMs > toldMs) {
      const calls = [...this.#ended, ...this.#calls].slice(0, maxNamed).map(([call, tool]) => ({ call, tool }));
      const reading = this.#piece && { ms: Math.round(this.#piece.spentMs), call: this.#piece.call };
      this.#logger.warn('Everybody had to wait, because the thread was busy', {
        delay_ms: Math.round(delayMs),
        calls,
        longest_reading: reading,
      });
    }
    this.#piece = undefined;
    this.#ended.clear();
    this.#delay.reset();
  }
}
