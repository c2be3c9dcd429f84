import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import { messageOf } from '../../core/app-error.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { PrincipalTurns } from '../principal-turns.ts';
import type { Lease, TakeRequest } from '../work-queue.ts';

/** How long the servers keep a question open for messages, in milliseconds; the shortest that the client allows. */
const pullMs = 1000;
/** How long it counts what was said about who has something waiting, in milliseconds. */
const surveyAgeMs = 1000;
const longestTakeMs = 2000;
const stepMs = 100;

/** Takes messages from the consumers of all principals by turns, never more than there is room for. */
export class Puller implements AsyncDisposable {
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #logger: Logger;
  readonly #turns = new PrincipalTurns();
  /** Messages that came and that nobody has taken yet, with the consumer that each is of. */
  readonly #arrived: { readonly consumer: string; readonly message: JsMsg }[] = [];
  readonly #pulls = new Set<Promise<void>>();
  #asked = 0;
  #waiting = new Map<string, number>();
  #surveyedAt = -Infinity;
  #wake: () => void = () => undefined;
  #isClosed = false;

  constructor(js: JetStreamClient, jsm: JetStreamManager, stream: string, logger: Logger) {
    this.#js = js;
    this.#jsm = jsm;
    this.#stream = stream;
    this.#logger = logger;
  }

  /** @param image as it is in names of consumers */
  async take(
    { image, free, mostPerPrincipal }: TakeRequest,
    signal: AbortSignal,
    toLease: (message: JsMsg) => Lease | undefined,
  ): Promise<readonly Lease[]> {
    const until = performance.now() + longestTakeMs;
    for (;;) {
      signal.throwIfAborted();
      const leases = this.#arrived.splice(0, free).flatMap(({ consumer, message }) => {
        const lease = toLease(message);
        if (lease === undefined) this.#turns.ended(consumer);
        return lease === undefined ? [] : [this.#counted(lease, consumer)];
      });
      if (leases.length > 0 || performance.now() > until) return leases;
      await this.#survey(image);
      this.#ask(free - this.#asked - this.#arrived.length, mostPerPrincipal);
      if (this.#arrived.length > 0) continue;
      await Promise.race([
        new Promise<void>((resolve) => (this.#wake = resolve)),
        pause(this.#asked > 0 ? pullMs : stepMs, undefined, { signal, ref: false }).catch(() => undefined),
      ]);
    }
  }

  /** What has come and was not taken goes back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const { message } of this.#arrived.splice(0)) message.nak();
    await Promise.race([Promise.all(this.#pulls), pause(2 * pullMs, undefined, { ref: false })]);
    for (const { message } of this.#arrived.splice(0)) message.nak();
  }

  async #survey(image: string): Promise<void> {
    const isKnown = [...this.#waiting.values()].some((count) => count > 0);
    const age = performance.now() - this.#surveyedAt;
    if (age < (isKnown ? surveyAgeMs : stepMs)) return;
    const waiting = new Map<string, number>();
    for await (const { name, num_pending: pending } of this.#jsm.consumers.list(this.#stream)) {
      if (name.startsWith(`${image}-`)) waiting.set(name, pending);
    }
    this.#waiting = waiting;
    this.#surveyedAt = performance.now();
  }

  #ask(room: number, mostPerPrincipal: number): void {
    const shares = new Map<string, number>();
    for (let left = room; left > 0; left -= 1) {
      const having = [...this.#waiting].filter(([, count]) => count > 0).map(([consumer]) => consumer);
      const next = this.#turns.next(having, mostPerPrincipal);
      if (next === undefined) break;
      this.#turns.took(next);
      this.#waiting.set(next, (this.#waiting.get(next) ?? 0) - 1);
      shares.set(next, (shares.get(next) ?? 0) + 1);
    }
    for (const [consumer, count] of shares) {
      const pull = this.#pull(consumer, count).finally(() => this.#pulls.delete(pull));
      this.#pulls.add(pull);
    }
  }

  async #pull(consumer: string, count: number): Promise<void> {
    let open = count;
    this.#asked += count;
    try {
      const source = await this.#js.consumers.get(this.#stream, consumer);
      for await (const message of await source.fetch({ max_messages: count, expires: pullMs })) {
        open -= 1;
        this.#asked -= 1;
        if (this.#isClosed) message.nak();
        else this.#arrived.push({ consumer, message });
        this.#wake();
      }
    } catch (error) {
      this.#logger.debug('Checks could not be taken', { consumer, error: messageOf(error) });
      await pause(stepMs);
    } finally {
      this.#asked -= open;
      for (; open > 0; open -= 1) this.#turns.ended(consumer);
      this.#wake();
    }
  }

  /** The lease counts as its principal's until it ends. */
  #counted(lease: Lease, consumer: string): Lease {
    let isCounted = true;
    const ended = (): void => {
      if (isCounted) this.#turns.ended(consumer);
      isCounted = false;
    };
    const ending = async <Value>(work: Promise<Value>): Promise<Value> => {
      try {
        return await work;
      } finally {
        ended();
      }
    };
    return {
      ...lease,
      giveBack: (delayMs) => ending(lease.giveBack(delayMs)),
      drop: () => ending(lease.drop()),
      done: (report) => ending(lease.done(report)),
    };
  }
}
