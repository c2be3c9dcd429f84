/*
 * Where calls get their sandboxes: from the pool when one is ready, else made for them. There are three kinds: Lean servers
 * that have already imported a header, bare ones that have not, and those that wait for a program. A call whose header is
 * not kept ready takes a bare one and imports there; a header that is wanted often gets ready ones of its own.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import { Deadline } from '../core/deadline.ts';
import type { Principal } from '../core/ids.ts';
import { headlineOf } from '../lean/diagnostic.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Lean } from '../lean/lean.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import { WarmPool, type Lease, type LeaseRequest, type PoolStats } from '../pool/warm-pool.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import { disposeLater } from './dispose-later.ts';

/**
 * How much is kept ready: nothing while nobody calls; what a first call needs while it is not known whether there will be
 * one; else all that is planned.
 */
type Readiness = 'nothing' | 'first-call' | 'all';

/** What the pool is to keep ready for an image. */
export interface PoolPlan {
  /** How many sandboxes; 0 for none. */
  readonly size: number;
  /** Headers, in plain form, the most important first. */
  readonly headers: readonly string[];
}

export interface SandboxSupplyOptions {
  readonly driver: SandboxDriver;
  /** Starts Lean in a sandbox of its own. Throws what {@link SandboxDriver.start} throws. */
  readonly startLean: (launch: LeanLaunch, signal: AbortSignal) => Promise<Lean>;
  /** The image as it is now. Throws AppError. */
  readonly currentLaunch: () => Promise<LeanLaunch>;
  readonly plan: (launch: LeanLaunch) => Promise<PoolPlan>;
  /** A ready sandbox older than this is replaced, in milliseconds. */
  readonly maxAgeMs: number;
  readonly output: OutputLimits;
  readonly logger: Logger;
}

/** The supply as the calls of one principal use it. */
export interface SupplyOfCaller {
  /**
   * A Lean server, with this header imported if one is kept ready.
   *
   * @param header in plain form; `undefined` when it has none
   * @throws AppError when none can be made; the signal's reason
   */
  leaseServer(launch: LeanLaunch, header: string | undefined, signal: AbortSignal): Promise<LeasedServer>;
  /** A sandbox that waits for a program. Throws as {@link leaseServer}. */
  leaseProgram(launch: LeanLaunch, signal: AbortSignal): Promise<Lease<ProgramSandbox>>;
  /** Says that a call wanted this header and that Lean could import it. */
  noteHeader(launch: LeanLaunch, header: string): void;
}

/** A Lean server for one call. */
export interface LeasedServer {
  readonly server: Lean;
  /** The header that it has imported, in plain form; `undefined` when it has no document yet. */
  readonly header: string | undefined;
  readonly wasWarm: boolean;
}

/** How long importing a header may take when nobody waits for it, in milliseconds. */
const warmUpLimitMs = 300_000;

const bare = 'bare';
const program = 'program';
const headerPrefix = 'header:';

/** Disposing destroys the sandboxes that nobody has leased. */
export class SandboxSupply implements AsyncDisposable {
  readonly #options: SandboxSupplyOptions;
  #pool: Promise<WarmPool<Lean | ProgramSandbox>> | undefined;
  #opened: WarmPool<Lean | ProgramSandbox> | undefined;
  #plan: PoolPlan = { size: 0, headers: [] };
  #readiness: Readiness = 'nothing';
  #hasRested = false;
  #disposed = false;

  constructor(options: SandboxSupplyOptions) {
    this.#options = options;
  }

  /** The pool in numbers. */
  get stats(): PoolStats {
    return this.#opened?.stats ?? { warm: 0, starting: 0, leased: 0, waiting: 0 };
  }

  /** Whether principals who take few sandboxes and others who take many call at the same time. */
  get isShared(): boolean {
    return this.#opened?.isShared ?? false;
  }

  /** Begins to make sandboxes ahead for this image. Does not fall back behind what is ready for calls that have come. */
  async fill(launch: LeanLaunch, readiness: 'first-call' | 'all' = 'all'): Promise<void> {
    const pool = await this.#open(launch);
    if (this.#readiness !== 'all') this.#keepReady(pool, readiness);
    pool.fill();
  }

  /** Removes what is ready and makes nothing ahead any more, until the next call. */
  rest(): void {
    if (this.#opened === undefined) return;
    this.#keepReady(this.#opened, 'nothing');
    this.#opened.fill();
    this.#hasRested = true;
  }

  /** For the calls of this principal. Principals share what is ready. */
  of(principal: Principal): SupplyOfCaller {
    return {
      leaseServer: async (launch, header, signal) => {
        const pool = await this.#openForCall(launch);
        const withHeader = header !== undefined && prefersHeader(pool, headerPrefix + header, principal);
        const request = { borrower: principal, signal };
        const { item, wasWarm } = await this.#lease(pool, withHeader ? headerPrefix + header : bare, launch, request);
        if (item instanceof ProgramSandbox) throw wrongKind();
        return { server: item, header: withHeader ? header : undefined, wasWarm };
      },
      leaseProgram: async (launch, signal) => {
        const pool = await this.#openForCall(launch);
        const { item, wasWarm } = await this.#lease(pool, program, launch, { borrower: principal, signal });
        if (!(item instanceof ProgramSandbox)) throw wrongKind();
        return { item, wasWarm };
      },
      noteHeader: (launch, header) => {
        this.#open(launch).then(
          (pool) => {
            pool.note(headerPrefix + header);
          },
          () => undefined,
        );
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const pool = await this.#pool?.catch(() => undefined);
    await pool?.[Symbol.asyncDispose]();
  }

  /** What is ready was made of the image as it was then; what was made of another one than the call is to have is of no use. */
  async #lease(
    pool: WarmPool<Lean | ProgramSandbox>,
    key: string,
    launch: LeanLaunch,
    request: LeaseRequest,
  ): Promise<Lease<Lean | ProgramSandbox>> {
    for (;;) {
      const lease = await pool.lease(key, request);
      if (!lease.wasWarm || lease.item.launch.image === launch.image) return lease;
      disposeLater(lease.item, this.#options.logger);
    }
  }

  /** What the call leases is made before what is to be ready for the next ones. */
  async #openForCall(launch: LeanLaunch): Promise<WarmPool<Lean | ProgramSandbox>> {
    const pool = await this.#open(launch);
    this.#keepReady(pool, 'all');
    if (this.#hasRested) this.#planAgain(pool, launch);
    this.#hasRested = false;
    return pool;
  }

  #keepReady(pool: WarmPool<Lean | ProgramSandbox>, readiness: Readiness): void {
    this.#readiness = readiness;
    const { size, headers } = this.#plan;
    // One with each header, and one for a program.
    const sizes = { nothing: 0, 'first-call': Math.min(size, headers.length + 1), all: size };
    pool.resize(sizes[readiness]);
  }

  /** What there is room for may have changed meanwhile. */
  #planAgain(pool: WarmPool<Lean | ProgramSandbox>, launch: LeanLaunch): void {
    const { plan, logger } = this.#options;
    plan(launch).then(
      ({ size }) => {
        this.#plan = { ...this.#plan, size };
        this.#keepReady(pool, this.#readiness);
        pool.fill();
      },
      (error: unknown) => {
        logger.debug('It is not known how many sandboxes there is room for', { error: messageOf(error) });
      },
    );
  }

  async #open(launch: LeanLaunch): Promise<WarmPool<Lean | ProgramSandbox>> {
    // Otherwise what began before the end would make sandboxes after it.
    if (this.#disposed) throw new AppError('shutting-down', 'The server is shutting down.');
    this.#pool ??= this.#create(launch).catch((error: unknown) => {
      this.#pool = undefined;
      throw error;
    });
    return await this.#pool;
  }

  async #create(launch: LeanLaunch): Promise<WarmPool<Lean | ProgramSandbox>> {
    const { plan, maxAgeMs, logger } = this.#options;
    this.#plan = await plan(launch);
    const { size, headers } = this.#plan;
    const pool = new WarmPool<Lean | ProgramSandbox>({
      size: 0,
      ranked: [...headers.map((header) => headerPrefix + header), program, bare],
      mayKeep: (key) => key.startsWith(headerPrefix),
      maxAgeMs,
      make: (key, signal) => this.#make(key, signal),
      logger,
    });
    this.#opened = pool;
    logger.debug('Opened the pool', { size, headers });
    return pool;
  }

  async #make(key: string, signal: AbortSignal): Promise<Lean | ProgramSandbox> {
    const { driver, startLean, currentLaunch, output } = this.#options;
    const launch = await currentLaunch();
    if (key === program) return await ProgramSandbox.start(driver, launch, output, signal);
    const server = await startLean(launch, signal);
    if (key !== bare) await importHeader(server, key.slice(headerPrefix.length), signal);
    return server;
  }
}

/** A ready one wins; of those that are still to be made, one with the header if such are kept ready as a rule. */
function prefersHeader(pool: WarmPool<Lean | ProgramSandbox>, key: string, borrower: Principal): boolean {
  return pool.hasWarm(key, borrower) || (!pool.hasWarm(bare, borrower) && pool.offers(key));
}

/** Has the server import a header; destroys it when that does not work. */
async function importHeader(server: Lean, header: string, signal: AbortSignal): Promise<void> {
  using deadline = new Deadline(warmUpLimitMs, signal);
  const { end, diagnostics } = await server.prepare(header, deadline);
  if (end === 'finished') return;
  await server[Symbol.asyncDispose]();
  signal.throwIfAborted();
  const [said] = diagnostics;
  const why = said === undefined ? end : headlineOf(said);
  throw new AppError('engine-failed', `Lean could not import ${JSON.stringify(header.trim())} ahead of time: ${why}`, {
    hint: 'Check lean.warm_headers, and docker.memory_limit for large libraries.',
  });
}

function wrongKind(): AppError {
  return new AppError('internal', 'The pool gave a sandbox of another kind.');
}
