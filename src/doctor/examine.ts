import type { CheckResult } from './check.ts';
import { checkApiVersion } from './checks/api-version.ts';
import { checkCgroupLimits } from './checks/cgroup-limits.ts';
import { checkConfiguration } from './checks/configuration.ts';
import { checkDisk } from './checks/disk.ts';
import { checkEngine, restartCommand, type Engine } from './checks/engine.ts';
import { checkImage } from './checks/image.ts';
import { checkMemory } from './checks/memory.ts';
import { checkMemoryHint } from './checks/memory-hint.ts';
import { checkPlatform } from './checks/platform.ts';
import { checkProtection } from './checks/protection.ts';
import { checkSwap } from './checks/swap.ts';
import { checkToolchain } from './checks/toolchain.ts';
import { checkTrialRun } from './checks/trial-run.ts';
import { Examination, type CheckOutcome, type ExaminationOptions } from './examination.ts';
import { tryAgain } from './next-step.ts';
import type { OtherEnvironment, Surroundings } from './surroundings.ts';

/** Name of the check of the configuration, whose failure is the user's and not the environment's. */
export const configurationCheck = 'configuration';

const answerLimitMs = 10_000;
const sandboxLimitMs = 20_000;
const trialLimitMs = 30_000;
/** Lean's part of the trial, so that its own time-out tells more than ours. */
const trialTimeoutMs = 20_000;

/** What this needs besides the surroundings. */
export type ExamineOptions = Omit<ExaminationOptions, 'buildCommand'>;

/**
 * Does every check that can be done.
 *
 * @returns what they came to, in their order
 * @throws the signal's reason when the caller gives up
 */
export async function examine(surroundings: Surroundings, options: ExamineOptions): Promise<readonly CheckResult[]> {
  const { buildCommand, hostname } = surroundings;
  const examination = new Examination({ ...options, buildCommand });
  const quick = { limitMs: answerLimitMs, whenLate: restartCommand(surroundings) };
  const inSandbox = { limitMs: sandboxLimitMs, whenLate: tryAgain };

  const config = await examination.check({ name: configurationCheck, needs: {}, ...quick }, () =>
    checkConfiguration(surroundings),
  );
  const reached = await examination.check({ name: 'engine', needs: {}, ...quick }, () => checkEngine(surroundings));
  const engine = await examination.check({ name: 'api-version', needs: { engine: reached }, ...quick }, (known) =>
    checkApiVersion(known.engine),
  );
  await examination.check({ name: 'platform', needs: { engine: reached }, ...quick }, (known) =>
    checkPlatform(known.engine.info),
  );
  await examination.check({ name: 'protection', needs: { config, engine }, ...quick }, (known) =>
    checkProtection(known.config.protection(known.engine.info)),
  );
  const image = await examination.check({ name: 'image', needs: { config, engine }, ...quick }, (known) =>
    checkImage(known.config, known.engine, buildCommand),
  );
  const limits = await examination.check(
    { name: 'limits', needs: { config, engine }, ...inSandbox },
    (known, timeLimit) => checkCgroupLimits(known.config, known.engine, image.value, timeLimit),
  );
  await examination.check({ name: 'swap', needs: { limits }, ...quick }, (known) => checkSwap(known.limits));
  const toolchain = await examination.check(
    { name: 'toolchain', needs: { config, image, limits }, ...inSandbox },
    (known, timeLimit) => checkToolchain(known.config, known.image, buildCommand, timeLimit),
  );
  await examination.check(
    { name: 'trial-run', needs: { config, toolchain }, limitMs: trialLimitMs, whenLate: tryAgain },
    (known, timeLimit) => checkTrialRun(known.config, trialTimeoutMs, buildCommand, timeLimit),
  );
  await examination.check(
    { name: 'memory', needs: { config, engine, limits }, ...quick },
    ({ limits: enforced, engine: { info }, config: program }) =>
      checkMemory(enforced, info, program.demand(enforced.asked.memory, info)),
  );
  await examination.check({ name: 'memory-hint', needs: { image }, ...quick }, ({ image: { image: facts, launch } }) =>
    checkMemoryHint(facts.memoryHint, launch.jail.limits.memory),
  );
  for (const environment of config.value?.others ?? []) await examineOther(examination, environment, engine);
  await examination.check({ name: 'disk', needs: { engine }, ...quick }, (known) => checkDisk(known.engine, hostname));
  return examination.results;
}

/** What can be otherwise in another environment than in the first. */
async function examineOther(
  examination: Examination,
  environment: OtherEnvironment,
  engine: CheckOutcome<Engine>,
): Promise<void> {
  const { name, buildCommand } = environment;
  const image = await examination.check(
    { name: `image.${name}`, needs: { engine }, limitMs: answerLimitMs, whenLate: tryAgain },
    (known) => checkImage(environment, known.engine, buildCommand),
  );
  const toolchain = await examination.check(
    { name: `toolchain.${name}`, needs: { image }, limitMs: sandboxLimitMs, whenLate: tryAgain },
    (known, timeLimit) => checkToolchain(environment, known.image, buildCommand, timeLimit),
  );
  await examination.check(
    { name: `trial-run.${name}`, needs: { toolchain }, limitMs: trialLimitMs, whenLate: tryAgain },
    (_, timeLimit) => checkTrialRun(environment, trialTimeoutMs, buildCommand, timeLimit),
  );
  await examination.check(
    { name: `memory-hint.${name}`, needs: { image }, limitMs: answerLimitMs, whenLate: tryAgain },
    ({ image: { image: facts, launch } }) => checkMemoryHint(facts.memoryHint, launch.jail.limits.memory),
  );
}
