import type { BenchReport } from './bench-report.ts';
import { summarise } from './summary.ts';
import type { ToolCaller } from './tool-caller.ts';

/** By words, by letters of a name, by constants that occur in the type, by the form of a conclusion, and by several of them. */
const queries = ['add comm', '"add_comm"', 'List.map List.length', '_ + _ = _ + _', 'append List.length ⊢ _ = _'];

/** How long finding declarations takes, once the list of them is read. */
export class FindingTimes {
  readonly #server: ToolCaller;
  readonly #times: number[] = [];
  #isReady = false;

  constructor(server: ToolCaller) {
    this.#server = server;
  }

  async measure(): Promise<void> {
    if (!this.#isReady) await this.#server.call('find-declarations', { query: queries[0] });
    this.#isReady = true;
    for (const query of queries) {
      const { milliseconds } = await this.#server.call('find-declarations', { query });
      this.#times.push(milliseconds);
    }
  }

  report(): BenchReport['finding'] {
    const times = summarise(this.#times);
    return times === undefined ? null : { queries: queries.length, times };
  }
}
