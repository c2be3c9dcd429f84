/*
 * The composition root: the only place that knows which implementation stands behind each contract.
 */
import { homedir } from 'node:os';
import type Docker from 'dockerode';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { Lazy } from '../core/lazy.ts';
import { ReadingTurns } from '../core/reading-turns.ts';
import { localPrincipal, type Principal } from '../core/ids.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Settings } from '../config/schema.ts';
import { Admission } from '../execution/admission.ts';
import { SandboxSupply } from '../execution/sandbox-supply.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { startLean } from '../lean/start-lean.ts';
import { LeanServer } from '../lean/lean-server.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import type { CompiledFilesOptions } from '../projects/compiled-files.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { observedDriver } from '../sandbox/observed-driver.ts';
import { openEngine } from '../sandbox/docker/engine.ts';
import { describePassedOver } from '../sandbox/docker/engine-endpoint.ts';
import { readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { SessionRegistry } from '../sessions/session-registry.ts';
import { openAuditLog, type AuditLog } from '../telemetry/audit-log.ts';
import { LoopWatch } from '../telemetry/loop-watch.ts';
import { EventStream } from '../telemetry/event-stream.ts';
import { createPinoLogger, type ProcessLog } from '../telemetry/pino-logger.ts';
import { silentLogger, type Logger, type Readings } from '../telemetry/telemetry.ts';
import { callsOfCaller, creationsAtOnce, machineOf, type Machine } from './auto-settings.ts';
import { configuredEnvironments } from './configured-environments.ts';
import { configuredJail } from './configured-jail.ts';
import { IdleWatch } from './idle-watch.ts';
import { RecentCalls } from './recent-calls.ts';
import { openSessionStore } from './open-session-store.ts';
import { remembered } from './remembered.ts';
import { missingImage, WiredEnvironments, type WiredEnvironment } from './wire-environments.ts';
import { wireFinding } from './wire-finding.ts';
import { wireTools } from './wire-tools.ts';
import { wireVerifier } from './wire-verify.ts';

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
  /** In their order; the first is used where none is named. */
  readonly allEnvironments: readonly [WiredEnvironment, ...WiredEnvironment[]];
  /** The image of the first environment, if it is there. Throws AppError when it cannot be used, or there is no engine. */
  readonly findImage: () => Promise<LeanLaunch | undefined>;
  /** A client of the configured engine. */
  readonly connect: () => Promise<Docker>;
  readonly logger: Logger;
  /** What happens, for those who watch. */
  readonly events: EventStream;
  readonly read: () => Readings;
  /** How many calls are executed at a time, and how many of one caller over HTTP. */
  readonly places: () => { readonly all: number; readonly ofOne: number };
  /** How many sandboxes can compute at a time without taking turns. */
  readonly sandboxesAtFullSpeed: () => number;
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

type Purpose = 'server' | 'command';

/** What differs between the ways to start. */
export interface WiringOptions {
  /** `server`: serves many calls, keeps sandboxes ready, logs what it does. `command`: serves a person's one call. */
  readonly purpose: Purpose;
  /** Gives the engine's client; absent: of the engine that the environment names. */
  readonly connect?: () => Promise<Docker>;
}

const msPerSecond = 1000;
/** Anybody may ask whether calls can be served, and must not keep the engine busy with that; in milliseconds. */
const readinessAgeMs = 1000;
/** How long making sandboxes rests, in parts of the time it took, while one principal takes many and another takes few. */
const restBesideOthers = 1;

/** Wires the program. Nothing is connected to yet; the engine is first spoken to when it is needed. */
export function wireApp(config: LoadedConfig, options: WiringOptions): WiredApp {
  const { settings } = config;
  const { purpose } = options;
  const { docker, http } = settings;
  const telemetry = wireTelemetry(settings, purpose);
  const { events, logger } = telemetry;
  const engine = wireEngine(docker, options.connect, telemetry, () => supply.isShared);
  const { connect, driver } = engine;
  const admission = new Admission({
    // Until an image is known, which every call waits for.
    concurrency: 1,
    maxWaiting: docker.max_waiting_calls,
  });
  const environments = new WiredEnvironments(configuredEnvironments(config), {
    connect,
    machine: engine.machine,
    admission,
    logger,
  });
  const output = { keepBytes: docker.output_limit, stopBytes: docker.max_output };
  const turns = new ReadingTurns((spentMs) => {
    telemetry.loop.noteReading(spentMs, events.fields['call']);
  });
  const start: LeanWiring['startLean'] = (within, launch, asks, signal) =>
    asks ? LeanServer.start(within, launch, output, turns, signal) : startLean(within, launch, output, turns, signal);
  const leans: LeanWiring = { driver, environments, output, turns, startLean: start };
  const supply = wireSupply(leans, docker, purpose, logger);
  const keptSessions = openSessionStore(purpose === 'server' ? settings : undefined, process.env, homedir(), logger);
  const sessions = new SessionRegistry({
    maxSessions: docker.max_sessions,
    idleTimeoutMs: docker.session_idle_timeout * msPerSecond,
    store: keptSessions.store,
    logger,
    telemetry: events,
  });
  const verifying = wireVerifier(settings, driver, purpose, logger);
  const finding = wireFinding(driver, purpose, logger);
  const idleWatch = new IdleWatch(docker.idle_timeout * msPerSecond, () => {
    logger.info('Nobody has called for a while: removing all sandboxes until the next call');
    supply.rest();
    sessions.rest();
    verifying.supply.rest();
    finding.indexes.rest();
  });
  events.add(idleWatch.observe);
  const calls = new RecentCalls();
  events.add(calls.observe);
  const stopping = new AbortController();
  const toolsFor = wireTools({
    ...leans,
    settings,
    connect,
    admission,
    supply,
    sessions,
    verifying,
    finding,
    stopping: stopping.signal,
    events,
    logger,
  });
  return {
    ...toolsFor(localPrincipal),
    driver,
    allEnvironments: environments.all,
    findImage: environments.first.find,
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
        longestDelayMs: telemetry.loop.longestMs,
        logLinesDropped: logger.dropped,
      };
    },
    ready: remembered(async () => {
      admission.requireOpen();
      if ((await environments.first.find()) === undefined) missingImage(environments.first);
      await engine.requireUsable(configuredJail(environments.first.docker));
    }, readinessAgeMs),
    places: () => {
      const all = calls.placesForOthers(admission.concurrency, settings.nats.max_share);
      return { all, ofOne: callsOfCaller(http, all) };
    },
    sandboxesAtFullSpeed: () => environments.atFullSpeed,
    drain: () => admission.drain(),
    stop: () => {
      stopping.abort(
        new AppError(
          failures['shutting-down'].callStopped,
          'The server is shutting down, and has stopped this call before it was done.',
        ),
      );
    },
    prepare: (readiness) => fillPools(supply, environments, readiness, logger),
    [Symbol.asyncDispose]: async () => {
      idleWatch[Symbol.dispose]();
      await Promise.all([
        sessions[Symbol.asyncDispose](),
        supply[Symbol.asyncDispose](),
        verifying.supply[Symbol.asyncDispose](),
        finding.indexes[Symbol.asyncDispose](),
      ]);
      await keptSessions[Symbol.asyncDispose]();
      await driver[Symbol.asyncDispose]();
      telemetry.audit[Symbol.dispose]();
      telemetry.loop[Symbol.dispose]();
    },
  };
}

/** What hears of everything that happens. */
interface WiredTelemetry {
  readonly events: EventStream;
  readonly logger: ProcessLog;
  readonly audit: AuditLog;
  /** Whether somebody keeps everybody else waiting. */
  readonly loop: LoopWatch;
}

function wireTelemetry(settings: Settings, purpose: Purpose): WiredTelemetry {
  const events = new EventStream();
  const logger = createPinoLogger({
    level: settings.debug ? 'debug' : purpose === 'server' ? 'info' : 'warn',
    fields: () => events.fields,
  });
  events.reportTo(logger);
  const audit = openAuditLog(settings.telemetry.audit_file, logger);
  events.add(audit.observe);
  // A command has one caller, who waits for it anyway.
  const loop = new LoopWatch(purpose === 'server' ? logger : silentLogger);
  events.add(loop.observe);
  return { events, logger, audit, loop };
}

/** The engine, and the machine that it runs on. */
interface WiredEngine {
  readonly connect: () => Promise<Docker>;
  readonly driver: SandboxDriver;
  readonly machine: () => Promise<Machine>;
  /** Throws AppError when no such sandbox can be made now. */
  readonly requireUsable: DockerDriver['requireUsable'];
}

/** @param isShared whether several principals want sandboxes now */
function wireEngine(
  docker: Settings['docker'],
  open: (() => Promise<Docker>) | undefined,
  { events, logger }: WiredTelemetry,
  isShared: () => boolean,
): WiredEngine {
  const client = new Lazy(open ?? (() => connectAndTell(logger)));
  const connect = (): Promise<Docker> => client.get();
  const driver = new DockerDriver({
    connect,
    maxConcurrentCreations: creationsAtOnce(docker),
    restAfterCreation: () => (isShared() ? restBesideOthers : 0),
    logger,
  });
  const machine = new Lazy(async () => machineOf(await readEngineInfo(await connect())));
  return {
    connect,
    driver: observedDriver(driver, events),
    machine: () => machine.get(),
    requireUsable: (jail) => driver.requireUsable(jail),
  };
}

/** What Leans are made of, and read with. */
interface LeanWiring {
  readonly driver: SandboxDriver;
  readonly environments: WiredEnvironments;
  readonly output: OutputLimits;
  readonly turns: ReadingTurns;
  /** Starts what elaborates texts in an image, or what answers questions about places in them, with this driver. */
  readonly startLean: CompiledFilesOptions['startLean'];
}

/** Where calls get their Leans; only a server keeps some ready. */
function wireSupply(
  { driver, environments, output, startLean: start }: LeanWiring,
  docker: Settings['docker'],
  purpose: Purpose,
  logger: Logger,
): SandboxSupply {
  return new SandboxSupply({
    driver,
    startLean: (launch, signal) => start(driver, launch, false, signal),
    startQuestions: (launch, signal) => start(driver, launch, true, signal),
    currentLaunch: (key) => environments.current(key),
    plan: async (launch, key) => {
      const plan = await environments.plan(key, launch);
      return purpose === 'server' ? plan : { ...plan, size: 0 };
    },
    maxAgeMs: docker.pool_max_age * msPerSecond,
    output,
    logger,
  });
}

/** Makes sandboxes ahead of calls where there are images. Failures are logged. */
async function fillPools(
  supply: SandboxSupply,
  environments: WiredEnvironments,
  readiness: 'first-call' | 'all',
  logger: Logger,
): Promise<void> {
  try {
    // Who has said nothing yet will hardly name an environment.
    const wanted = readiness === 'all' ? environments.all : [environments.first];
    for (const { key, find } of wanted) {
      const launch = await find();
      if (launch !== undefined) await supply.fill(key, launch, readiness);
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'shutting-down') return;
    logger.warn('No sandboxes can be made ahead of calls yet', { error: messageOf(error) });
  }
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
