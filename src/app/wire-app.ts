/*
 * The composition root: the only place that knows which implementation stands behind each contract.
 */
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import { AppError, messageOf } from '../core/app-error.ts';
import { Faults } from '../core/faults.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import { runnersOf } from '../batches/item-runner.ts';
import { LocalBatchService } from '../batches/local-batch-service.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { Admission } from '../execution/admission.ts';
import type { CallContext } from '../execution/execution-service.ts';
import { LocalExecutionService } from '../execution/local-execution-service.ts';
import { LocalProofService } from '../execution/local-proof-service.ts';
import { LocalSessionService } from '../execution/local-session-service.ts';
import { SandboxSupply } from '../execution/sandbox-supply.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { LeanElaborator } from '../lean/lean-elaborator.ts';
import { elaboratorMissing } from '../lean/toolchain.ts';
import { allowedModules } from '../lean/source/import-policy.ts';
import { LeanServer } from '../lean/lean-server.ts';
import { KeptResults, keptResultsLimits } from '../mcp/kept-results.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import { countOthersContainers } from '../sandbox/docker/own-containers.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { observedDriver } from '../sandbox/observed-driver.ts';
import { openEngine } from '../sandbox/docker/engine.ts';
import { describePassedOver } from '../sandbox/docker/engine-endpoint.ts';
import { readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { protectionOf } from '../sandbox/docker/protection.ts';
import { SessionRegistry } from '../sessions/session-registry.ts';
import { openAuditLog } from '../telemetry/audit-log.ts';
import { LoopWatch } from '../telemetry/loop-watch.ts';
import { EventStream } from '../telemetry/event-stream.ts';
import { createPinoLogger } from '../telemetry/pino-logger.ts';
import { silentLogger, type Logger, type Readings } from '../telemetry/telemetry.ts';
import {
  callsAtOnce,
  callsOfCaller,
  creationsAtOnce,
  freeMemoryOf,
  importPolicy,
  machineOf,
  readySandboxes,
  warmHeaders,
  type Machine,
} from './auto-settings.ts';
import { configuredJail } from './configured-jail.ts';
import { IdleWatch } from './idle-watch.ts';
import { ImageProvider } from './image-provider.ts';
import { openSessionStore } from './open-session-store.ts';
import { readProofView } from './proof-view.ts';
import { packageVersion } from './package-version.ts';
import { quotaOf } from './quota.ts';
import { remembered } from './remembered.ts';
import { buildMissingImage, findConfiguredImage } from './sandbox-image.ts';
import { Staleness } from './staleness.ts';

/**
 * The running program: everything that a front of ours needs. Others get the part of it that is in app.ts. Disposing ends all
 * sessions and removes every container.
 */
export interface WiredApp extends AsyncDisposable, ToolEnvironment {
  /** The same for another principal than the one that started the program. */
  readonly toolsFor: (principal: Principal) => ToolEnvironment;
  /** @throws AppError when calls could not be served now: no engine, no image, shutting down */
  readonly ready: () => Promise<void>;
  /** Makes sandboxes that are no part of a call. */
  readonly driver: SandboxDriver;
  /** The image as it is now, with the jail of its sandboxes; `undefined` when there is none. Throws AppError. */
  readonly findImage: () => Promise<LeanLaunch | undefined>;
  /** A client of the configured engine. */
  readonly connect: () => Promise<Docker>;
  readonly logger: Logger;
  /** What happens, for those who watch. */
  readonly events: EventStream;
  readonly read: () => Readings;
  /** How many calls are executed at a time, and how many of one caller over HTTP. */
  readonly places: () => { readonly all: number; readonly ofOne: number };
  /** Admits no more calls; resolves when those that are under way are done. */
  readonly drain: () => Promise<void>;
  /** Ends the calls that are still under way; their callers are told so. */
  readonly stop: () => void;
  /**
   * Begins to make sandboxes ahead of calls, if there is an image and the pool is on: all, or what a first call needs until
   * there is one. Failures are logged.
   */
  readonly prepare: (readiness: 'first-call' | 'all') => Promise<void>;
}

/** What differs between the ways to start. */
export interface WiringOptions {
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
const maxLines = 100_000;
/** What the settings describe. */
const onlyEnvironment = 'default';
const noOne: CallContext = { signal: new AbortController().signal, onProgress: () => undefined };

/** Wires the program. Nothing is connected to yet; the engine is first spoken to when it is needed. */
export function wireApp({ settings }: LoadedConfig, options: WiringOptions): WiredApp {
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
  const connect = (): Promise<Docker> =>
    (client ??= (options.connect ?? (() => connectAndTell(logger)))().catch((error: unknown) => {
      client = undefined;
      throw error;
    }));

  const dockerDriver = new DockerDriver({
    connect,
    maxConcurrentCreations: creationsAtOnce(docker),
    restAfterCreation: () => (supply.isShared ? restBesideOthers : 0),
    logger,
  });
  const driver = observedDriver(dockerDriver, events);
  let machine: Promise<Machine> | undefined;
  const askMachine = (): Promise<Machine> =>
    (machine ??= connect()
      .then(readEngineInfo)
      .then(machineOf)
      .catch((error: unknown) => {
        machine = undefined;
        throw error;
      }));
  const findImage = async (): Promise<LeanLaunch | undefined> => {
    const [found, onMachine] = await Promise.all([findConfiguredImage(await connect(), docker), askMachine()]);
    const launch = found && (lean.elaborator ? found : withoutElaborator(found));
    if (launch !== undefined) admission.concurrency = callsAtOnce(docker, launch.jail.limits.memory, onMachine);
    return launch;
  };
  const images = new ImageProvider({
    find: findImage,
    build: async (onProgress) => {
      logger.info('The sandbox image is missing; building it', { image: docker.image });
      await buildMissingImage(await connect(), docker, { env: process.env, homeDir: homedir() }, onProgress);
      logger.info('Built the sandbox image', { image: docker.image });
    },
  });
  const output = { keepBytes: docker.output_limit, stopBytes: docker.max_output };
  // A command has one caller, who waits for it anyway.
  const loop = new LoopWatch(purpose === 'server' ? logger : silentLogger);
  events.add(loop.observe);
  const turns = new ReadingTurns((spentMs) => {
    loop.noteReading(spentMs, events.fields['call']);
  });
  const roomForReady = async (launch: LeanLaunch): Promise<number> => {
    const [machine, others] = await Promise.all([askMachine(), connect().then(countOthersContainers)]);
    return readySandboxes(docker, launch.jail.limits.memory, machine, { free: freeMemoryOf(machine), others });
  };
  const supply = new SandboxSupply({
    driver,
    startLean: (launch, signal) => {
      const Started = elaboratorMissing(launch.toolchain) === undefined ? LeanElaborator : LeanServer;
      return Started.start(driver, launch, output, turns, signal);
    },
    startQuestions: (launch, signal) => LeanServer.start(driver, launch, output, turns, signal),
    currentLaunch: async () => (await images.refresh()) ?? missingImage(docker.image),
    plan: async (launch) => ({
      size: purpose === 'server' ? await roomForReady(launch) : 0,
      headers: warmHeaders(lean, launch.toolchain),
    }),
    maxAgeMs: docker.pool_max_age * msPerSecond,
    output,
    logger,
  });
  const keptSessions = openSessionStore(purpose === 'server' ? settings : undefined, process.env, homedir(), logger);
  const sessions = new SessionRegistry({
    maxSessions: docker.max_sessions,
    idleTimeoutMs: docker.session_idle_timeout * msPerSecond,
    store: keptSessions.store,
    logger,
    telemetry: events,
  });
  const idleWatch = new IdleWatch(docker.idle_timeout * msPerSecond, () => {
    logger.info('Nobody has called for a while: removing all sandboxes until the next call');
    supply.rest();
    sessions.rest();
  });
  events.add(idleWatch.observe);
  const environment = {
    launch: (context: CallContext) => images.get(context),
    policy: ({ toolchain }: LeanLaunch) => importPolicy(lean, toolchain),
    output,
    sessionText: { bytes: settings.sessions.max_text, lines: maxLines },
    defaultTimeoutMs: docker.timeout * msPerSecond,
    maxTimeoutMs: docker.max_timeout * msPerSecond,
    logger,
  };
  const admission = new Admission({
    // Until the image is known, which every call waits for.
    concurrency: 1,
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
    faults: new Faults(),
    logger,
    telemetry: events,
    installation: async () => {
      const { toolchain, jail } = await images.get(noOne);
      const protection = protectionOf(await readEngineInfo(await connect()), jail);
      const notice = await staleness.notice();
      const allowed = allowedModules(importPolicy(lean, toolchain));
      return {
        ...(notice !== undefined && { notice }),
        lean_version: toolchain.version,
        toolchain: toolchain.versionLine,
        libraries: toolchain.libraries,
        allowed_imports: allowed.length === 0 ? 'all' : allowed,
        blocked_imports: lean.blocked_imports,
        warm_headers: warmHeaders(lean, toolchain),
        limits: {
          memory_bytes: jail.limits.memory,
          cpus: jail.limits.cpus,
          timeout_seconds: docker.timeout,
          max_timeout_seconds: docker.max_timeout,
          code_bytes: docker.max_code_size,
          network: jail.networkDisabled ? 'none' : 'on',
        },
        security_level: protection.level,
        runtime: protection.runtime,
        missing_protections: protection.missing,
      };
    },
    network: !docker.network_disabled,
    proofView: readProofView,
    report: {
      messageCharacters: docker.message_limit,
      outputCharacters: docker.output_limit,
      maxTimeoutMs: environment.maxTimeoutMs,
    },
    limits: {
      codeBytes: docker.max_code_size,
      codeLines: maxLines,
      defaultTimeoutS: docker.timeout,
      maxTimeoutS: docker.max_timeout,
      resultBytes: docker.result_limit,
    },
  };
  const toolsFor = (principal: Principal): ToolEnvironment => {
    const quota = quotaOf(principal, http, () => admission.concurrency);
    const own = sessions.of(quota);
    const gate = admission.of(quota);
    const ofCaller = { ...environment, supply: supply.of(principal, onlyEnvironment), sessions: own };
    const service = new LocalExecutionService(ofCaller, gate);
    return {
      ...shared,
      news: () => staleness.news(principal),
      principal,
      results: results.of(principal),
      service,
      sessions: new LocalSessionService(own),
      proofs: new LocalProofService(ofCaller, gate),
      batches: new LocalBatchService({
        runners: runnersOf(service),
        places: async (context) => {
          await images.get(context);
          return () => Math.min(admission.concurrency, quota.maxCalls ?? Infinity);
        },
        principal,
        telemetry: events,
      }),
    };
  };
  return {
    ...toolsFor(localPrincipal),
    driver,
    findImage,
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
        longestDelayMs: loop.longestMs,
        logLinesDropped: logger.dropped,
      };
    },
    ready: remembered(async () => {
      admission.requireOpen();
      if ((await findImage()) === undefined) missingImage(docker.image);
      await dockerDriver.requireUsable(configuredJail(docker));
    }, readinessAgeMs),
    places: () => ({ all: admission.concurrency, ofOne: callsOfCaller(http, admission.concurrency) }),
    drain: () => admission.drain(),
    stop: () => {
      stopping.abort(
        new AppError('shutting-down', 'The server is shutting down, and has stopped this call before it was done.', {
          hint: 'Nothing came of it. Call again when the server is back.',
        }),
      );
    },
    prepare: async (readiness) => {
      try {
        const launch = await findImage();
        if (launch !== undefined) await supply.fill(onlyEnvironment, launch, readiness);
      } catch (error) {
        if (error instanceof AppError && error.code === 'shutting-down') return;
        logger.warn('No sandboxes can be made ahead of calls yet', { error: messageOf(error) });
      }
    },
    [Symbol.asyncDispose]: async () => {
      idleWatch[Symbol.dispose]();
      keptSessions[Symbol.dispose]();
      await Promise.all([sessions[Symbol.asyncDispose](), supply[Symbol.asyncDispose]()]);
      await driver[Symbol.asyncDispose]();
      audit[Symbol.dispose]();
      loop[Symbol.dispose]();
    },
  };
}

/** Somebody whose active engine does not answer should know that another one is used. */
async function connectAndTell(logger: Logger): Promise<Docker> {
  const opened = await openEngine(process.env);
  const passedOver = describePassedOver(opened);
  if (passedOver !== undefined) {
    logger.warn('Using another Docker engine than the first', { engine: opened.endpoint.name, tried: passedOver });
  }
  return opened.docker;
}

function missingImage(name: string): never {
  throw new AppError('image-missing', `The image ${name} is no longer on the Docker engine.`, {
    hint: 'The next call builds it, or build it with `lean-docker-mcp image build`.',
  });
}

/** The same image, served by the language server. */
function withoutElaborator(launch: LeanLaunch): LeanLaunch {
  const elaborator = { kind: 'none', reason: 'lean.elaborator is off' } as const;
  return { ...launch, toolchain: { ...launch.toolchain, elaborator } };
}
