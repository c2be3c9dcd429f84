import { abortReason } from '../core/abortable.ts';
import { isFarLess } from './recent-borrowing.ts';

/** A call in line; it leaves the line with the answer that it is given. */
export interface WaitingCall<Value> {
  readonly key: string;
  readonly borrower: string;
  /** How often it has let others go first. */
  passedOver: number;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
}

/** A call that has let others go first so often is next, whoever else there is. */
const maxPassedOver = 64;

/** Calls that wait for an item of some kind. A call whose signal fires leaves by itself. */
export class WaitingCalls<Value> {
  /** In the order in which they came. */
  readonly #calls = new Set<WaitingCall<Value>>();

  /** How many wait, for items of this kind or in all. */
  count(key?: string): number {
    if (key === undefined) return this.#calls.size;
    let count = 0;
    for (const call of this.#calls) if (call.key === key) count += 1;
    return count;
  }

  /** Joins the line. Rejects with what the line is told, or with the signal's reason when it fires first. */
  wait(key: string, borrower: string, signal: AbortSignal | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#calls.delete(call);
        if (signal !== undefined) reject(abortReason(signal));
      };
      const leave = (): void => {
        this.#calls.delete(call);
        signal?.removeEventListener('abort', onAbort);
      };
      const call: WaitingCall<Value> = {
        key,
        borrower,
        passedOver: 0,
        resolve: (value) => {
          leave();
          resolve(value);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#calls.add(call);
    });
  }

  /**
   * The call that is next in line for this kind: one that has let others go first for too long; else the one that came
   * first of those whose borrower has not taken far more than another in line.
   *
   * @param taken how much a borrower has had
   */
  next(key: string, taken: (borrower: string) => number): WaitingCall<Value> | undefined {
    const inLine = [...this.#calls].filter((call) => call.key === key);
    const amounts = new Map(inLine.map(({ borrower }) => [borrower, taken(borrower)]));
    const least = Math.min(...amounts.values());
    const isNext = (call: WaitingCall<Value>): boolean => !isFarLess(least, amounts.get(call.borrower) ?? 0);
    return inLine.find((call) => this.mustBeNext(call)) ?? inLine.find(isNext);
  }

  /** Whether a call has let others go first for as long as it can be asked to. */
  mustBeNext({ passedOver }: WaitingCall<Value>): boolean {
    return passedOver >= maxPassedOver;
  }

  /** Notes that an item went to this call, or to none, though others had waited for one of the kind before. */
  passOver(key: string, served?: WaitingCall<Value>): void {
    for (const call of this.#calls) {
      if (call === served) return;
      if (call.key === key) call.passedOver += 1;
    }
  }

  rejectAll(error: Error): void {
    for (const call of this.#calls) call.reject(error);
  }
}
