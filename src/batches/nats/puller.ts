import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { abortable } from '../../core/abortable.ts';
import { messageOf } from '../../core/app-error.ts';
import { pull, type Delivery } from '../../nats/delivery.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import { PrincipalTurns } from '../principal-turns.ts';
import { maxTakeMs, type Lease, type TakeRequest } from '../work-queue.ts';
import type { QueueNames } from './names.ts';
import { surveyChecks } from './streams.ts';

export interface PullerOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly names: QueueNames;
  /** How long a check is a worker's without another word, in milliseconds. */
  readonly leaseMs: number;
  readonly logger: Logger;
  /** What a worker gets of a message; `undefined` when there is nothing to do for it. */
  readonly toLease: (delivery: Delivery) => Promise<Lease | undefined>;
}

/** How long the servers keep a question open that they cannot answer in full, in milliseconds. */
const pullMs = 100;
/** How long it counts what was said about who has something waiting, in milliseconds. */
const surveyAgeMs = 1000;
/** The same while nothing waits: there may be more soon. */
const idleSurveyAgeMs = 500;

/** What a consumer has, as the last survey found it. */
interface Supply {
  /** Messages that nobody has been given. */
  waiting: number;
  /** Whether some may come back that others were given. */
  mayComeBack: boolean;
}

/** Takes messages from the consumers of all principals by turns, never more than there is room for. */
export class Puller implements AsyncDisposable {
  readonly #options: PullerOptions;
  readonly #turns = new PrincipalTurns();
  /** What came and nobody has taken yet. */
  readonly #arrived: { readonly consumer: string; readonly lease: Lease }[] = [];
  readonly #pulls = new Set<Promise<void>>();
  /** Messages that are asked for. */
  #asked = 0;
  #supplies = new Map<string, Supply>();
  #surveyedAt = -Infinity;
  #wake: () => void = () => undefined;
  #isClosed = false;

  constructor(options: PullerOptions) {
    this.#options = options;
  }

  /** There may be something now where nothing was. */
  noteNews(): void {
    if (this.#hasAny()) return;
    this.#surveyedAt = -Infinity;
    this.#wake();
  }

  /** @param image as it is in names of consumers */
  async take({ image, free, maxPerPrincipal }: TakeRequest, signal: AbortSignal): Promise<readonly Lease[]> {
    const until = performance.now() + maxTakeMs;
    for (;;) {
      signal.throwIfAborted();
      const leases = this.#arrived.splice(0, free).map(({ lease, consumer }) => this.#counted(lease, consumer));
      if (leases.length > 0 || performance.now() > until) return leases;
      const change = new Promise<void>((resolve) => (this.#wake = resolve));
      await this.#survey(image);
      this.#ask(free - this.#asked - this.#arrived.length, maxPerPrincipal);
      if (this.#arrived.length > 0) continue;
      const timer = setTimeout(this.#wake, this.#hasAny() ? pullMs : idleSurveyAgeMs);
      try {
        await abortable(change, signal);
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** What has come and was not taken goes back. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pulls);
    await Promise.all(this.#arrived.splice(0).map(({ lease }) => lease.giveBack(0)));
  }

  #hasAny(): boolean {
    for (const { waiting } of this.#supplies.values()) if (waiting > 0) return true;
    return false;
  }

  async #survey(image: string): Promise<void> {
    if (performance.now() - this.#surveyedAt < (this.#hasAny() ? surveyAgeMs : idleSurveyAgeMs)) return;
    const supplies = new Map<string, Supply>();
    this.#surveyedAt = performance.now();
    const { jsm, names } = this.#options;
    for (const { name, waiting, taken } of await surveyChecks(jsm, names)) {
      if (!name.startsWith(`${image}-`)) continue;
      // Those that others have, or had: a worker that is lost does not say so.
      supplies.set(name, { waiting, mayComeBack: taken > this.#turns.takenOf(name) });
    }
    this.#supplies = supplies;
  }

  #ask(room: number, maxPerPrincipal: number): void {
    const shares = new Map<string, number>();
    let left = room;
    const share = (having: (supply: Supply) => boolean, took: (supply: Supply) => void): void => {
      for (; left > 0; left -= 1) {
        const names = [...this.#supplies].filter(([, supply]) => having(supply)).map(([name]) => name);
        const next = this.#turns.next(names, maxPerPrincipal);
        const supply = next === undefined ? undefined : this.#supplies.get(next);
        if (next === undefined || supply === undefined) return;
        took(supply);
        this.#turns.took(next);
        shares.set(next, (shares.get(next) ?? 0) + 1);
      }
    };
    share(
      ({ waiting }) => waiting > 0,
      (supply) => {
        supply.waiting -= 1;
        // What came back is delivered before what waits.
        supply.mayComeBack = false;
      },
    );
    share(
      ({ mayComeBack }) => mayComeBack,
      (supply) => {
        supply.mayComeBack = false;
      },
    );
    for (const [consumer, count] of shares) {
      const pulling = this.#pull(consumer, count).finally(() => this.#pulls.delete(pulling));
      this.#pulls.add(pulling);
    }
  }

  async #pull(consumer: string, count: number): Promise<void> {
    const { connection, names, logger, toLease } = this.#options;
    let open = count;
    this.#asked += count;
    const came = (): void => {
      open -= 1;
      this.#asked -= 1;
    };
    try {
      for await (const delivery of pull(connection, { stream: names.checks, consumer, count, waitMs: pullMs })) {
        if (this.#isClosed) {
          delivery.giveBack(0);
          continue;
        }
        const lease = await toLease(delivery);
        came();
        if (lease === undefined) this.#turns.ended(consumer);
        else this.#arrived.push({ consumer, lease });
        this.#wake();
      }
    } catch (error) {
      logger.debug('Checks could not be taken', { consumer, error: messageOf(error) });
      // Nothing is known of it until it is asked about again.
      this.#supplies.delete(consumer);
    } finally {
      while (open > 0) {
        came();
        this.#turns.ended(consumer);
      }
      this.#wake();
    }
  }

  /** The lease counts as its principal's until it ends, or runs out. */
  #counted(lease: Lease, consumer: string): Lease {
    let isCounted = true;
    const ended = (): void => {
      clearTimeout(timer);
      if (isCounted) this.#turns.ended(consumer);
      isCounted = false;
    };
    const timer = setTimeout(ended, this.#options.leaseMs).unref();
    const ending = async <Value>(work: Promise<Value>): Promise<Value> => {
      try {
        return await work;
      } finally {
        ended();
      }
    };
    return {
      ...lease,
      extend: () => {
        if (isCounted) timer.refresh();
        return lease.extend();
      },
      giveBack: (delayMs) => ending(lease.giveBack(delayMs)),
      drop: () => ending(lease.drop()),
      done: (report) => ending(lease.done(report)),
    };
  }
}
