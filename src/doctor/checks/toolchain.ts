import { formatBytes } from '../../core/bytes.ts';
import { runCommand, type CommandRun } from '../../image/run-command.ts';
import { leanPath, leanSandbox, type LeanLaunch } from '../../lean/lean-launch.ts';
import { whatElaborates, whatVerifies } from '../../lean/toolchain.ts';
import type { Finding } from '../check.ts';
import type { TimeLimit } from '../examination.ts';
import { exportCommand } from '../next-step.ts';
import type { ConfiguredProgram } from '../surroundings.ts';
import type { UsableImage } from './image.ts';

/** Exit code of a process that SIGKILL ended. */
const killed = 137;

/** The toolchain in the image starts, and is the one that the labels tell of. */
export async function checkToolchain(
  { driver }: Pick<ConfiguredProgram, 'driver'>,
  { launch }: UsableImage,
  buildCommand: string,
  timeLimit: TimeLimit,
): Promise<Finding> {
  const run = await runCommand(driver, leanSandbox(launch, [leanPath, '--version'], 'probe'), timeLimit);
  return judgeVersion(run, launch, buildCommand);
}

/** Compares what `lean --version` said with the label. */
export function judgeVersion(
  { exitCode, stdout, stderr }: CommandRun,
  { toolchain, jail }: Pick<LeanLaunch, 'toolchain' | 'jail'>,
  buildCommand: string,
): Finding {
  const said = stdout.split('\n')[0]?.trim() ?? '';
  if (exitCode === 0 && said === toolchain.versionLine) {
    return {
      verdict: 'ok',
      detail: `${said}; ${whatElaborates(toolchain, 500)}; ${whatVerifies(toolchain, 500)}`,
      value: undefined,
    };
  }
  if (exitCode === 0) {
    const detail = `\`lean --version\` says “${said}”, but the label of the image “${toolchain.versionLine}”`;
    return { verdict: 'failed', detail, next: buildCommand };
  }
  const output = `${stderr}${stdout}`.trim().slice(0, 500);
  const ended = `\`lean --version\` ended with exit code ${exitCode ?? 'unknown'}`;
  if (exitCode !== killed) {
    return { verdict: 'failed', detail: output === '' ? ended : `${ended}: ${output}`, next: buildCommand };
  }
  const detail = `${ended}: it was killed; the sandbox has ${formatBytes(jail.limits.memory)} of memory`;
  return { verdict: 'failed', detail, next: exportCommand('MEMORY_LIMIT', '1g') };
}
