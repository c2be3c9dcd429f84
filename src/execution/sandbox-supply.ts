/*
 * Where calls get their sandboxes: from the pool when one is ready, else made for them. There are three kinds: Lean servers
 * that have already imported a header, bare ones that have not, and those that wait for a program. A call whose header is
 * not kept ready takes a bare one and imports there; a header that is wanted often gets ready ones of its own.
 */
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { Principal } from '../core/ids.ts';
import { Owned } from '../core/owned.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Lean } from '../lean/lean.ts';
import { elaboratorMissing } from '../lean/toolchain.ts';
import type { ProgramSandbox } from '../lean/program-run.ts';
import type { ItemOf } from '../pool/item-kind.ts';
import { WarmPool, type Lease, type LeaseRequest, type PoolStats } from '../pool/warm-pool.ts';
import type { LogFields, Logger } from '../telemetry/telemetry.ts';
import { SandboxKinds, type LeanKind, type SandboxKey, type SandboxKind, type SandboxMaking } from './sandbox-kind.ts';

/**
 * How much is kept ready: nothing while nobody calls; what a first call needs while it is not known whether there will be
 * one; else all that is planned.
 */
type Readiness = 'nothing' | 'first-call' | 'all';

/** What the pool is to keep ready for an image. */
export interface PoolPlan {
  /** How many sandboxes, of all environments together; 0 for none. */
  readonly size: number;
  /** How much memory they may have together; absent: any. */
  readonly maxMemory?: Bytes;
  /** Headers of the environment, in plain form, the most important first. */
  readonly headers: readonly string[];
}

export interface SandboxSupplyOptions extends SandboxMaking {
  /** Asked when an environment is first used, and after a rest. */
  readonly plan: (launch: LeanLaunch, environment: string) => Promise<PoolPlan>;
  /** A ready sandbox older than this is replaced, in milliseconds. */
  readonly maxAgeMs: number;
  readonly logger: Logger;
}

/** The supply as the calls of one principal use it. */
export interface SupplyOfCaller {
  /**
   * A Lean server, with this header imported if one is kept ready.
   *
   * @param header in plain form; `undefined` when it has none
   * @param asks whether it has to answer questions about places
   * @throws AppError when none can be made; the signal's reason
   */
  leaseServer(
    launch: LeanLaunch,
    header: string | undefined,
    signal: AbortSignal,
    asks?: boolean,
  ): Promise<LeasedServer>;
  /** A sandbox that waits for a program. Throws as {@link leaseServer}. */
  leaseProgram(launch: LeanLaunch, signal: AbortSignal): Promise<Owned<ProgramSandbox>>;
  /** Says that a call wanted this header and that Lean could import it. */
  noteHeader(launch: LeanLaunch, header: string, asks?: boolean): void;
}

/** A Lean for one call. */
export class LeasedServer extends Owned<Lean> {
  /** The header that it has imported, in plain form; `undefined` when it has been given no text yet. */
  readonly header: string | undefined;
  readonly wasWarm: boolean;

  constructor({ item, wasWarm }: Lease<Lean>, header: string | undefined, onFailure: (error: unknown) => void) {
    super(item, onFailure);
    this.header = header;
    this.wasWarm = wasWarm;
  }

  /** Whether the call has to wait for Lean's start or for the imports. */
  get isCold(): boolean {
    return this.header === undefined || !this.wasWarm;
  }
}

/** Disposing destroys the sandboxes that nobody has leased. */
export class SandboxSupply implements AsyncDisposable {
  readonly #options: SandboxSupplyOptions;
  readonly #kinds: SandboxKinds;
  readonly #pool: WarmPool<SandboxKind>;
  /** The environments that are used, each once its part of the pool is planned. */
  readonly #environments = new Map<string, Promise<void>>();
  /** How many sandboxes a first call of each may need. */
  readonly #firstCalls = new Map<string, number>();
  #room: Omit<PoolPlan, 'headers'> = { size: 0 };
  #readiness: Readiness = 'nothing';
  #hasRested = false;
  #disposed = false;

  constructor(options: SandboxSupplyOptions) {
    this.#options = options;
    this.#kinds = new SandboxKinds(options);
    this.#pool = this.#create();
  }

  /** The pool in numbers. */
  get stats(): PoolStats {
    return this.#pool.stats;
  }

  /** Whether principals who take few sandboxes and others who take many call at the same time. */
  get isShared(): boolean {
    return this.#pool.isShared;
  }

  /** Begins to make sandboxes ahead for this image. Does not fall back behind what is ready for calls that have come. */
  async fill(environment: string, launch: LeanLaunch, readiness: 'first-call' | 'all' = 'all'): Promise<void> {
    await this.#open(environment, launch);
    if (this.#readiness !== 'all') this.#keepReady(readiness);
    this.#pool.fill();
  }

  /** Removes what is ready and makes nothing ahead any more, until the next call. */
  rest(): void {
    if (this.#environments.size === 0) return;
    this.#keepReady('nothing');
    this.#pool.fill();
    this.#hasRested = true;
  }

  /** For the calls of this principal in an environment. Principals share what is ready. */
  of(principal: Principal, environment: string): SupplyOfCaller {
    return {
      leaseServer: async (launch, header, signal, asks = false) => {
        await this.#openForCall(environment, launch);
        const which = whichLean(launch, asks);
        const bare = this.#kinds.lean(environment, undefined, which);
        const withHeader = header === undefined ? undefined : this.#kinds.lean(environment, header, which);
        const isPreferred = withHeader !== undefined && prefers(this.#pool, withHeader, bare, principal);
        const kind = isPreferred ? withHeader : bare;
        const lease = await this.#lease(kind, launch, { borrower: principal, signal });
        return new LeasedServer(lease, kind.header, this.#onLeft);
      },
      leaseProgram: async (launch, signal) => {
        await this.#openForCall(environment, launch);
        const { item } = await this.#lease(this.#kinds.program(environment), launch, {
          borrower: principal,
          signal,
        });
        return new Owned(item, this.#onLeft);
      },
      noteHeader: (launch, header, asks = false) => {
        this.#open(environment, launch).then(
          () => {
            this.#pool.note(this.#kinds.lean(environment, header, whichLean(launch, asks)));
          },
          () => undefined,
        );
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await this.#pool[Symbol.asyncDispose]();
  }

  readonly #onLeft = (error: unknown): void => {
    this.#options.logger.warn('A sandbox could not be removed', { error: messageOf(error) });
  };

  /** What is ready was made of the image as it was then; what was made of another one than the call is to have is of no use. */
  async #lease<Leased extends SandboxKind>(
    kind: Leased,
    launch: LeanLaunch,
    request: LeaseRequest,
  ): Promise<Lease<ItemOf<Leased>>> {
    for (;;) {
      const lease = await this.#pool.lease(kind, request);
      if (!lease.wasWarm || lease.item.launch.image === launch.image) return lease;
      new Owned(lease.item, this.#onLeft)[Symbol.dispose]();
    }
  }

  /** What the call leases is made before what is to be ready for the next ones. */
  async #openForCall(environment: string, launch: LeanLaunch): Promise<void> {
    await this.#open(environment, launch);
    this.#keepReady('all');
    if (this.#hasRested) this.#planAgain(environment, launch);
    this.#hasRested = false;
  }

  #keepReady(readiness: Readiness): void {
    this.#readiness = readiness;
    const { size, maxMemory } = this.#room;
    const firstCalls = [...this.#firstCalls.values()].reduce((sum, count) => sum + count, 0);
    const sizes = { nothing: 0, 'first-call': Math.min(size, firstCalls), all: size };
    this.#pool.resize(sizes[readiness], maxMemory);
  }

  /** What there is room for may have changed meanwhile. */
  #planAgain(environment: string, launch: LeanLaunch): void {
    const { plan, logger } = this.#options;
    plan(launch, environment).then(
      ({ size, maxMemory }) => {
        this.#room = { size, ...(maxMemory !== undefined && { maxMemory }) };
        this.#keepReady(this.#readiness);
        this.#pool.fill();
      },
      (error: unknown) => {
        logger.debug('It is not known how many sandboxes there is room for', { error: messageOf(error) });
      },
    );
  }

  /** Has the pool plan for this environment, too. */
  async #open(environment: string, launch: LeanLaunch): Promise<void> {
    // Otherwise what began before the end would make sandboxes after it.
    if (this.#disposed) throw shuttingDown();
    let opening = this.#environments.get(environment);
    if (opening === undefined) {
      opening = this.#plan(environment, launch).catch((error: unknown) => {
        this.#environments.delete(environment);
        throw error;
      });
      this.#environments.set(environment, opening);
    }
    await opening;
  }

  async #plan(environment: string, launch: LeanLaunch): Promise<void> {
    const { headers, ...room } = await this.#options.plan(launch, environment);
    this.#room = room;
    this.#pool.setGroup({
      name: environment,
      memory: launch.jail.limits.memory,
      ranked: [
        ...headers.map((header) => this.#kinds.lean(environment, header)),
        whichLean(launch, true) === 'questions'
          ? this.#kinds.lean(environment, headers[0], 'questions')
          : this.#kinds.program(environment),
        this.#kinds.lean(environment),
      ],
    });
    // One with each header, and one for a program or for questions.
    this.#firstCalls.set(environment, headers.length + 1);
    this.#options.logger.debug('Keeping sandboxes ready', { environment, size: room.size, headers });
  }

  #create(): WarmPool<SandboxKind> {
    const { maxAgeMs, logger } = this.#options;
    return new WarmPool<SandboxKind>({
      size: 0,
      ranked: [],
      maxAgeMs,
      owner: {
        shuttingDown,
        endedAtOnce,
        onTrouble: (kind, error) => {
          const facts = { ...factsOf(kind), error: messageOf(error) };
          logger.warn('A kind of sandbox cannot be made; trying again with growing pauses', facts);
        },
        onRecovered: (kind) => {
          logger.info('A kind of sandbox can be made again', factsOf(kind));
        },
        onLeftBehind: (error) => {
          logger.warn('A sandbox could not be removed', { error: messageOf(error) });
        },
      },
    });
  }
}

/** Which Lean a call takes: where one does everything, there is no other. */
function whichLean({ toolchain }: LeanLaunch, asks: boolean): 'lean' | 'questions' {
  return asks && elaboratorMissing(toolchain) === undefined ? 'questions' : 'lean';
}

/** A ready one wins; of those that are still to be made, one with the header if such are kept ready as a rule. */
function prefers(pool: WarmPool<SandboxKind>, withHeader: LeanKind, bare: LeanKind, borrower: Principal): boolean {
  return pool.hasWarm(withHeader, borrower) || (!pool.hasWarm(bare, borrower) && pool.offers(withHeader));
}

function factsOf({ environment, kind, header }: SandboxKey): LogFields {
  return { environment, kind, header };
}

function shuttingDown(): AppError {
  return new AppError(failures['shutting-down'].serverEnds, 'The server is shutting down.');
}

function endedAtOnce(): AppError {
  return new AppError(failures['engine-failed'].sandboxEndedAtOnce, 'A sandbox ended as soon as it was made.');
}
