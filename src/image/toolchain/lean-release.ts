import semver from 'semver';
import type { Response } from 'undici';
import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { parseJson } from '../../core/parse-json.ts';
import { JoinedSignal } from '../../core/joined-signal.ts';
import type { Architecture } from '../architecture.ts';
import { downloadError, networkReason } from './download-error.ts';
import type { HttpClient } from './http-client.ts';

/** A place with Lean's releases, laid out like a project's releases on GitHub. */
export interface ReleaseSource {
  /** Answers `/latest` with a redirect to the newest stable release, and `/download/TAG/FILE` with a file of one. */
  readonly releasesUrl: string;
  /** GitHub's API for the same, which knows checksums; absent: the place has none. */
  readonly apiUrl?: string;
}

/** The official releases. */
export const leanReleases: ReleaseSource = {
  releasesUrl: 'https://github.com/leanprover/lean4/releases',
  apiUrl: 'https://api.github.com/repos/leanprover/lean4/releases',
};

/** The file of a release that holds the toolchain. */
export interface ReleaseArchive {
  readonly url: string;
  readonly fileName: string;
  /** In hexadecimal; absent when the release publishes none or it could not be read. */
  readonly sha256?: string;
}

const answerMs = 30_000;
const platforms: Readonly<Record<Architecture, string>> = { x86_64: 'linux', aarch64: 'linux_aarch64' };
const releaseAssets = z.object({ assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })) });

/**
 * Asks for the newest stable release. Needs no account and counts against no limit, unlike GitHub's API.
 *
 * @returns its version, without `v`
 * @throws AppError `download-failed`
 */
export async function newestRelease(http: HttpClient, source: ReleaseSource, signal?: AbortSignal): Promise<string> {
  const url = `${source.releasesUrl}/latest`;
  const response = await ask(http, url, { redirect: 'manual' }, signal);
  await response.body?.cancel();
  const tag = /\/tag\/(v[^/?#]+)$/.exec(response.headers.get('location') ?? '')?.[1];
  const version = semver.valid(tag);
  if (version !== null) return version;
  throw downloadError(url, `it does not lead to a release of Lean (status ${response.status})`, {
    failure: failures['download-failed'].noRelease,
  });
}

/** Finds the archive of a release, and its checksum if that can be had. */
export async function releaseArchive(
  http: HttpClient,
  source: ReleaseSource,
  version: string,
  architecture: Architecture,
  signal?: AbortSignal,
): Promise<ReleaseArchive> {
  const fileName = `lean-${version}-${platforms[architecture]}.tar.zst`;
  const url = `${source.releasesUrl}/download/v${version}/${fileName}`;
  const sha256 =
    (await apiChecksum(http, source, version, fileName, signal)) ?? (await checksumFile(http, `${url}.sha256`, signal));
  return { url, fileName, ...(sha256 !== undefined && { sha256 }) };
}

/** The checksum that GitHub computes for every file of a release since 2025. */
async function apiChecksum(
  http: HttpClient,
  { apiUrl }: ReleaseSource,
  version: string,
  fileName: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (apiUrl === undefined) return undefined;
  const headers = { accept: 'application/vnd.github+json' };
  const text = await readOptional(http, `${apiUrl}/tags/v${version}`, { headers }, signal);
  const { data } = releaseAssets.safeParse(parseJson(text));
  const digest = data?.assets.find(({ name }) => name === fileName)?.digest ?? '';
  return /^sha256:([0-9a-f]{64})$/i.exec(digest)?.[1]?.toLowerCase();
}

/** A checksum beside the file, as `sha256sum` writes it. */
async function checksumFile(
  http: HttpClient,
  url: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const text = await readOptional(http, url, {}, signal);
  return /^\\?([0-9a-f]{64})(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
}

/** The body of a good answer; empty when there is none, which must not stop a download. */
async function readOptional(
  http: HttpClient,
  url: string,
  options: Parameters<HttpClient['get']>[1],
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    const response = await ask(http, url, options, signal);
    if (response.status === 200) return await response.text();
    await response.body?.cancel();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return '';
}

async function ask(
  http: HttpClient,
  url: string,
  options: Parameters<HttpClient['get']>[1],
  signal: AbortSignal | undefined,
): Promise<Response> {
  const limit = AbortSignal.timeout(answerMs);
  // Not disposed: it ends the reading of the answer, too.
  const either = new JoinedSignal(signal === undefined ? [limit] : [signal, limit]);
  try {
    return await http.get(url, { ...options, signal: either.signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw downloadError(url, networkReason(error), { cause: error });
  }
}
