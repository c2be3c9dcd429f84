import type { ReadingTurns } from '../core/reading-turns.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { LeanElaborator } from './lean-elaborator.ts';
import type { LeanLaunch } from './lean-launch.ts';
import { LeanServer } from './lean-server.ts';
import type { Lean } from './lean.ts';
import type { OutputLimits } from './output-guard.ts';
import { elaboratorMissing } from './toolchain.ts';

/**
 * Starts, in a sandbox of its own, what elaborates texts in an image: its elaborator, else Lean's language server. Throws
 * what {@link SandboxDriver.start} throws.
 */
export async function startLean(
  driver: SandboxDriver,
  launch: LeanLaunch,
  output: OutputLimits,
  turns: ReadingTurns,
  signal?: AbortSignal,
): Promise<Lean> {
  const Started = elaboratorMissing(launch.toolchain) === undefined ? LeanElaborator : LeanServer;
  return await Started.start(driver, launch, output, turns, signal);
}
