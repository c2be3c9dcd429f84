/*
 * Where verifications get their sandboxes: those that are kept ready once somebody verifies, else made for them. None is
 * used twice, and one that judges has nothing of a tenant's in it before it is asked.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { Deadline } from '../core/deadline.ts';
import type { Principal } from '../core/ids.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { ItemKind } from '../pool/item-kind.ts';
import { WarmPool, type Lease, type PoolStats } from '../pool/warm-pool.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { VerifierSandbox, type VerifierRole } from './verifier-sandbox.ts';

type Kind = ItemKind<VerifierSandbox>;

export interface VerifierSupplyOptions {
  readonly driver: SandboxDriver;
  /** How many are kept ready after a verification, of all roles together; 0 for none. */
  readonly ready: number;
  /** A ready one older than this is replaced, in milliseconds. */
  readonly maxAgeMs: number;
  readonly logger: Logger;
}

/** How long the imports of one may take, in milliseconds. */
const importLimitMs = 300_000;

/** Disposing destroys those that nobody has leased. */
export class VerifierSupply implements AsyncDisposable {
  readonly #options: VerifierSupplyOptions;
  readonly #pool: WarmPool<Kind>;

  constructor(options: VerifierSupplyOptions) {
    const { maxAgeMs, logger } = options;
    this.#options = options;
    this.#pool = new WarmPool<Kind>({
      size: 0,
      ranked: [],
      maxAgeMs,
      owner: {
        shuttingDown: () => new AppError(failures['shutting-down'].serverEnds, 'The server is shutting down.'),
        endedAtOnce: () =>
          new AppError(failures['engine-failed'].sandboxEndedAtOnce, 'A sandbox ended as soon as it was made.'),
        onTrouble: ({ name }, error) => {
          logger.warn('A sandbox for verifying cannot be made', { kind: name, error: messageOf(error) });
        },
        onRecovered: ({ name }) => {
          logger.info('A sandbox for verifying can be made again', { kind: name });
        },
        onLeftBehind: (error) => {
          logger.warn('A sandbox could not be removed', { error: messageOf(error) });
        },
      },
    });
  }

  /** In numbers. */
  get stats(): PoolStats {
    return this.#pool.stats;
  }

  /** A sandbox for one request. @throws AppError when none can be made; the signal's reason */
  async lease(
    launch: LeanLaunch,
    role: VerifierRole,
    borrower: Principal,
    signal: AbortSignal,
  ): Promise<Lease<VerifierSandbox>> {
    this.#pool.resize(this.#options.ready);
    const kind: Kind = {
      name: JSON.stringify([launch.image, role]),
      keptOnDemand: true,
      make: async (made) => {
        using deadline = new Deadline(importLimitMs, made);
        return await VerifierSandbox.start(this.#options.driver, launch, role, deadline, made);
      },
    };
    return await this.#pool.lease(kind, { borrower, signal });
  }

  /** Removes what is ready and makes nothing ahead any more, until the next verification. */
  rest(): void {
    this.#pool.resize(0);
    this.#pool.fill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
