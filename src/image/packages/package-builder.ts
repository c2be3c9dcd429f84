/*
 * Compiles packages of Lean in containers of their own, which have a network, and puts what was compiled into an image. No
 * step gets a command line that is made of what comes from outside: what it is to know are its arguments.
 */
import path from 'node:path';
import type Docker from 'dockerode';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { Bytes } from '../../core/bytes.ts';
import { sha256 } from '../../core/sha256.ts';
import { toEngineError } from '../../sandbox/docker/docker-errors.ts';
import { readEngineInfo } from '../../sandbox/docker/engine-facts.ts';
import { dockerfileContext, packagesContext } from '../build-context.ts';
import { reportBytes, type OnBuildProgress } from '../build-progress.ts';
import { parseVersionLine } from '../lean-version.ts';
import type { LocatedToolchain } from '../toolchain/locate-toolchain.ts';
import { BuildRoom, namesOfBuilds } from './build-room.ts';
import { builderDockerfile, packagesDockerfile, toolsDockerfile } from './builder-dockerfiles.ts';
import { collect, listTags, look, resolvePackages, shell, writeProject } from './builder-scripts.ts';
import { lakefile, readManifest, type Requirement, type ResolvedPackage } from './lake-files.ts';
import type { ImagePackage } from './package-label.ts';
import { mainModules, readCollected } from './collected.ts';
import { parsePackageRequest, type PackageRequest } from './package-request.ts';
import { readProjectFolder, type ProjectFolder } from './project-folder.ts';
import { newestTaggedLean, readLook, requireFittingLean, wantedRevisions, type FoundPackage } from './repository.ts';
import { stepFailure } from './step-failure.ts';

/** What is to be built. */
export interface PackagesWish {
  /** As `--with` takes them. */
  readonly packages: readonly string[];
  /** Network of the builder. Default: the engine's bridge; where it has none, the one of its machine. */
  readonly network?: string;
  /** Whether Mathlib may be compiled when its cache does not have it. Default: no. */
  readonly compile?: boolean;
  /** Where Mathlib comes from. Default: its repository on GitHub. */
  readonly mathlibUrl?: string;
}

export interface PackageBuilderOptions {
  readonly wish: PackagesWish;
  /** Name of the base image, validated. */
  readonly base: string;
  /** The proxy variables are read, and MATHLIB_CACHE_GET_URL. */
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: OnBuildProgress;
  readonly signal?: AbortSignal | undefined;
}

/** An image with packages. */
export interface InstalledPackages {
  /** Its name. */
  readonly image: string;
  readonly packages: readonly ImagePackage[];
  /** What imports those that were asked for. */
  readonly modules: readonly string[];
}

const proxies = ['http_proxy', 'https_proxy', 'no_proxy'];
const handedOn = [...proxies, ...proxies.map((name) => name.toUpperCase()), 'MATHLIB_CACHE_GET_URL'];
/** Memory of the engine's machine that a builder leaves to others. */
const spareMemory: Bytes = 1024 ** 3;
/** Files that could not be downloaded are asked for again. */
const cacheTries = 3;

/** Disposing removes what is needed during the build only; {@link clear} also removes what was downloaded and compiled. */
export class PackageBuilder implements AsyncDisposable {
  readonly #room: BuildRoom;
  readonly #options: PackageBuilderOptions;
  readonly #requests: readonly PackageRequest[];
  readonly #folders: readonly ProjectFolder[];
  #tools = '';
  #resolved: readonly ResolvedPackage[] = [];
  #requested: ReadonlySet<string> = new Set();

  private constructor(
    room: BuildRoom,
    options: PackageBuilderOptions,
    requests: readonly PackageRequest[],
    folders: readonly ProjectFolder[],
  ) {
    this.#room = room;
    this.#options = options;
    this.#requests = requests;
    this.#folders = folders;
  }

  /**
   * Makes a builder that has git and curl.
   *
   * @throws AppError `usage`, `image-build-failed`, `engine-unreachable`, `engine-failed`; the signal's reason
   */
  static async open(docker: Docker, options: PackageBuilderOptions): Promise<PackageBuilder> {
    const { wish, base, env, onProgress, signal } = options;
    const requests = wish.packages.map((text) => withMathlibFrom(parsePackageRequest(text), wish.mathlibUrl));
    const folders: ProjectFolder[] = [];
    for (const request of requests) if (request.kind === 'folder') folders.push(await readProjectFolder(request.dir));
    const { MemTotal } = await readEngineInfo(docker);
    const network = wish.network ?? (await usualNetwork(docker));
    const room = new BuildRoom(docker, {
      volume: volumeOf(options),
      network,
      memory: MemTotal > 2 * spareMemory ? MemTotal - spareMemory : MemTotal,
      env: Object.fromEntries(handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
      onProgress,
      signal,
    });
    const builder = new PackageBuilder(room, options, requests, folders);
    await room.enter();
    onProgress({ phase: 'packages', message: `Making a builder with git and curl (network: ${network})` });
    try {
      builder.#tools = await room.build(dockerfileContext(toolsDockerfile(base)), network);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AppError) || error.code !== 'image-build-failed') throw error;
      throw stepFailure({ doing: 'making a builder', said: error.message, exitCode: 1, outOfMemory: false });
    }
    return builder;
  }

  /**
   * The version of Lean that fits what was asked for; `undefined` when any may.
   *
   * @throws AppError `image-build-failed` when Mathlib’s repository cannot be asked
   */
  async fittingLean(): Promise<string | undefined> {
    const mathlib = this.#requests.find((request) => request.kind === 'git' && request.isMathlib);
    if (mathlib?.kind !== 'git') return this.#folders.find(({ leanVersion }) => leanVersion !== undefined)?.leanVersion;
    if (mathlib.revision !== undefined) return /^v(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(mathlib.revision)?.[1];
    const doing = 'looking for the newest release of Mathlib';
    const { stdout } = await this.#room.step({ doing, command: shell(listTags, mathlib.url) });
    const newest = newestTaggedLean(stdout);
    if (newest !== undefined) return newest;
    throw stepFailure({ doing, said: 'no such revision: no release has a tag', exitCode: 0, outOfMemory: false });
  }

  /**
   * Resolves, fetches and compiles everything.
   *
   * @throws AppError `image-build-failed`, `toolchain-not-found`; `engine-unreachable`, `engine-failed`; the signal's reason
   */
  async compile(located: LocatedToolchain): Promise<void> {
    const message = `Sending the toolchain ${located.dir} to the builder`;
    const report = reportBytes(this.#options.onProgress, { phase: 'context', message });
    await this.#room.build(await packagesContext(located, builderDockerfile(this.#tools), this.#folders, report));
    const leanVersion = await this.#leanVersion();
    const found: FoundPackage[] = [];
    for (const request of this.#requests)
      if (request.kind === 'git') found.push(await this.#look(request, leanVersion));
    await this.#resolve(found, leanVersion);
    if (this.#resolved.some(({ name }) => name === 'mathlib')) await this.#fetchMathlib();
    const targets = [...this.#requested].map((name) => `@${name}`);
    await this.#room.step({ doing: 'compiling the packages', command: ['lake', 'build', ...targets], inProject: true });
    for (const { name } of this.#resolved) if (!this.#requested.has(name)) await this.#complete(name);
  }

  /**
   * Makes an image of another one and the compiled modules.
   *
   * @throws AppError `image-build-failed`, `engine-unreachable`, `engine-failed`; the signal's reason
   */
  async install(untried: string): Promise<InstalledPackages> {
    const places = this.#resolved.flatMap(({ name, dir }) => [name, placeInVolume(dir)]);
    const collected = await this.#room.extend(
      'putting the compiled modules into the image',
      untried,
      shell(collect, ...places),
    );
    const { sizes, roots } = readCollected(collected.stdout);
    const packages = this.#resolved.map(({ name, url, revision, wanted }) => ({
      name,
      ...(url !== undefined && { url }),
      ...(revision !== undefined && { revision }),
      ...(wanted !== undefined && { wanted }),
      requested: this.#requested.has(name),
      size: sizes.get(name) ?? 0,
    }));
    const empty = packages.filter(({ requested, size }) => requested && size === 0).map(({ name }) => name);
    if (empty.length > 0)
      throw new AppError(
        failures['image-build-failed'].nothingCompiled,
        `Nothing was compiled of ${empty.join(' and ')}.`,
      );
    const names = packages.filter(({ size }) => size > 0).map(({ name }) => name);
    const image = await this.#room.build(dockerfileContext(packagesDockerfile(collected.image, names)));
    const modules = packages.flatMap(({ name, requested }) =>
      requested ? mainModules(name, roots.get(name) ?? []) : [],
    );
    return { image, packages, modules };
  }

  /** Removes what was downloaded and compiled. */
  async clear(): Promise<void> {
    await this.#room.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#room[Symbol.asyncDispose]();
  }

  async #leanVersion(): Promise<string> {
    const doing = 'asking Lean for its version';
    const { stdout } = await this.#room.step({ doing, command: ['lean', '--version'], hasNetwork: false });
    const version = parseVersionLine(stdout.split('\n')[0] ?? '')
      ?.version.split(' ')
      .at(-1);
    if (version !== undefined) return version;
    throw stepFailure({ doing, said: stdout, exitCode: 0, outOfMemory: false });
  }

  async #look(request: FoundPackage['request'], leanVersion: string): Promise<FoundPackage> {
    const doing = `looking at ${request.text}`;
    const command = shell(look, request.url, ...wantedRevisions(request, leanVersion));
    const found = readLook(request, (await this.#room.step({ doing, command })).stdout);
    const note = requireFittingLean(found, leanVersion);
    if (note !== undefined) this.#options.onProgress({ phase: 'packages', message: note });
    return found;
  }

  async #resolve(found: readonly FoundPackage[], leanVersion: string): Promise<void> {
    const requirements: Requirement[] = [
      ...found.map(({ name, request: { url }, revision }) => ({
        name,
        source: { kind: 'git', url, revision } as const,
      })),
      ...this.#folders.map(({ name }, index) => ({
        name,
        source: { kind: 'path', dir: `../folders/${index}` } as const,
      })),
    ];
    this.#requested = new Set(requirements.map(({ name }) => name));
    if (this.#requested.size < requirements.length)
      throw new AppError(
        failures.usage.packageTwice,
        `Two of the packages have the same name: ${requirements.map(({ name }) => name).join(', ')}.`,
      );
    // The cache of Mathlib wants to see its own words there.
    const toolchain = found.find(({ name }) => name === 'mathlib')?.toolchain ?? `leanprover/lean4:v${leanVersion}`;
    const write = shell(writeProject, lakefile(requirements), toolchain);
    await this.#room.step({ doing: 'writing the project', command: write, hasNetwork: false });
    const { stdout } = await this.#room.step({
      doing: 'resolving the packages',
      command: shell(resolvePackages),
      inProject: true,
    });
    const wanted = new Map(found.map((entry) => [entry.name, entry.wanted]));
    this.#resolved = readManifest(stdout).map(({ wanted: tag, ...entry }) => {
      const word = wanted.has(entry.name) ? wanted.get(entry.name) : tag;
      return { ...entry, ...(word !== undefined && { wanted: word }) };
    });
  }

  async #fetchMathlib(): Promise<void> {
    const doing = 'fetching the compiled modules of Mathlib';
    for (let tries = 1; ; tries += 1) {
      const end = await this.#room.attempt({ doing, command: ['lake', 'exe', 'cache', 'get'], inProject: true });
      const missing = /files were not found in the cache/i.test(end.said);
      if (end.exitCode === 0 && (!missing || this.#options.wish.compile === true)) return;
      const again = /download\(s\) failed/i.test(end.said) && tries < cacheTries;
      if (!again) throw stepFailure({ doing, ...end });
    }
  }

  /** Compiles what nobody has imported of a package that another one has brought. An image is as good without it. */
  async #complete(name: string): Promise<void> {
    const end = await this.#room.attempt({
      doing: `compiling the rest of ${name}`,
      command: ['lake', 'build', `@${name}`],
      inProject: true,
    });
    if (end.exitCode === 0) return;
    const message = `Not all of ${name} could be compiled: modules that the packages asked for do not import may be missing.`;
    this.#options.onProgress({ phase: 'packages', message });
  }
}

function withMathlibFrom(request: PackageRequest, url: string | undefined): PackageRequest {
  return url !== undefined && request.kind === 'git' && request.isMathlib ? { ...request, url } : request;
}

/** The engine's own network for containers; engines without one have that of their machine. */
async function usualNetwork(docker: Docker): Promise<string> {
  const networks = await docker.listNetworks().catch((error: unknown) => {
    throw toEngineError(error, 'listing networks');
  });
  return networks.some(({ Name }) => Name === 'bridge') ? 'bridge' : 'host';
}

/** The volume of a build: the same for the same wish. */
export function volumeOf({ wish, base }: Pick<PackageBuilderOptions, 'wish' | 'base'>): string {
  const { mathlibUrl = '' } = wish;
  const packages = wish.packages.map((text) => (/^[./]/.test(text) ? path.resolve(text) : text));
  const hash = sha256(JSON.stringify([packages, mathlibUrl, base]));
  return `${namesOfBuilds}-${hash.slice(0, 16)}`;
}

function placeInVolume(dir: string): string {
  const place = path.posix.join('project', dir);
  if (!place.startsWith('..') && !path.posix.isAbsolute(dir)) return place;
  throw new AppError(
    failures['image-build-failed'].manifestUnusable,
    `Lake has put a package at ${JSON.stringify(dir)}, out of its project.`,
  );
}
