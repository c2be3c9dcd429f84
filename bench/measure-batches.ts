import type { BenchProgram } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';
import { summarise } from './summary.ts';
import type { ToolCaller } from './tool-caller.ts';

type Isolation = 'batch' | 'item';
type Sizes = Readonly<Record<Isolation, number>>;

/** Items of one batch: in sandboxes that they share, and in one for each, which takes as long as many of the others. */
const usualSizes: Sizes = { batch: 250, item: 24 };
/** When only a quick look is wanted. */
const quickSizes: Sizes = { batch: 24, item: 4 };

/** Items per second of batches whose items share sandboxes, and of batches in which each has its own. */
export class BatchTimes {
  readonly #server: ToolCaller;
  readonly #program: BenchProgram;
  readonly #sizes: Sizes;
  readonly #rates: Readonly<Record<Isolation, number[]>> = { batch: [], item: [] };

  /** @param program each item is this one, with a comment of its own */
  constructor(server: ToolCaller, program: BenchProgram, rounds: number) {
    this.#server = server;
    this.#sizes = rounds === 1 ? quickSizes : usualSizes;
    this.#program = program;
  }

  /** One batch of either sort. */
  async measure(signal: AbortSignal): Promise<void> {
    for (const isolation of ['batch', 'item'] as const) {
      signal.throwIfAborted();
      const items = Array.from({ length: this.#sizes[isolation] }, (_, index) => ({
        code: `${this.#program.code}\n-- ${index}\n`,
      }));
      const { milliseconds } = await this.#server.call('check-batch', { items, isolation, report: [] });
      this.#rates[isolation].push((1000 * items.length) / milliseconds);
    }
  }

  report(): BenchReport['batches'] {
    const [shared, alone] = [summarise(this.#rates.batch), summarise(this.#rates.item)];
    if (shared === undefined || alone === undefined) return null;
    const { batch, item } = this.#sizes;
    return { shared: { items: batch, per_second: shared }, alone: { items: item, per_second: alone } };
  }
}
