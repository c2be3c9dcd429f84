/*
 * Makes sandboxes on a Docker engine. Order matters: the event stream is open before the first container exists, a
 * container is attached before it starts, and it is known here from the moment the engine names it, so that whatever
 * happens next (a cancelled call, a failed start, shutdown) removes it.
 */
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type Docker from 'dockerode';
import type { Container, ContainerCreateOptions } from 'dockerode';
import PQueue from 'p-queue';
import { AppError, messageOf } from '../../core/app-error.ts';
import { Lazy } from '../../core/lazy.ts';
import { within } from '../../core/within.ts';
import { failures } from '../../core/failures/failures.ts';
import type { Logger } from '../../telemetry/telemetry.ts';
import type { Jail, Sandbox, SandboxDriver, SandboxSpec } from '../sandbox.ts';
import { attach } from './attach.ts';
import { ContainerEvents, type ContainerEvent } from './container-events.ts';
import { containerSpec, describeLimits, type ContainerOwner } from './container-spec.ts';
import { engineStatus, toEngineError } from './docker-errors.ts';
import { readEngineInfo } from './engine-facts.ts';
import { DockerSandbox, removeContainer } from './docker-sandbox.ts';
import { requireEnforcedLimits, requireRuntime } from './engine-limits.ts';
import { containerLabels } from './labels.ts';
import { ContainerSweep } from './orphan-sweep.ts';
import { ownerLabel } from './own-containers.ts';
import { thisProcess } from '../../core/process-name.ts';

export interface DockerDriverOptions {
  /** Gives the engine's client; called once, on first use. */
  readonly connect: () => Promise<Docker>;
  /** How many containers may be in the making at once. */
  readonly maxConcurrentCreations: number;
  /**
   * After a container was made, its place stays empty for this part of the time that it took: making one is work for the
   * CPUs that calls need too. Default: no rest.
   */
  readonly restAfterCreation?: () => number;
  readonly logger: Logger;
}

/** An engine that is watched, with what is done there. */
interface Engine {
  readonly docker: Docker;
  readonly events: ContainerEvents;
  readonly sweep: ContainerSweep;
}

/** What a server left behind that was killed elsewhere, or in the middle of a request, is to go soon. */
const sweepIntervalMs = 30_000;
/** A creation that takes this long leaves its place to others: a request that hangs must not stop all. In milliseconds. */
const creationPlaceMs = 5000;
/** How long an engine has to remove what is left, in milliseconds. */
const disposalLimitMs = 10_000;

/** A {@link SandboxDriver} on a Docker engine. */
export class DockerDriver implements SandboxDriver {
  readonly #options: DockerDriverOptions;
  readonly #logger: Logger;
  readonly #owner: ContainerOwner = {
    owner: ownerLabel(),
    instance: randomUUID(),
    process: thisProcess(),
  };
  readonly #places: PQueue;
  /** Runtimes that the engine is known to have. */
  readonly #runtimes = new Set<string>();
  /** What is being made, by the label of its creation: its container may be there and not among the sandboxes yet. */
  readonly #creations = new Map<string, Promise<Sandbox>>();
  readonly #sandboxes = new Map<string, DockerSandbox>();
  /** Connected to, checked and watched on first use. */
  readonly #engine = new Lazy(async () => {
    try {
      return await this.#connect();
    } catch (error) {
      throw toEngineError(error, 'connecting');
    }
  });
  #sweeping: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(options: DockerDriverOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#places = new PQueue({ concurrency: options.maxConcurrentCreations });
  }

  async start(spec: SandboxSpec, signal?: AbortSignal): Promise<Sandbox> {
    const engine = await this.#ready();
    await this.#requireRuntime(engine.docker, spec.jail.runtime);
    return await new Promise((resolve, reject) => {
      void this.#places.add(async () => {
        const startedAt = performance.now();
        const request = containerSpec(spec, this.#owner);
        const creation = request.Labels[containerLabels.creation];
        const creating = this.#create(engine, spec, request, signal);
        this.#creations.set(creation, creating);
        const created = creating.then(resolve, reject).finally(() => this.#creations.delete(creation));
        await within(created, creationPlaceMs);
        await this.#rest(performance.now() - startedAt);
      });
    });
  }

  async #rest(creationMs: number): Promise<void> {
    const part = this.#disposed ? 0 : (this.#options.restAfterCreation?.() ?? 0);
    if (part > 0) await pause(part * creationMs, undefined, { ref: false });
  }

  /** @throws AppError what {@link start} throws when the engine cannot be reached, or cannot make sandboxes with this jail */
  async requireUsable({ runtime }: Jail): Promise<void> {
    const info = await readEngineInfo(await this.#options.connect());
    requireEnforcedLimits(info);
    requireRuntime(info, runtime);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    clearInterval(this.#sweeping);
    const removed = await within(this.#removeAll(AbortSignal.timeout(disposalLimitMs)), disposalLimitMs);
    if (removed === undefined)
      this.#logger.warn('The engine does not remove the containers; they end when this process does');
    this.#engine.pending?.then(
      ({ events }) => {
        events[Symbol.dispose]();
      },
      () => undefined,
    );
  }

  async #removeAll(limit: AbortSignal): Promise<void> {
    // What waits for a place ends at once when it gets one.
    this.#places.concurrency = Infinity;
    while (this.#creations.size > 0 || this.#places.size > 0) {
      await Promise.allSettled([...this.#creations.values(), this.#places.onEmpty()]);
    }
    const removals = await Promise.allSettled(
      [...this.#sandboxes.values()].map((sandbox) => sandbox[Symbol.asyncDispose]()),
    );
    for (const removal of removals) {
      if (removal.status === 'rejected') {
        this.#logger.warn('A container could not be removed', { error: messageOf(removal.reason) });
      }
    }
    // The engine may have been down when one was to be removed.
    const engine = await this.#engine.pending?.catch(() => undefined);
    await engine?.sweep.removeOwn(limit);
  }

  async #create(
    engine: Engine,
    spec: SandboxSpec,
    request: ContainerCreateOptions,
    signal: AbortSignal | undefined,
  ): Promise<Sandbox> {
    if (this.#disposed) throw new AppError(failures['shutting-down'].serverEnds, 'The server is shutting down.');
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const container = await this.#createContainer(engine, request);
    let attached: Duplex | undefined;
    try {
      attached = await attach(engine.docker, container.id);
      const sandbox = new DockerSandbox(container, attached);
      this.#track(sandbox);
      await container.start();
      signal?.throwIfAborted();
      this.#logger.debug('Started a sandbox', {
        containerId: container.id,
        purpose: spec.purpose,
        limits: describeLimits(spec.jail),
        milliseconds: Math.round(performance.now() - startedAt),
      });
      return sandbox;
    } catch (error) {
      this.#sandboxes.delete(container.id);
      // The engine does not close the stream of a container that never started.
      attached?.destroy();
      await removeContainer(container).catch((failure: unknown) => {
        this.#logger.warn('A container could not be removed', { containerId: container.id, error: messageOf(failure) });
      });
      signal?.throwIfAborted();
      throw toEngineError(error, 'starting a container');
    }
  }

  async #createContainer({ docker, sweep }: Engine, request: ContainerCreateOptions): Promise<Container> {
    try {
      return await docker.createContainer(inBody(request));
    } catch (error) {
      // Without an answer there may be a container that nobody has heard of.
      if (engineStatus(error) === undefined) void sweep.removeOrphans();
      if (engineStatus(error) !== 404) throw toEngineError(error, 'creating a container');
      throw new AppError(
        failures['image-missing'].notBuilt,
        `The image ${request.Image ?? ''} is not on the Docker engine.`,
        { cause: error },
      );
    }
  }

  #track(sandbox: DockerSandbox): void {
    this.#sandboxes.set(sandbox.id, sandbox);
    void sandbox.exited.then(() => this.#sandboxes.delete(sandbox.id));
  }

  async #ready(): Promise<Engine> {
    if (this.#disposed) throw new AppError(failures['shutting-down'].serverEnds, 'The server is shutting down.');
    return await this.#engine.get();
  }

  async #connect(): Promise<Engine> {
    const docker = await this.#options.connect();
    requireEnforcedLimits(await readEngineInfo(docker));
    const events = new ContainerEvents(docker, this.#owner.instance, this.#logger, (event) => {
      this.#onEvent(event);
    });
    await events.open();
    const sweep = new ContainerSweep(
      docker,
      {
        ...this.#owner,
        knows: ({ Id, Labels }) =>
          this.#sandboxes.has(Id) || this.#creations.has(Labels[containerLabels.creation] ?? ''),
      },
      this.#logger,
    );
    this.#sweepOften(sweep);
    return { docker, events, sweep };
  }

  /** An engine that has a runtime is not asked again: one that is taken away is missed when a container is made. */
  async #requireRuntime(docker: Docker, runtime: string | undefined): Promise<void> {
    if (runtime === undefined || this.#runtimes.has(runtime)) return;
    requireRuntime(await readEngineInfo(docker), runtime);
    this.#runtimes.add(runtime);
  }

  #sweepOften(sweep: ContainerSweep): void {
    if (this.#disposed) return;
    void sweep.removeOrphans();
    this.#sweeping = setInterval(() => void sweep.removeOrphans(), sweepIntervalMs).unref();
  }

  #onEvent(event: ContainerEvent): void {
    switch (event.kind) {
      case 'out-of-memory':
        this.#sandboxes.get(event.id)?.reportOutOfMemory();
        return;
      case 'killed':
        this.#sandboxes.get(event.id)?.reportKill();
        return;
      case 'stopped':
        this.#sandboxes.get(event.id)?.reportStop();
        return;
      case 'ended':
        this.#sandboxes.get(event.id)?.reportEnd(event.exitCode);
        return;
      case 'interrupted':
        for (const sandbox of this.#sandboxes.values()) void sandbox.reconcile();
        return;
      default:
        event satisfies never;
    }
  }
}

/** The engine's client would send it in the address, too, which takes long and which proxies find too long. */
function inBody(request: ContainerCreateOptions): ContainerCreateOptions {
  return { _query: {}, _body: request } as ContainerCreateOptions;
}
