/*
 * Builds a sandbox image in two steps: first base image and toolchain, under a name that nobody else uses; then, when that
 * has been tried out, the labels that say what it can do, under the wanted name. So the wanted name never points to an
 * image that does not work, and a failed build leaves the one before it in place.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { AppError } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import type { Bytes } from '../core/bytes.ts';
import type { OtherKernel, Toolchain } from '../lean/toolchain.ts';
import { engineStatus } from '../sandbox/docker/docker-errors.ts';
import { readEngineInfo } from '../sandbox/docker/engine-facts.ts';
import { DockerDriver } from '../sandbox/docker/docker-driver.ts';
import type { Jail } from '../sandbox/sandbox.ts';
import { silentLogger } from '../telemetry/telemetry.ts';
import { engineArchitecture } from './architecture.ts';
import { requireUsableBase } from './base-image.ts';
import { dockerfileContext, toolchainContext } from './build-context.ts';
import { reportBytes, type OnBuildProgress } from './build-progress.ts';
import { builderLabel, sandboxDockerfile } from './dockerfile.ts';
import { runEngineBuild } from './engine-build.ts';
import { toLabels, type ImageFacts } from './image-labels.ts';
import { requireBaseImage, requireImageTag } from './image-reference.ts';
import { probeToolchain } from './probe-toolchain.ts';
import { PackageBuilder, type PackagesWish } from './packages/package-builder.ts';
import { parsePackageRequest } from './packages/package-request.ts';
import { probeImport } from './packages/probe-import.ts';
import { ProbeJail } from './probe-jail.ts';
import { programSources } from './program-sources.ts';
import { readImage, type SandboxImage } from './read-image.ts';
import { locateToolchain, type LocatedToolchain, type ToolchainRequest } from './toolchain/locate-toolchain.ts';

export interface ImageBuildOptions extends Omit<ToolchainRequest, 'architecture' | 'onProgress' | 'signal'> {
  /** The name that the image gets. */
  readonly tag: string;
  /** What it is built on. */
  readonly base: string;
  /** How much memory its sandboxes should have: large libraries want more. */
  readonly memoryHint?: Bytes;
  /** The jail that its sandboxes will have, in which it is tried out. */
  readonly jail: Jail;
  /** How long Lean may take for a first answer, in milliseconds. Default two minutes. */
  readonly answerLimitMs?: number;
  /** What is compiled and put into it besides the toolchain. */
  readonly packages?: PackagesWish;
  /** Whether it gets the kernels that the toolchain brings besides Lean's own. */
  readonly checkers?: boolean;
}

/** An image that was built just now. */
export interface BuiltImage extends SandboxImage {
  /** Where its toolchain came from. */
  readonly origin: Pick<LocatedToolchain, 'source' | 'dir' | 'notes'>;
}

/**
 * Finds or downloads a toolchain, builds the image, tries it out and labels it.
 *
 * @throws AppError `usage`, `toolchain-not-found`, `download-failed`, `image-build-failed`, `engine-unreachable`,
 *   `engine-failed`, `limits-not-enforced`; the signal's reason when it fires
 */
export async function buildSandboxImage(
  docker: Docker,
  options: ImageBuildOptions,
  onProgress: OnBuildProgress,
  signal?: AbortSignal,
): Promise<BuiltImage> {
  const tag = requireImageTag(options.tag);
  const base = requireBaseImage(options.base);
  // Before anything is pulled or downloaded.
  options.packages?.packages.forEach(parsePackageRequest);
  const architecture = await engineArchitecture(docker);
  await requireUsableBase(docker, base, onProgress, signal);
  await using packages = await openBuilder(docker, options, base, onProgress, signal);
  const leanVersion = hasToolchain(options) ? undefined : await packages?.fittingLean();
  const located = await locateToolchain({
    ...options,
    ...(leanVersion !== undefined && { leanVersion }),
    complete: packages !== undefined,
    architecture,
    onProgress,
    signal,
  });
  for (const message of located.notes) onProgress({ phase: 'context', message });
  await packages?.compile(located);
  await using untried = await buildUntried(docker, located, { ...options, tag, base }, onProgress, signal);
  const installed = await packages?.install(untried.name);
  const name = installed?.image ?? untried.name;
  const untriedImage = { image: name, modules: installed?.modules ?? [], kernels: untried.kernels };
  const { toolchain, needed } = await probe(docker, untriedImage, options, onProgress, signal);
  const memoryHint = options.memoryHint ?? needed;
  const facts: ImageFacts = {
    toolchain,
    toolchainSize: untried.toolchainSize,
    ...(memoryHint !== undefined && { memoryHint }),
    ...(installed !== undefined && { packages: installed.packages }),
    base,
    created: new Date().toISOString(),
  };
  const context = dockerfileContext(`FROM ${name}\n`);
  await runEngineBuild(docker, { context, tag, labels: toLabels(facts) }, () => undefined, signal);
  const image = await readImage(docker, tag);
  if (image === undefined)
    throw new AppError(failures['image-build-failed'].imageGone, `The engine does not have ${tag} after building it.`);
  await packages?.clear();
  return { ...image, origin: { source: located.source, dir: located.dir, notes: located.notes } };
}

/** An image before it has been tried out. Disposing removes its name, and it, when nothing was built on it. */
interface UntriedImage extends AsyncDisposable {
  readonly name: string;
  readonly toolchainSize: Bytes;
  /** The kernels in it that are not Lean's own. */
  readonly kernels: readonly OtherKernel[];
}

async function buildUntried(
  docker: Docker,
  located: LocatedToolchain,
  { tag, base, checkers = false }: Pick<ImageBuildOptions, 'tag' | 'base' | 'checkers'>,
  onProgress: OnBuildProgress,
  signal: AbortSignal | undefined,
): Promise<UntriedImage> {
  const sending = { phase: 'context', message: `Sending the toolchain ${located.dir}` } as const;
  onProgress(sending);
  const report = reportBytes(onProgress, sending);
  const build = randomUUID();
  const sources = await programSources();
  const parts = { dockerfile: sandboxDockerfile(base, build), sources, kernels: checkers };
  const { archive, size, kernels } = await toolchainContext(located, parts, report);
  const name = `${tag.replace(/:[^:/]+$/, '')}-untried:${randomUUID()}`;
  try {
    await runEngineBuild(docker, { context: archive, tag: name }, onProgress, signal);
  } finally {
    await removeBuilder(docker, `${builderLabel}=${build}`);
  }
  return {
    name,
    toolchainSize: size,
    kernels,
    [Symbol.asyncDispose]: () => removeName(docker, name),
  };
}

/** Removes the stage that has compiled the elaborator: a compiler is large, and nothing needs it any more. */
async function removeBuilder(docker: Docker, label: string): Promise<void> {
  try {
    const found = await docker.listImages({ filters: { label: [label], dangling: ['true'] } });
    await Promise.all(found.map(({ Id }) => docker.getImage(Id).remove()));
  } catch {
    // What stays behind takes space and no more.
  }
}

/** Removes the name of an untried image. Nothing depends on its success: what stays behind takes space and no more. */
async function removeName(docker: Docker, name: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      await docker.getImage(name).remove();
      return;
    } catch (error) {
      // The engine is still removing the last container of the probe.
      if (engineStatus(error) !== 409) return;
      await sleep(100);
    }
  }
}

/** Whether it is said which Lean to take. */
function hasToolchain({ toolchainDir, leanVersion, env }: ImageBuildOptions): boolean {
  return (toolchainDir ?? leanVersion) !== undefined || (env['LEAN_TOOLCHAIN_DIR'] ?? '') !== '';
}

async function openBuilder(
  docker: Docker,
  { packages: wish, env }: ImageBuildOptions,
  base: string,
  onProgress: OnBuildProgress,
  signal: AbortSignal | undefined,
): Promise<PackageBuilder | undefined> {
  if (wish === undefined || wish.packages.length === 0) return undefined;
  return await PackageBuilder.open(docker, { wish, base, env, onProgress, signal });
}

/** Tries an image out, with modules that it must be able to import. */
async function probe(
  docker: Docker,
  {
    image,
    modules,
    kernels,
  }: Pick<UntriedImage, 'kernels'> & { readonly image: string; readonly modules: readonly string[] },
  { jail, answerLimitMs = 120_000 }: ImageBuildOptions,
  onProgress: OnBuildProgress,
  signal: AbortSignal | undefined,
): Promise<{ readonly toolchain: Toolchain; readonly needed?: Bytes }> {
  await using driver = new DockerDriver({
    connect: () => Promise.resolve(docker),
    maxConcurrentCreations: 1,
    logger: silentLogger,
  });
  const toolchain = await probeToolchain({
    driver,
    untried: { image, jail },
    kernels,
    answerLimitMs,
    onStep: (message, done, total) => {
      onProgress({ phase: 'probe', message, done, total });
    },
    signal,
  });
  if (modules.length === 0) return { toolchain };
  onProgress({ phase: 'probe', message: `Importing ${modules.join(', ')}` });
  const memory = Math.max(jail.limits.memory, (await readEngineInfo(docker)).MemTotal);
  const untried = { image, jail: { ...jail, limits: { ...jail.limits, memory } } };
  // The first time, everything is read from the disk.
  const importing = new ProbeJail({ driver, untried, answerLimitMs: 5 * answerLimitMs, signal });
  const needed = await probeImport(importing, toolchain, modules, memory);
  return { toolchain, ...(needed !== undefined && { needed }) };
}
