import { homedir } from 'node:os';
import { buildConfiguredImage, describeProgress } from '../../app/sandbox-image.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { AppError } from '../../core/app-error.ts';
import { formatBytes } from '../../core/bytes.ts';
import { engineClient } from '../../app/engine-client.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface ImageBuildFlags {
  readonly toolchainDir?: string | undefined;
  readonly leanVersion?: string | undefined;
  readonly memoryHint?: number | undefined;
}

/** Builds a sandbox image. @returns the exit code */
export async function buildImage(
  flags: ImageBuildFlags,
  { settings: { docker } }: LoadedConfig,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (flags.leanVersion !== undefined && flags.toolchainDir !== undefined) {
    throw new AppError('usage', '--toolchain-dir and --lean-version cannot both be given.', {
      hint: 'A folder has the version that it has; leave one of them out.',
    });
  }
  let phase: string | undefined;
  const { leanVersion, memoryHint } = flags;
  const built = await buildConfiguredImage(
    await engineClient(),
    docker,
    {
      env: process.env,
      homeDir: homedir(),
      ...(leanVersion !== undefined && { leanVersion }),
      ...(memoryHint !== undefined && { memoryHint }),
    },
    (progress) => {
      // One line for each phase also where there is no terminal to show progress on.
      if (progress.phase !== phase && !process.stderr.isTTY) terminal.say(progress.message);
      phase = progress.phase;
      const { message, done, total } = progress;
      if (done === undefined || total === undefined) terminal.progress(describeProgress(progress));
      else terminal.progress(message, { done, total });
    },
    signal,
  );
  terminal.endProgress();
  terminal.say(
    `Built ${docker.image} (${formatBytes(built.size)}) from ${built.origin.dir}: ${built.toolchain.versionLine}`,
  );
  return exitCodes.success;
}
