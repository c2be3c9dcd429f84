import type { ItemVerdict } from '../batches/batch-item.ts';
import type { KeptItem } from '../report/batch-item-result.ts';

const barWidth = 24;
const msPerSecond = 1000;

/** Counts what became of the items of a batch, and tells it while it goes on and at its end. */
export class Tally {
  readonly counts: Record<ItemVerdict, number> = { accepted: 0, rejected: 0, undecided: 0 };
  readonly #total: number | undefined;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #whyUndecided = new Map<string, number>();
  #withSorry = 0;

  /** @param total how many there are; absent when that is not known before the last one */
  constructor(total: number | undefined, now: () => number = () => performance.now()) {
    this.#total = total;
    this.#now = now;
    this.#startedAt = now();
  }

  get done(): number {
    const { accepted, rejected, undecided } = this.counts;
    return accepted + rejected + undecided;
  }

  add({ verdict, usesSorry, outcome = 'not-checked' }: Pick<KeptItem, 'verdict' | 'usesSorry' | 'outcome'>): void {
    this.counts[verdict] += 1;
    if (verdict === 'accepted' && usesSorry) this.#withSorry += 1;
    if (verdict === 'undecided') this.#whyUndecided.set(outcome, (this.#whyUndecided.get(outcome) ?? 0) + 1);
  }

  /** One line: how far it is. */
  progress(): string {
    const { rejected, undecided } = this.counts;
    const { done } = this;
    const facts = [
      this.#rate(),
      ...(rejected > 0 ? [`${rejected} rejected`] : []),
      ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ];
    if (this.#total === undefined) return `${done} done, ${facts.join(', ')}`;
    const filled = Math.floor((barWidth * done) / this.#total);
    const bar = '#'.repeat(filled) + '.'.repeat(barWidth - filled);
    const left = done === 0 ? [] : [`${showSeconds((this.#seconds() / done) * (this.#total - done))} left`];
    return `[${bar}] ${done}/${this.#total}, ${[...facts, ...left].join(', ')}`;
  }

  /** A table. */
  summary(): string {
    const { accepted, rejected, undecided } = this.counts;
    const why = [...this.#whyUndecided].map(([outcome, count]) => `${outcome} ${count}`).join(', ');
    const rows = [
      ['accepted', accepted, this.#withSorry > 0 ? `${this.#withSorry} of them unfinished (sorry)` : ''],
      ['rejected', rejected, ''],
      ['undecided', undecided, why],
      ['all', this.done, `in ${showSeconds(this.#seconds())}, ${this.#rate()}`],
    ] as const;
    const width = String(this.done).length;
    return rows
      .map(([name, count, note]) => `${name.padEnd(10)}${String(count).padStart(width)}  ${note}`.trimEnd())
      .join('\n');
  }

  #seconds(): number {
    return (this.#now() - this.#startedAt) / msPerSecond;
  }

  #rate(): string {
    const seconds = this.#seconds();
    return `${(seconds > 0 ? this.done / seconds : 0).toFixed(1)}/s`;
  }
}

function showSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}
