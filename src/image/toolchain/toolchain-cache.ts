/*
 * The toolchains that were downloaded, one folder each. A folder gets its name only when everything is in it, by a rename,
 * so what has a name is complete. A lock beside it lets one process work on it while others wait; it is renewed while its
 * owner lives and is taken over when the owner has died.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import semver from 'semver';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { formatBytes } from '../../core/bytes.ts';
import { codeOf } from '../../core/system-error.ts';
import type { Architecture } from '../architecture.ts';
import { reportBytes, type OnBuildProgress } from '../build-progress.ts';
import { byNewestVersion } from '../lean-version.ts';
import { downloadError } from './download-error.ts';
import { downloadFile } from './download-file.ts';
import type { HttpClient } from './http-client.ts';
import { releaseArchive, type ReleaseArchive, type ReleaseSource } from './lean-release.ts';
import { unpackToolchain } from './unpack-archive.ts';

export interface ToolchainCacheOptions {
  /** The folder; made when it is missing. */
  readonly dir: string;
  readonly architecture: Architecture;
  /** Whether what compiles packages is wanted, too. Default: no. */
  readonly complete?: boolean;
  readonly onProgress: OnBuildProgress;
  readonly signal?: AbortSignal | undefined;
  /** See `downloadFile`. */
  readonly retryDelayMs?: number;
}

const lockPollMs = 500;

/** This program's folder for things that can be downloaded again. */
export function defaultCacheDir(env: NodeJS.ProcessEnv, homeDir: string): string {
  const base = env['XDG_CACHE_HOME'];
  return path.join(base === undefined || base === '' ? path.join(homeDir, '.cache') : base, 'lean-docker-mcp');
}

/** The versions that are there, newest first. */
export async function cachedVersions({ dir, architecture, complete }: ToolchainCacheOptions): Promise<string[]> {
  const names = await readdir(path.join(dir, 'toolchains')).catch(() => []);
  const suffix = folderSuffix(architecture, complete);
  return names
    .flatMap((name) => (name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : []))
    .filter((version) => semver.valid(version) === version)
    .sort(byNewestVersion);
}

/** The folder of a version, whether it is there or not. */
function cachedToolchainDir({ dir, architecture, complete }: ToolchainCacheOptions, version: string): string {
  return path.join(dir, 'toolchains', `${version}${folderSuffix(architecture, complete)}`);
}

function folderSuffix(architecture: Architecture, complete = false): string {
  return `-linux-${architecture}${complete ? '-complete' : ''}`;
}

/**
 * Gives the folder of a version; downloads and unpacks it when it is not there. Any number of calls and processes may ask
 * for the same version at once: one does the work.
 *
 * @throws AppError `download-failed`; the signal's reason when it fires
 */
export async function cachedToolchain(
  http: HttpClient,
  source: ReleaseSource,
  version: string,
  options: ToolchainCacheOptions,
): Promise<string> {
  const dir = cachedToolchainDir(options, version);
  if (await exists(dir)) return dir;
  try {
    await mkdir(path.dirname(dir), { recursive: true });
  } catch (error) {
    throw cacheError(dir, error);
  }
  const release = await lock(dir, version, options);
  try {
    if (!(await exists(dir))) await fill(dir, http, source, version, options);
    return dir;
  } finally {
    await release();
  }
}

async function fill(
  dir: string,
  http: HttpClient,
  source: ReleaseSource,
  version: string,
  options: ToolchainCacheOptions,
): Promise<void> {
  const { onProgress, signal, architecture } = options;
  onProgress({ phase: 'download', message: `Looking for Lean ${version}` });
  const archive = await releaseArchive(http, source, version, architecture, signal);
  const downloaded = path.join(options.dir, `${archive.fileName}.part`);
  await downloadFile(http, {
    url: archive.url,
    partFile: downloaded,
    onBytes: reportBytes(onProgress, { phase: 'download', message: `Downloading Lean ${version}` }),
    signal,
    ...(options.retryDelayMs !== undefined && { retryDelayMs: options.retryDelayMs }),
  });
  await verify(downloaded, archive, options);
  await unpack(downloaded, dir, version, options);
  await rm(downloaded, { force: true });
}

async function verify(file: string, { url, sha256 }: ReleaseArchive, options: ToolchainCacheOptions): Promise<void> {
  if (sha256 === undefined) {
    options.onProgress({ phase: 'download', message: `No checksum is published for ${url}: not checked` });
    return;
  }
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, { ...(options.signal && { signal: options.signal }) });
  const found = hash.digest('hex');
  if (found === sha256) return;
  await rm(file, { force: true });
  throw downloadError(url, `its SHA-256 is ${found}, but ${sha256} is published`, {
    failure: failures['download-failed'].otherChecksum,
  });
}

async function unpack(archive: string, dir: string, version: string, options: ToolchainCacheOptions): Promise<void> {
  const { onProgress, signal } = options;
  // Under the lock, so what an earlier process left there belongs to nobody.
  const unfinished = `${dir}.unpacking`;
  const onBytes = reportBytes(onProgress, { phase: 'unpack', message: `Unpacking Lean ${version}` });
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished);
    await unpackToolchain({ archive, into: unfinished, complete: options.complete ?? false, onBytes, signal });
    if (!(await exists(path.join(unfinished, 'bin', 'lean')))) throw new Error('its archive holds no bin/lean');
    await rename(unfinished, dir);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    signal?.throwIfAborted();
    // What cannot be unpacked now cannot be unpacked the next time.
    if (!isDiskError(error)) await rm(archive, { force: true });
    throw error instanceof AppError ? error : cacheError(dir, error);
  }
}

/** Waits for the lock of a toolchain. */
async function lock(dir: string, version: string, options: ToolchainCacheOptions): Promise<() => Promise<void>> {
  // On demand: it listens to the signals of the process, to give its locks back.
  const { default: lockfile } = await import('proper-lockfile');
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await lockfile.lock(dir, { realpath: false, stale: 30_000, update: 5_000 });
    } catch (error) {
      if (codeOf(error) !== 'ELOCKED') throw cacheError(dir, error);
    }
    options.onProgress({ phase: 'download', message: `Waiting for another download of Lean ${version}` });
    await sleep(lockPollMs, undefined, { signal: options.signal });
  }
}

function cacheError(dir: string, error: unknown): AppError {
  return new AppError(
    failures['download-failed'].noRoomForToolchain({ needed: formatBytes(3 * 1024 ** 3) }),
    `Lean could not be put into ${dir}: ${messageOf(error)}.`,
    { cause: error },
  );
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}
