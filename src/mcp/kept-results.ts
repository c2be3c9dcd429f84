/*
 * Results of which something was left out, kept whole for some minutes so that the rest can be read. They are bounded in
 * number of bytes, for each caller and in all; the oldest make room. What one caller did is not there for another.
 */
import { randomUUID } from 'node:crypto';
import type { Principal } from '../core/ids.ts';
import type { Shown } from '../report/fit-result.ts';

/** How long and how much is kept. */
export interface KeptResultsLimits {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPrincipal: number;
}

export const keptResultsLimits: KeptResultsLimits = {
  maxAgeMs: 600_000,
  maxBytes: 64 * 1024 ** 2,
  maxBytesPerPrincipal: 16 * 1024 ** 2,
};

/** The address of a kept result. */
export function resultUri(id: string): string {
  return `lean-result://${id}`;
}

/** The results of one caller. */
export interface OwnResults {
  /** Keeps a result. @returns its name, which nobody can guess; `undefined` when it is too large to be kept */
  keep(result: Shown): string | undefined;
  /** The result; `undefined` when there is none of this caller under the name, or no longer. */
  find(id: string): Shown | undefined;
}

interface Kept {
  readonly principal: Principal;
  readonly result: Shown;
  readonly bytes: number;
  readonly until: number;
}

export class KeptResults {
  readonly #limits: KeptResultsLimits;
  readonly #now: () => number;
  /** In the order in which they were kept. */
  readonly #kept = new Map<string, Kept>();

  /** @param now in milliseconds */
  constructor(limits: KeptResultsLimits, now: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#now = now;
  }

  /** What takes room now. */
  get bytes(): number {
    return this.#bytesOf(() => true);
  }

  of(principal: Principal): OwnResults {
    return {
      keep: (result) => this.#keep(principal, result),
      find: (id) => {
        this.#forgetOld();
        const kept = this.#kept.get(id);
        return kept?.principal === principal ? kept.result : undefined;
      },
    };
  }

  #keep(principal: Principal, result: Shown): string | undefined {
    this.#forgetOld();
    // Text of JavaScript may take two bytes a character.
    const bytes = 2 * (JSON.stringify(result.structured).length + result.text.length);
    if (bytes > Math.min(this.#limits.maxBytesPerPrincipal, this.#limits.maxBytes)) return undefined;
    const id = randomUUID();
    this.#kept.set(id, { principal, result, bytes, until: this.#now() + this.#limits.maxAgeMs });
    this.#makeRoom((kept) => kept.principal === principal, this.#limits.maxBytesPerPrincipal);
    this.#makeRoom(() => true, this.#limits.maxBytes);
    return id;
  }

  #forgetOld(): void {
    const now = this.#now();
    for (const [id, { until }] of this.#kept) if (until <= now) this.#kept.delete(id);
  }

  #makeRoom(counts: (kept: Kept) => boolean, limit: number): void {
    let bytes = this.#bytesOf(counts);
    for (const [id, kept] of this.#kept) {
      if (bytes <= limit) return;
      if (!counts(kept)) continue;
      this.#kept.delete(id);
      bytes -= kept.bytes;
    }
  }

  #bytesOf(counts: (kept: Kept) => boolean): number {
    return [...this.#kept.values()].reduce((sum, kept) => sum + (counts(kept) ? kept.bytes : 0), 0);
  }
}
