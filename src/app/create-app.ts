/*
 * The composition root: the only place that knows which implementation stands behind each contract.
 */
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import { modulesOf } from '../config/setting-kinds.ts';
import type { SettingName } from '../config/setting-keys.ts';
import { AppError, messageOf } from '../core/app-error.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { Admission } from '../execution/admission.ts';
import type { CallContext, ExecutionService } from '../execution/execution-service.ts';
import { LocalExecutionService } from '../execution/local-execution-service.ts';
import { LocalProofService } from '../execution/local-proof-service.ts';
import { LocalSessionService } from '../execution/local-session-service.ts';
import { SandboxSupply } from '../execution/sandbox-supply.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { Toolchain } from '../lean/toolchain.ts';
import { KeptResults, keptResultsLimits } from '../mcp/kept-results.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { toEngineError } from '../sandbox/docker/docker-errors.ts';
import { observedDriver } from '../sandbox/observed-driver.ts';
import { connectEngine } from '../sandbox/docker/engine.ts';
import { readProtection } from '../sandbox/docker/protection.ts';
import { FileSessionStore } from '../sessions/file-session-store.ts';
import { noSessionStore } from '../sessions/session-store.ts';
import { SessionRegistry } from '../sessions/session-registry.ts';
import { openAuditLog } from '../telemetry/audit-log.ts';
import { EventStream } from '../telemetry/event-stream.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import type { Logger, Readings } from '../telemetry/telemetry.ts';
import { callConcurrency, creationConcurrency, poolSize } from './capacity.ts';
import { ImageProvider } from './image-provider.ts';
import { packageVersion } from './package-version.ts';
import { quotaOf } from './quota.ts';
import { remembered } from './remembered.ts';
import { Staleness } from './staleness.ts';
import { buildConfiguredImage, findConfiguredImage } from './sandbox-image.ts';

/** The running program: everything that a front needs. Disposing ends all sessions and removes every container. */
export interface App extends AsyncDisposable, ToolEnvironment {
  readonly service: ExecutionService;
  /** The same for another principal than the one that started the program. */
  readonly toolsFor: (principal: Principal) => ToolEnvironment;
  /** @throws AppError when calls could not be served now: no engine, no image, shutting down */
  readonly ready: () => Promise<void>;
  /** A client of the configured engine. */
  readonly connect: () => Promise<Docker>;
  readonly logger: Logger;
  /** What happens, for those who watch. */
  readonly events: EventStream;
  readonly read: () => Readings;
  /** Admits no more calls; resolves when those that are under way are done. */
  readonly drain: () => Promise<void>;
  /** Ends the calls that are still under way; their callers are told so. */
  readonly stop: () => void;
  /** Begins to make sandboxes ahead of calls, if there is an image and the pool is on. Failures are logged. */
  readonly prepare: () => Promise<void>;
}

/** What differs between the ways to start. */
export interface AppOptions {
  /** `server`: serves many calls, keeps sandboxes ready, logs what it does. `command`: serves a person's one call. */
  readonly purpose: 'server' | 'command';
  /** Gives the engine's client; absent: of the engine that the environment names. */
  readonly connect?: () => Promise<Docker>;
}

const msPerSecond = 1000;
/** Anybody may ask whether calls can be served, and must not keep the engine busy with that; in milliseconds. */
const readinessAgeMs = 1000;
/** Calls come by hundreds; whether the package and the image are still the same is asked this seldom, in milliseconds. */
const stalenessAgeMs = 2000;
/** How long making sandboxes rests, in parts of the time it took, while one principal takes many and another takes few. */
const restBesideOthers = 1;
/** More than any file of Lean has; Lean's messages about each line of more are too many for anybody. */
const mostLines = 100_000;
const noOne: CallContext = { signal: new AbortController().signal, onProgress: () => undefined };

/** Wires the program. Nothing is connected to yet; the engine is first spoken to when it is needed. */
export function createApp({ settings, origins }: LoadedConfig, options: AppOptions): App {
  const { purpose } = options;
  const { docker, lean, http } = settings;
  const events = new EventStream();
  const logger = createPinoLogger({
    level: settings.debug ? 'debug' : purpose === 'server' ? 'info' : 'warn',
    fields: () => events.fields,
  });
  events.reportTo(logger);
  const audit = openAuditLog(settings.telemetry.audit_file, logger);
  events.add(audit.observe);
  let client: Promise<Docker> | undefined;
  const connect = (): Promise<Docker> => (client ??= (options.connect ?? (() => connectEngine(process.env)))());
  const isDefault = (name: SettingName): boolean => origins.get(name)?.source === 'default';

  const dockerDriver = new DockerDriver({
    connect,
    maxConcurrentCreations: creationConcurrency(docker.max_concurrent_creations),
    restAfterCreation: () => (supply.isShared ? restBesideOthers : 0),
    container: { runtime: docker.runtime, cgroupParent: docker.cgroup_parent },
    logger,
  });
  const driver = observedDriver(dockerDriver, events);
  const findImage = async (): Promise<LeanLaunch | undefined> =>
    await findConfiguredImage(await connect(), docker, { memoryIsDefault: isDefault('docker.memory_limit') });
  const images = new ImageProvider<LeanLaunch>({
    find: findImage,
    build: async (onProgress) => {
      logger.info('The sandbox image is missing; building it', { image: docker.image });
      await buildConfiguredImage(await connect(), docker, { env: process.env, homeDir: homedir(), onProgress });
      logger.info('Built the sandbox image', { image: docker.image });
    },
  });
  const output = { keepBytes: docker.output_limit, stopBytes: docker.max_output };
  const supply = new SandboxSupply({
    driver,
    currentLaunch: async () => (await images.refresh()) ?? missingImage(docker.image),
    plan: async (launch) => ({
      size: purpose === 'server' && docker.pool_enabled ? await poolSize(docker.pool_size, launch, connect) : 0,
      headers: warmHeaders(lean.warm_headers, isDefault('lean.warm_headers'), launch.toolchain),
    }),
    maxAgeMs: docker.pool_max_age * msPerSecond,
    output,
    logger,
  });
  const sessions = new SessionRegistry({
    maxSessions: docker.max_sessions,
    idleTimeoutMs: docker.session_idle_timeout * msPerSecond,
    store:
      settings.sessions.directory === undefined ? noSessionStore : new FileSessionStore(settings.sessions.directory),
    logger,
    telemetry: events,
  });
  const environment = {
    launch: (context: CallContext) => images.get(context),
    policy: { allowed: lean.allowed_imports, blocked: lean.blocked_imports },
    output,
    defaultTimeoutMs: docker.timeout * msPerSecond,
    maxTimeoutMs: docker.max_timeout * msPerSecond,
    logger,
  };
  const concurrency = callConcurrency(docker.max_concurrent_calls, docker.memory_limit);
  const admission = new Admission({
    concurrency,
    maxWaiting: docker.max_waiting_calls,
    cpusPerCall: docker.cpu_limit,
  });
  const results = new KeptResults(keptResultsLimits);
  const staleness = new Staleness({
    running: packageVersion(),
    installed: packageVersion,
    imageName: docker.image,
    findImage: async () => (await findImage())?.image,
    maxAgeMs: stalenessAgeMs,
  });
  const stopping = new AbortController();
  const shared = {
    stopping: stopping.signal,
    logger,
    telemetry: events,
    installation: async () => {
      const { toolchain, limits, networkDisabled, readOnly } = await images.get(noOne);
      const jail = { runtime: docker.runtime, networkDisabled, readOnly };
      const protection = await readProtection(await connect(), jail).catch((error: unknown) => {
        throw toEngineError(error, 'telling what it is');
      });
      const notice = await staleness.notice();
      return {
        ...(notice !== undefined && { notice }),
        lean_version: toolchain.version,
        toolchain: toolchain.versionLine,
        libraries: toolchain.libraries,
        allowed_imports: lean.allowed_imports.length === 0 ? 'all' : lean.allowed_imports,
        blocked_imports: lean.blocked_imports,
        warm_headers: warmHeaders(lean.warm_headers, isDefault('lean.warm_headers'), toolchain),
        limits: {
          memory_bytes: limits.memory,
          cpus: limits.cpus,
          timeout_seconds: docker.timeout,
          max_timeout_seconds: docker.max_timeout,
          code_bytes: docker.max_code_size,
          network: docker.network_disabled ? 'none' : 'on',
        },
        security_level: protection.level,
        runtime: protection.runtime,
        missing_protections: protection.missing,
      };
    },
    network: !docker.network_disabled,
    report: { messageCharacters: docker.message_limit, maxTimeoutMs: environment.maxTimeoutMs },
    limits: {
      codeBytes: docker.max_code_size,
      codeLines: mostLines,
      defaultTimeoutS: docker.timeout,
      maxTimeoutS: docker.max_timeout,
      resultBytes: docker.result_limit,
    },
  };
  const toolsFor = (principal: Principal): ToolEnvironment => {
    const quota = quotaOf(principal, http, concurrency);
    const own = sessions.of(quota);
    const gate = admission.of(quota);
    const ofCaller = { ...environment, supply: supply.of(principal), sessions: own };
    return {
      ...shared,
      news: () => staleness.news(principal),
      principal,
      results: results.of(principal),
      service: new LocalExecutionService(ofCaller, gate),
      sessions: new LocalSessionService(own),
      proofs: new LocalProofService(ofCaller, gate),
    };
  };
  return {
    ...toolsFor(localPrincipal),
    connect,
    toolsFor,
    events,
    read: () => {
      const { warm, starting, leased, waiting } = supply.stats;
      return {
        sandboxes: { warm, starting, leased },
        waitingForSandbox: waiting,
        callsRunning: admission.running,
        callsWaiting: admission.waiting,
        sessions: sessions.size,
      };
    },
    ready: remembered(async () => {
      admission.requireOpen();
      if ((await findImage()) === undefined) missingImage(docker.image);
      await dockerDriver.requireUsable();
    }, readinessAgeMs),
    drain: () => admission.drain(),
    stop: () => {
      stopping.abort(
        new AppError('shutting-down', 'The server is shutting down, and has stopped this call before it was done.', {
          hint: 'Nothing came of it. Call again when the server is back.',
        }),
      );
    },
    prepare: async () => {
      try {
        const launch = await findImage();
        if (launch !== undefined) await supply.fill(launch);
      } catch (error) {
        if (error instanceof AppError && error.code === 'shutting-down') return;
        logger.warn('No sandboxes can be made ahead of calls yet', { error: messageOf(error) });
      }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([sessions[Symbol.asyncDispose](), supply[Symbol.asyncDispose]()]);
      await driver[Symbol.asyncDispose]();
      audit[Symbol.dispose]();
    },
  };
}

/** The headers to keep ready, in plain form, as far as the image has their modules. */
function warmHeaders(configured: readonly string[], isDefault: boolean, { libraries }: Toolchain): string[] {
  const wanted = isDefault && libraries.includes('Mathlib') ? [...configured, 'Mathlib'] : configured;
  return wanted.map((header) =>
    modulesOf(header)
      .map((name) => `import ${name}\n`)
      .join(''),
  );
}

function missingImage(name: string): never {
  throw new AppError('image-missing', `The image ${name} is no longer on the Docker engine.`, {
    hint: 'The next call builds it, or build it with `lean-docker-mcp image build`.',
  });
}
