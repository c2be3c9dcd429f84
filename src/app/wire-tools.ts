/* What the tools of a caller work with: services of its own on top of what all callers share. */
import type Docker from 'dockerode';
import { runnersOf } from '../batches/item-runner.ts';
import { LocalBatchService } from '../batches/local-batch-service.ts';
import type { Settings } from '../config/schema.ts';
import { Faults } from '../core/faults.ts';
import type { Principal } from '../core/ids.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import type { Admission } from '../execution/admission.ts';
import type { CallEnvironment } from '../execution/call.ts';
import { Environments } from '../execution/environments.ts';
import type { CallContext } from '../execution/execution-service.ts';
import type { CompiledFilesOptions } from '../projects/compiled-files.ts';
import { LocalExecutionService } from '../execution/local-execution-service.ts';
import { LocalFindService } from '../execution/local-find-service.ts';
import { LocalProjectService } from '../execution/local-project-service.ts';
import { LocalProofService } from '../execution/local-proof-service.ts';
import { LocalSessionService } from '../execution/local-session-service.ts';
import { LocalVerifyService } from '../execution/local-verify-service.ts';
import type { SandboxSupply } from '../execution/sandbox-supply.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { KeptResults, keptResultsLimits } from '../mcp/kept-results.ts';
import type { ToolEnvironment } from '../mcp/tool.ts';
import { readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { indexMissing, verifierMissing } from '../lean/toolchain.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import type { EventStream } from '../telemetry/event-stream.ts';
import type { Logger } from '../telemetry/telemetry.ts';
import {
  describeEnvironment,
  describeEnvironments,
  describeLimits,
  describeProtection,
} from './describe-installation.ts';
import { packageVersion } from './package-version.ts';
import { readProofView } from './proof-view.ts';
import { quotaOf } from './quota.ts';
import { Staleness } from './staleness.ts';
import { ToolOffer } from './tool-offer.ts';
import type { WiredEnvironment, WiredEnvironments } from './wire-environments.ts';
import type { WiredFinding } from './wire-finding.ts';
import type { WiredVerifier } from './wire-verify.ts';

/** What all callers share. */
export interface ToolWiring {
  readonly settings: Settings;
  readonly connect: () => Promise<Docker>;
  readonly driver: SandboxDriver;
  readonly environments: WiredEnvironments;
  readonly output: OutputLimits;
  readonly turns: ReadingTurns;
  /** Starts what elaborates texts in an image, or what answers questions about places in them, with this driver. */
  readonly startLean: CompiledFilesOptions['startLean'];
  readonly admission: Admission;
  readonly supply: SandboxSupply;
  readonly sessions: SessionRegistry;
  readonly verifying: WiredVerifier;
  readonly finding: WiredFinding;
  /** Fires when calls that are under way are to end. */
  readonly stopping: AbortSignal;
  readonly events: EventStream;
  readonly logger: Logger;
}

const msPerSecond = 1000;
/** Calls come by hundreds; whether the package and the image are still the same is asked this seldom, in milliseconds. */
const stalenessAgeMs = 2000;
/** More than any file of Lean has; Lean's messages about each line of more are too many for anybody. */
const maxLines = 100_000;
const noOne: CallContext = { signal: new AbortController().signal, onProgress: () => undefined };

/** @returns gives a principal its tools */
export function wireTools(wiring: ToolWiring): (principal: Principal) => ToolEnvironment {
  const { environments } = wiring;
  const results = new KeptResults(keptResultsLimits);
  const staleness = new Staleness({
    running: packageVersion(),
    installed: packageVersion,
    images: environments.all.map(({ docker: { image }, find }) => ({
      name: image,
      find: async () => (await find())?.image,
    })),
    maxAgeMs: stalenessAgeMs,
  });
  const shared = {
    ...sameForAll(wiring),
    installation: () => describeInstallation(wiring, staleness),
  };
  return (principal) => ({
    ...shared,
    ...servicesFor(principal, wiring),
    news: () => staleness.news(principal),
    principal,
    results: results.of(principal),
  });
}

type Services = Pick<
  ToolEnvironment,
  'service' | 'sessions' | 'proofs' | 'projects' | 'verify' | 'finding' | 'batches'
>;

/** What a principal's calls are given to: with sessions, a turn and sandboxes that are its own. */
function servicesFor(principal: Principal, wiring: ToolWiring): Services {
  const { settings, admission, environments, supply, verifying, finding, events } = wiring;
  const quota = quotaOf(principal, settings.http, () => admission.concurrency);
  const own = wiring.sessions.of(quota);
  const gate = admission.of(quota);
  const places = (): number => Math.min(admission.concurrency, quota.maxCalls ?? Infinity);
  // Each computes all the time, and has a time limit: more at a time would only make them slow.
  const verifications = (): number => Math.min(places(), environments.atFullSpeed);
  const everywhere = ofEveryCall(wiring);
  const inEnvironment = ({ name, key, images, policy }: WiredEnvironment): CallEnvironment => ({
    ...everywhere,
    name,
    launch: (context: CallContext) => images.get(context),
    policy,
    supply: supply.of(principal, key),
    sessions: own,
  });
  const [first, ...others] = environments.all;
  const ofCaller = new Environments([inEnvironment(first), ...others.map(inEnvironment)]);
  const service = new LocalExecutionService(ofCaller, gate);
  return {
    service,
    sessions: new LocalSessionService(own),
    proofs: new LocalProofService(ofCaller, gate),
    projects: new LocalProjectService(ofCaller, gate),
    verify: new LocalVerifyService({ ...verifying, environments: ofCaller, principal, places: verifications }, gate),
    finding: new LocalFindService({ ...finding, environments: ofCaller }),
    batches: new LocalBatchService({
      runners: runnersOf(service, () => environments.atFullSpeed),
      places: async (context, name) => {
        await ofCaller.find(name).launch(context);
        return places;
      },
      principal,
      telemetry: events,
    }),
  };
}

type OfEveryCall = Omit<CallEnvironment, 'name' | 'launch' | 'policy' | 'supply' | 'sessions'>;

/** What holds for a call wherever it runs, and whoever makes it. */
function ofEveryCall({
  settings: { docker, sessions },
  output,
  driver,
  turns,
  startLean,
  logger,
}: ToolWiring): OfEveryCall {
  return {
    output,
    compiling: {
      driver,
      turns,
      maxOutput: docker.max_output,
      startLean,
    },
    sessionText: { bytes: sessions.max_text, lines: maxLines },
    defaultTimeoutMs: docker.timeout * msPerSecond,
    maxTimeoutMs: docker.max_timeout * msPerSecond,
    logger,
  };
}

type SameForAll = Omit<ToolEnvironment, keyof Services | 'installation' | 'news' | 'principal' | 'results'>;

/** What tools are told of this program, whoever calls. */
function sameForAll({ settings: { docker }, environments, stopping, logger, events }: ToolWiring): SameForAll {
  return {
    stopping,
    faults: new Faults(),
    logger,
    telemetry: events,
    environments: environments.all.flatMap(({ name }) => name ?? []),
    verifyOffer: new ToolOffer(environments.all, verifierMissing),
    findOffer: new ToolOffer(environments.all, indexMissing),
    network: !docker.network_disabled,
    proofView: readProofView,
    report: {
      messageCharacters: docker.message_limit,
      outputCharacters: docker.output_limit,
      maxTimeoutMs: docker.max_timeout * msPerSecond,
    },
    limits: {
      codeBytes: docker.max_code_size,
      codeLines: maxLines,
      defaultTimeoutS: docker.timeout,
      maxTimeoutS: docker.max_timeout,
      resultBytes: docker.result_limit,
    },
  };
}

/** What the resource lean://installation tells. Throws AppError when there is no image, or no engine. */
async function describeInstallation(
  { environments: { first, all }, connect }: ToolWiring,
  staleness: Staleness,
): Promise<Record<string, unknown>> {
  const launch = await first.images.get(noOne);
  const notice = await staleness.notice();
  const named = await describeEnvironments(all);
  return {
    ...(notice !== undefined && { notice }),
    ...describeEnvironment(first, launch),
    limits: {
      ...describeLimits(launch.jail, first.docker),
      network: launch.jail.networkDisabled ? 'none' : 'on',
    },
    ...describeProtection(await readEngineInfo(await connect()), launch.jail),
    ...(named.length > 0 && { environments: named }),
  };
}
