import { abortable } from '../core/abortable.ts';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Principal, SessionId } from '../core/ids.ts';
import type { OpenScopes } from '../lean/source/hidden-declarations.ts';
import type { HeldLean, LeanHolder } from '../lean/held-lean.ts';
import type { Owned } from '../core/owned.ts';
import type { CompiledFiles } from '../projects/compiled-files.ts';
import type { ProjectFiles } from '../projects/project.ts';
import type { Revision } from './revision.ts';
import { emptySource, type SessionSource } from './session-source.ts';

/** A Lean and what is beside it. */
export interface AcceptingLean {
  readonly version: string;
  /** The id of the image. */
  readonly image: string;
}

/** A call that the session has accepted. */
export interface AcceptedStep {
  /** The header of the session's text after it. */
  readonly header: string;
  /** What was kept of its code; see {@link SessionSource}. */
  readonly code: string;
  /** Files that it brought or changed, which it and later steps can import. */
  readonly files?: ProjectFiles;
  /** Names that it defined. */
  readonly names: readonly string[];
  readonly acceptedAt: Date;
  /** The Lean that accepted it; absent in sessions of earlier versions. */
  readonly acceptedBy?: AcceptingLean;
  /** What it and the steps before it leave open, once that has been read. Not written down. */
  readonly leavesOpen?: OpenScopes;
}

/** Everything that a session is, its server aside. */
export interface SessionRecord {
  readonly id: SessionId;
  /** The only one for whom it exists. */
  readonly owner: Principal;
  /** Where all its calls run; absent: in the only environment, which has no name. */
  readonly environment?: string | undefined;
  readonly createdAt: Date;
  readonly steps: readonly AcceptedStep[];
}

/** Where a session comes from. */
export interface SessionOrigin {
  /** Whether a server, now gone, has had the text: one of a server program before this one. */
  readonly hadServer?: boolean;
  readonly revision?: Revision | undefined;
  readonly refresh?: (session: Session) => Promise<void>;
}

/** Calls of one session that may wait for their turn. */
const maxWaiting = 64;

/**
 * A session. Its truth is the text that it has accepted; the Lean server that has elaborated the text is a cache, and can
 * be lost and made again. Calls take turns. Disposing destroys the server; the handle is then of no use.
 */
export class Session implements LeanHolder, AsyncDisposable {
  readonly id: SessionId;
  readonly owner: Principal;
  readonly environment: string | undefined;
  readonly createdAt: Date;
  #steps: readonly AcceptedStep[];
  /** As it is written down; `undefined` when it is not. */
  #revision: Revision | undefined;
  /** Done when a turn begins: another server may have changed it. */
  readonly #refresh: ((session: Session) => Promise<void>) | undefined;
  /** The step that defined each name first; made when it is asked for. */
  #definedIn: ReadonlyMap<string, number> | undefined;
  #server: HeldLean | undefined;
  #compiled: Owned<CompiledFiles> | undefined;
  #hadServer: boolean;
  #turn: Promise<unknown> = Promise.resolve();
  #state: 'open' | 'let-go' | 'ended' = 'open';
  readonly #closing = new AbortController();
  #waiting = 0;
  #lastUsedAt = new Date();
  /** The same on a clock that nobody sets. */
  #lastUsedMs = performance.now();

  /** @param origin where it comes from; of a session that nobody keeps, nothing is known */
  constructor({ id, owner, environment, createdAt, steps }: SessionRecord, origin: SessionOrigin = {}) {
    const { hadServer = false, revision, refresh } = origin;
    this.#revision = revision;
    this.#refresh = refresh;
    this.id = id;
    this.owner = owner;
    this.environment = environment;
    this.createdAt = createdAt;
    this.#steps = steps;
    this.#hadServer = hadServer;
  }

  get record(): SessionRecord {
    const { id, owner, environment, createdAt } = this;
    return { id, owner, ...(environment !== undefined && { environment }), createdAt, steps: this.#steps };
  }

  get steps(): readonly AcceptedStep[] {
    return this.#steps;
  }

  get source(): SessionSource {
    return sourceOf(this.#steps);
  }

  /** Files that its text can import. */
  get files(): ProjectFiles {
    return new Map(this.#steps.flatMap(({ files }) => [...(files ?? [])]));
  }

  /** When a call last began or ended. */
  get lastUsedAt(): Date {
    return this.#lastUsedAt;
  }

  /** How long nothing has been asked of it, in milliseconds, whatever becomes of the time of day. */
  get idleMs(): number {
    return this.isBusy ? 0 : performance.now() - this.#lastUsedMs;
  }

  /** The server, if there is a living one. */
  get server(): HeldLean | undefined {
    return this.#server?.lean.thing.hasEnded === true ? undefined : this.#server;
  }

  /** Whether a server that had the text is gone, so that the next call replays the text in a new one. */
  get lostServer(): boolean {
    return this.server === undefined && this.#hadServer && this.#steps.length > 0;
  }

  /** Whether a call is running or waiting. */
  get isBusy(): boolean {
    return this.#waiting > 0;
  }

  /** Whether its owner has ended it, so that nothing of it may be kept. */
  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Fires when it is closed, so that nothing goes on for it. Not: that its text is gone, which {@link isEnded} tells. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Ends it for good: calls that run or wait fail. */
  end(): void {
    this.#state = 'ended';
    this.#closing.abort(sessionUnknown(this.id));
  }

  /** @throws AppError `session-unknown` when it was closed */
  requireOpen(): void {
    if (this.#state !== 'open') throw sessionUnknown(this.id);
  }

  /**
   * Does work when the calls before it are done.
   *
   * @throws AppError `session-unknown` when the session is closed by then, `busy` when too many wait; the signal's reason
   *   when it fires before the turn
   */
  async takeTurn<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    if (this.#waiting > maxWaiting) {
      throw new AppError(
        failures.busy.turnsOfSession,
        `${maxWaiting} calls are waiting already for their turn in session ${this.id}.`,
      );
    }
    this.#waiting += 1;
    this.#noteUse();
    const before = this.#turn;
    const mine = (signal === undefined ? before : abortable(before, signal)).then(async () => {
      signal?.throwIfAborted();
      this.requireOpen();
      await this.#refresh?.(this);
      this.requireOpen();
      return await work();
    });
    // Who gives up while waiting does not let the next one in early.
    this.#turn = Promise.allSettled([before, mine]);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
      this.#noteUse();
    }
  }

  #noteUse(): void {
    this.#lastUsedAt = new Date();
    this.#lastUsedMs = performance.now();
  }

  /** As it is written down; `undefined` when it is not. */
  get revision(): Revision | undefined {
    return this.#revision;
  }

  /** Makes these the accepted steps: one more than before, or fewer. */
  replaceSteps(steps: readonly AcceptedStep[], revision: Revision | undefined): void {
    this.#steps = steps;
    this.#revision = revision;
    this.#definedIn = undefined;
  }

  /**
   * The first steps.
   *
   * @throws AppError `usage` when there are fewer
   */
  firstSteps(count: number): readonly AcceptedStep[] {
    if (Number.isInteger(count) && count >= 0 && count <= this.#steps.length) return this.#steps.slice(0, count);
    throw new AppError(
      failures.usage.stepNotThere({ steps: this.#steps.length }),
      `step is ${count}, but session ${this.id} has ${this.#steps.length} accepted steps.`,
    );
  }

  /** The number of the step that defined a name, from 1. */
  stepThatDefined(name: string): number | undefined {
    this.#definedIn ??= firstDefinitions(this.#steps);
    return this.#definedIn.get(name);
  }

  /** Owns this server from now on; it is forgotten when it ends. The one before is destroyed. */
  attach(server: HeldLean): void {
    this.dropServer();
    this.#server = server;
    this.#hadServer = true;
    // It was closed meanwhile.
    if (this.#state !== 'open') this.dropServer();
    void server.lean.thing.ended.then(() => {
      if (this.#server === server) this.#server = undefined;
    });
  }

  /** Destroys the server; the text stays. */
  dropServer(): void {
    this.#server?.lean[Symbol.dispose]();
    this.#server = undefined;
  }

  /** What is compiled of its files; made when there is nothing yet, and owned from then on. */
  compiledFiles(make: () => Owned<CompiledFiles>): CompiledFiles {
    this.requireOpen();
    this.#compiled ??= make();
    return this.#compiled.thing;
  }

  /** Destroys all that the text can be made into again. */
  rest(): void {
    this.dropServer();
    this.#compiled?.[Symbol.dispose]();
    this.#compiled = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'open') this.#state = 'let-go';
    this.#closing.abort(sessionUnknown(this.id));
    const owned = [this.#server?.lean, this.#compiled].filter((one) => one !== undefined);
    this.#server = undefined;
    this.#compiled = undefined;
    await Promise.all(owned.map((one) => one[Symbol.asyncDispose]()));
  }
}

/** The files of a session, if there is one, with those that a call brings: the later one counts. */
export function withFiles(session: Pick<Session, 'files'> | undefined, brought?: ProjectFiles): ProjectFiles {
  return new Map([...(session?.files ?? []), ...(brought ?? [])]);
}

/** Of the files that a call brings, those that the session does not have like that. */
export function changedFiles({ files }: Pick<Session, 'files'>, brought: ProjectFiles = new Map()): ProjectFiles {
  return new Map([...brought].filter(([path, text]) => files.get(path) !== text));
}

/** The text of some steps. */
export function sourceOf(steps: readonly AcceptedStep[]): SessionSource {
  const last = steps.at(-1);
  return last === undefined ? emptySource : { header: last.header, steps: steps.map(({ code }) => code) };
}

function firstDefinitions(steps: readonly AcceptedStep[]): ReadonlyMap<string, number> {
  const definitions = new Map<string, number>();
  for (const [index, { names }] of steps.entries()) {
    for (const name of names) if (!definitions.has(name)) definitions.set(name, index + 1);
  }
  return definitions;
}

/** No such session, as far as anybody can tell. */
export function sessionUnknown(id: string): AppError {
  return new AppError(failures['session-unknown'].notOpen, `There is no session ${JSON.stringify(id)}.`);
}
