/* Finding declarations: the indexes of images, in this program's cache folder. */
import { homedir } from 'node:os';
import path from 'node:path';
import { IndexFolder } from '../finding/index-folder.ts';
import { LibraryIndexes } from '../finding/library-indexes.ts';
import { defaultCacheDir } from '../image/toolchain/toolchain-cache.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import type { Logger } from '../telemetry/telemetry.ts';

/** What finding needs, the same for every caller. */
export interface WiredFinding {
  readonly indexes: LibraryIndexes;
  /** How long a caller waits for an index, in milliseconds; absent: as long as a call may take. */
  readonly waitMs?: number;
}

/** Mathlib on few CPUs takes a good part of it. */
const makingLimitMs = 2 * 3600 * 1000;
/** With the format of the files, so that another format has another folder. */
const folderName = 'declarations-1';

export function wireFinding(driver: SandboxDriver, purpose: 'server' | 'command', logger: Logger): WiredFinding {
  const folder = new IndexFolder(path.join(defaultCacheDir(process.env, homedir()), folderName));
  const indexes = new LibraryIndexes({ driver, folder, makingLimitMs, logger });
  // What a command does not wait for ends with it.
  return { indexes, ...(purpose === 'command' && { waitMs: makingLimitMs }) };
}

/** Makes the index of an image, if there is none yet. Throws as {@link LibraryIndexes.use}. @returns how many declarations it has */
export async function indexImage(
  driver: SandboxDriver,
  launch: LeanLaunch,
  { logger, onProgress, signal }: IndexingCommand,
): Promise<number> {
  await using indexes = wireFinding(driver, 'command', logger).indexes;
  return await indexes.use(launch, { signal, waitMs: makingLimitMs, onProgress }, ({ size }) => Promise.resolve(size));
}

export interface IndexingCommand {
  readonly logger: Logger;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal: AbortSignal;
}
