/*
 * Downloads one file into a `.part` file, and goes on where it stopped, in this process or a later one. What is there is
 * only continued when the server confirms that the file is still the same (`If-Range` with a strong validator), so parts
 * of two files are never glued together. Network errors are tried again as long as some try gets further than all before.
 */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'undici';
import { z } from 'zod';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { downloadError, networkReason } from './download-error.ts';
import type { HttpClient } from './http-client.ts';

export interface DownloadOptions {
  readonly url: string;
  /** Where the bytes go; complete when the promise resolves. */
  readonly partFile: string;
  readonly onBytes: (done: number, total?: number) => void;
  readonly signal?: AbortSignal | undefined;
  /** Pause before the second try in milliseconds; doubles with every further one. Default 500. */
  readonly retryDelayMs?: number;
}

/** What is known about a part from its server: kept beside it. */
const partState = z.object({ url: z.string(), validator: z.string(), total: z.int().min(0).optional() });
type PartState = z.infer<typeof partState>;

const fruitlessTries = 3;
const passingStatuses = new Set([408, 416, 429, 500, 502, 503, 504]);

/** A failure that may pass. */
class PassingFailure extends Error {}

/**
 * Downloads the file.
 *
 * @throws AppError `download-failed`; the signal's reason when it fires
 */
export async function downloadFile(http: HttpClient, options: DownloadOptions): Promise<void> {
  let furthest = (await readState(options.partFile, options.url)) === undefined ? 0 : await sizeOf(options.partFile);
  let tries = 0;
  for (;;) {
    try {
      await downloadRest(http, options);
      await rm(stateFile(options.partFile), { force: true });
      return;
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof AppError) throw error;
      const reached = await sizeOf(options.partFile);
      tries = reached > furthest ? 1 : tries + 1;
      furthest = Math.max(furthest, reached);
      if (tries >= fruitlessTries) throw downloadError(options.url, networkReason(error), { cause: error });
      await sleep((options.retryDelayMs ?? 500) * 2 ** (tries - 1), undefined, { signal: options.signal });
    }
  }
}

/** One try: gets what is missing. Throws an AppError when trying again is useless. */
async function downloadRest(http: HttpClient, { url, partFile, onBytes, signal }: DownloadOptions): Promise<void> {
  const state = await readState(partFile, url);
  const have = state === undefined ? 0 : await sizeOf(partFile);
  if (have > 0 && have === state?.total) return;
  const resume = state !== undefined && have > 0 ? { range: `bytes=${have}-`, 'if-range': state.validator } : {};
  const response = await http.get(url, { headers: { 'accept-encoding': 'identity', ...resume }, signal });
  const continued = response.status === 206 && state !== undefined && continues(response, have, state);
  if (!continued && response.status !== 200) {
    await response.body?.cancel();
    await rm(stateFile(partFile), { force: true });
    throw refusal(url, response.status);
  }
  const start = continued ? have : 0;
  const length = response.headers.get('content-length');
  const total = length === null ? undefined : start + Number(length);
  if (!continued) await startPart(partFile, url, response, total);
  await append(response, partFile, start, (done) => {
    onBytes(done, total);
  });
  const size = await sizeOf(partFile);
  if (total !== undefined && size !== total)
    throw new PassingFailure(`the connection ended after ${size} of ${total} bytes`);
}

/** Whether the answer is the rest of the same file. */
function continues(response: Response, have: number, state: PartState): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '');
  const total = Number(range?.[2]);
  const validator = strongValidator(response);
  return (
    Number(range?.[1]) === have &&
    (validator === undefined || validator === state.validator) &&
    (Number.isNaN(total) || state.total === undefined || total === state.total)
  );
}

function refusal(url: string, status: number): Error {
  if (status === 206 || passingStatuses.has(status))
    return new PassingFailure(`the server answered with status ${status}`);
  if (status !== 404) return downloadError(url, `the server answered with status ${status}`);
  return downloadError(url, 'there is no such file (status 404)', {
    failure: failures['download-failed'].noSuchFile,
  });
}

/** Empties the part, and notes by what it can be continued. */
async function startPart(partFile: string, url: string, response: Response, total: number | undefined): Promise<void> {
  await rm(stateFile(partFile), { force: true });
  await writeFile(partFile, '').catch(cannotWrite(partFile));
  const validator = strongValidator(response);
  if (validator === undefined) return;
  const state: PartState = { url, validator, ...(total !== undefined && { total }) };
  await writeFile(stateFile(partFile), JSON.stringify(state)).catch(cannotWrite(partFile));
}

/** What identifies exactly these bytes; weak entity tags do not. */
function strongValidator(response: Response): string | undefined {
  const tag = response.headers.get('etag');
  return tag?.startsWith('"') === true ? tag : undefined;
}

async function append(
  response: Response,
  partFile: string,
  start: number,
  onBytes: (done: number) => void,
): Promise<void> {
  if (response.body === null) return;
  let done = start;
  await using handle = await open(partFile, 'r+').catch(cannotWrite(partFile));
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    const end = done + chunk.length;
    while (done < end) {
      const left = end - done;
      done += (await handle.write(chunk, chunk.length - left, left, done).catch(cannotWrite(partFile))).bytesWritten;
    }
    onBytes(done);
  }
}

function cannotWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw new AppError(
      failures['download-failed'].noRoomForDownload,
      `${file} cannot be written: ${messageOf(error)}.`,
      { cause: error },
    );
  };
}

async function readState(partFile: string, url: string): Promise<PartState | undefined> {
  try {
    const state = partState.parse(JSON.parse(await readFile(stateFile(partFile), 'utf8')));
    return state.url === url ? state : undefined;
  } catch {
    return undefined;
  }
}

function stateFile(partFile: string): string {
  return `${partFile}.json`;
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.size ?? 0;
}
