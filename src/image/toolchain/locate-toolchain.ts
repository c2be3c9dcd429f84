import path from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { Architecture } from '../architecture.ts';
import type { OnBuildProgress } from '../build-progress.ts';
import { parseWantedVersion } from '../lean-version.ts';
import { elanToolchains, elanToolchainsDir } from './elan-toolchains.ts';
import { openHttpClient, type HttpClient } from './http-client.ts';
import { leanReleases, newestRelease, type ReleaseSource } from './lean-release.ts';
import { cachedToolchain, cachedVersions, defaultCacheDir, type ToolchainCacheOptions } from './toolchain-cache.ts';
import { inspectToolchainFolder, type ToolchainFolder } from './toolchain-folder.ts';

export interface ToolchainRequest {
  /** A folder with `bin/lean`. Not together with a version. */
  readonly toolchainDir?: string;
  /** A release such as `4.27.0`, or `stable`. Wins over LEAN_TOOLCHAIN_DIR. */
  readonly leanVersion?: string;
  /** LEAN_TOOLCHAIN_DIR, ELAN_HOME, XDG_CACHE_HOME and the proxy variables are read. */
  readonly env: NodeJS.ProcessEnv;
  readonly homeDir: string;
  /** Of the containers that are to run it. */
  readonly architecture: Architecture;
  /** For downloads. Default: `lean-docker-mcp` in XDG_CACHE_HOME or `~/.cache`. */
  readonly cacheDir?: string;
  /** Default: the official ones. */
  readonly releases?: ReleaseSource;
  /** Whether packages are to be compiled with it. Default: no. */
  readonly complete?: boolean;
  readonly onProgress: OnBuildProgress;
  readonly signal?: AbortSignal | undefined;
  /** Pause before a broken download goes on, in milliseconds. Default 500. */
  readonly retryDelayMs?: number;
}

/** A toolchain that can be put into an image. */
export interface LocatedToolchain extends ToolchainFolder {
  readonly source: 'folder' | 'elan' | 'download';
  /** What the user should know about the choice, such as toolchains that were passed over. */
  readonly notes: readonly string[];
}

/**
 * Finds a Lean for the containers: the folder that is named, else the newest stable one that elan has installed, else a
 * download of the newest stable release. With a version it is that version, from elan or from the releases.
 *
 * @throws AppError `toolchain-not-found` when the named folder holds none; `download-failed`; `usage` when the version is
 *   none, or a folder is named too; the signal's reason when it fires
 */
export async function locateToolchain(request: ToolchainRequest): Promise<LocatedToolchain> {
  const { env, leanVersion } = request;
  if (request.toolchainDir !== undefined && leanVersion !== undefined)
    throw ambiguous(request.toolchainDir, leanVersion);
  if (request.toolchainDir !== undefined) return await namedToolchain(request, request.toolchainDir);
  const fromEnv = env['LEAN_TOOLCHAIN_DIR'];
  if (leanVersion === undefined && fromEnv !== undefined && fromEnv !== '')
    return await namedToolchain(request, fromEnv);
  const wanted = leanVersion === undefined ? undefined : parseWantedVersion(leanVersion);
  const notes: string[] = [];
  // "The newest" in so many words is the newest there is, not the newest on this machine.
  const useElan = leanVersion === undefined || wanted !== undefined;
  const installed = useElan ? await elanToolchains(elanToolchainsDir(env, request.homeDir), wanted) : [];
  for (const { dir } of installed) {
    const folder = await inspectToolchainFolder(dir, request.architecture);
    if (typeof folder !== 'string') return { ...folder, source: 'elan', notes };
    notes.push(`Passed over a toolchain of elan: ${folder}.`);
  }
  return await downloadedToolchain(request, wanted, notes);
}

async function namedToolchain(request: ToolchainRequest, dir: string): Promise<LocatedToolchain> {
  const folder = await inspectToolchainFolder(path.resolve(dir), request.architecture);
  if (typeof folder !== 'string') return { ...folder, source: 'folder', notes: [] };
  throw new AppError(
    failures['toolchain-not-found'].folderUnusable,
    `The folder ${dir} is no usable Lean toolchain: ${folder}.`,
  );
}

function ambiguous(dir: string, version: string): AppError {
  return new AppError(
    failures.usage.toolchainOrVersion,
    `Both a toolchain folder (${dir}) and a version of Lean (${version}) are named.`,
  );
}

async function downloadedToolchain(
  request: ToolchainRequest,
  wanted: string | undefined,
  notes: string[],
): Promise<LocatedToolchain> {
  const { env, homeDir, architecture, onProgress, signal, releases = leanReleases, retryDelayMs } = request;
  const cache: ToolchainCacheOptions = {
    dir: request.cacheDir ?? defaultCacheDir(env, homeDir),
    architecture,
    complete: request.complete ?? false,
    onProgress,
    signal,
    ...(retryDelayMs !== undefined && { retryDelayMs }),
  };
  await using http = await openHttpClient(env);
  const version = wanted ?? (await newestVersion(http, releases, cache, notes));
  const dir = await cachedToolchain(http, releases, version, cache);
  const folder = await inspectToolchainFolder(dir, architecture);
  if (typeof folder !== 'string') return { ...folder, source: 'download', notes };
  throw new AppError(
    failures['download-failed'].downloadUnusable({ dir }),
    `The downloaded toolchain cannot be used: ${folder}.`,
  );
}

/** The newest release; without a network the newest that was downloaded before. */
async function newestVersion(
  http: HttpClient,
  releases: ReleaseSource,
  cache: ToolchainCacheOptions,
  notes: string[],
): Promise<string> {
  try {
    return await newestRelease(http, releases, cache.signal);
  } catch (error) {
    const [cached] = await cachedVersions(cache);
    if (!(error instanceof AppError) || cached === undefined) throw error;
    notes.push(`${error.message} Using Lean ${cached}, downloaded before.`);
    return cached;
  }
}
