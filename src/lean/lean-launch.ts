import { keptServer } from './keeper.ts';
import type { Jail, SandboxLimits, SandboxSpec } from '../sandbox/sandbox.ts';
import type { Toolchain } from './toolchain.ts';

/** Where Lean is in every image of ours. */
export const leanPath = '/opt/lean/bin/lean';
/** Where the elaborator is in an image that has one: beside the Lean whose libraries it loads. */
export const elaboratorPath = '/opt/lean/bin/elaborator';

/** Which Lean to start, and the jail that it gets. */
export interface LeanLaunch {
  readonly image: string;
  readonly toolchain: Toolchain;
  readonly jail: Jail;
}

/** How many threads or processes find a CPU in a sandbox with such limits. */
export function parallelismOf({ cpus }: Pick<SandboxLimits, 'cpus'>): number {
  return Math.max(1, Math.ceil(cpus));
}

/** A sandbox in which `command` is the main process. */
export function leanSandbox(
  { image, jail }: Pick<LeanLaunch, 'image' | 'jail'>,
  command: readonly string[],
  purpose: SandboxSpec['purpose'],
): SandboxSpec {
  // Lean would otherwise start a thread for each CPU of the host, and queue them on the few that the sandbox has.
  const env = { LEAN_NUM_THREADS: String(parallelismOf(jail.limits)) };
  return { image, command, env, jail, purpose };
}

/** The command line of a sandbox with the toolchain's language server, with the waiting switched off where it can be. */
export function serverCommand(toolchain: Toolchain): readonly string[] {
  const noDelay = toolchain.serverOptions.includes('server.reportDelayMs') ? ['-Dserver.reportDelayMs=0'] : [];
  return keptServer([leanPath, toolchain.worker ? '--worker' : '--server', ...noDelay]);
}
