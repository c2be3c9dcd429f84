import { homedir } from 'node:os';
import { sandboxMemory } from '../../app/auto-settings.ts';
import { configuredEnvironments, findEnvironment } from '../../app/configured-environments.ts';
import { buildConfiguredImage, describeProgress, listDeclarations } from '../../app/sandbox-image.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { formatBytes } from '../../core/bytes.ts';
import { engineClient } from '../../app/engine-client.ts';
import { describeKernels, describePackages } from '../../image/list-images.ts';
import type { PackagesWish } from '../../image/packages/package-builder.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface ImageBuildFlags {
  readonly toolchainDir?: string | undefined;
  readonly leanVersion?: string | undefined;
  readonly memoryHint?: number | undefined;
  /** Whether what its libraries declare is listed at once. */
  readonly list: boolean;
  /** Packages that are compiled in. */
  readonly with?: readonly string[] | undefined;
  readonly compile?: true | undefined;
  readonly network?: string | undefined;
  /** Whether it gets the toolchain's other kernels. */
  readonly checkers?: true | undefined;
  /** The environment whose image it is; absent: the first. */
  readonly name?: string | undefined;
}

/** Builds a sandbox image. @returns the exit code */
export async function buildImage(
  flags: ImageBuildFlags,
  config: LoadedConfig,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (flags.leanVersion !== undefined && flags.toolchainDir !== undefined) {
    throw new AppError(
      failures.usage.toolchainFolderOrVersion,
      '--toolchain-dir and --lean-version cannot both be given.',
    );
  }
  const packages = packagesOf(flags);
  let said: string | undefined;
  const { docker, leanVersion: configuredVersion } = findEnvironment(configuredEnvironments(config), flags.name);
  const leanVersion = flags.leanVersion ?? (flags.toolchainDir === undefined ? configuredVersion : undefined);
  const { memoryHint } = flags;
  const client = await engineClient();
  const built = await buildConfiguredImage(
    client,
    docker,
    {
      env: process.env,
      homeDir: homedir(),
      ...(leanVersion !== undefined && { leanVersion }),
      ...(memoryHint !== undefined && { memoryHint }),
      ...(packages !== undefined && { packages }),
      ...(flags.checkers === true && { checkers: true }),
    },
    (progress) => {
      // One line for each phase also where there is no terminal to show progress on, and for each step of building packages.
      const { phase, message, detail = '', done, total } = progress;
      const about = phase === 'packages' ? message : phase;
      if (about !== said && (!process.stderr.isTTY || phase === 'packages')) terminal.say(message);
      said = about;
      if (done === undefined || total === undefined) terminal.progress(describeProgress(progress));
      else terminal.progress(phase === 'packages' ? detail : message, { done, total });
    },
    signal,
  );
  terminal.endProgress();
  terminal.say(
    `Built ${docker.image} (${formatBytes(built.size)}) from ${built.origin.dir}: ${built.toolchain.versionLine}`,
  );
  for (const line of [...describeKernels(built.toolchain), ...describePackages(built.packages ?? [])])
    terminal.say(line);
  if (packages !== undefined && built.memoryHint !== undefined) {
    const given = sandboxMemory(docker, built.memoryHint);
    if (given < built.memoryHint)
      terminal.say(
        `Its sandboxes should have ${formatBytes(built.memoryHint)} of memory, and docker.memory_limit gives them ${formatBytes(given)}: set it to auto.`,
      );
    else terminal.say(`Its sandboxes get ${formatBytes(given)} of memory.`);
  }
  if (!flags.list) return exitCodes.success;
  const listing = 'Listing what its libraries declare';
  terminal.progress(listing);
  const onListed = (done: number, total: number): void => {
    terminal.progress(listing, { done, total });
  };
  const listed = await listDeclarations(client, docker, built, onListed, signal);
  terminal.endProgress();
  terminal.say(listed);
  return exitCodes.success;
}

function packagesOf({ with: packages = [], compile, network }: ImageBuildFlags): PackagesWish | undefined {
  if (packages.length > 0)
    return { packages, ...(compile === true && { compile }), ...(network !== undefined && { network }) };
  if (compile !== true && network === undefined) return undefined;
  throw new AppError(
    failures.usage.nothingToCompile,
    `${compile === true ? '--compile' : '--network'} is of use only together with --with.`,
  );
}
