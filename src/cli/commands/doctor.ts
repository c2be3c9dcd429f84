import { createDoctor } from '../../app/create-doctor.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { isReady, type CheckResult } from '../../doctor/check.ts';
import { configurationCheck, examine } from '../../doctor/examine.ts';
import { renderCheck, renderSummary } from '../../doctor/render-checks.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface DoctorCommandOptions {
  readonly json?: true | undefined;
  readonly config?: string | undefined;
}

/** Checks everything that running Lean needs. @returns the exit code */
export async function doctor(
  options: DoctorCommandOptions,
  configure: () => Promise<LoadedConfig>,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const asJson = options.json === true;
  await using surroundings = createDoctor({ configure, configFile: options.config });
  const checks = await examine(surroundings, {
    signal,
    onStart: (name) => {
      terminal.progress(`Checking: ${name}`);
    },
    onResult: (result) => {
      if (!asJson) terminal.out(renderCheck(result));
    },
  });
  terminal.endProgress();
  terminal.out(asJson ? `${JSON.stringify({ ready: isReady(checks), checks })}\n` : renderSummary(checks));
  return exitCodeFor(checks);
}

function exitCodeFor(checks: readonly CheckResult[]): number {
  if (isReady(checks)) return exitCodes.success;
  const unusable = checks.some(({ name, verdict }) => name === configurationCheck && verdict === 'failed');
  return unusable ? exitCodes.usage : exitCodes.notReady;
}
