import { createBench, type BenchServer } from '../../app/create-bench.ts';
import { renderReport } from '../../bench/render-report.ts';
import { runBench } from '../../bench/run-bench.ts';
import type { LoadedConfig } from '../../config/load-config.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface BenchCommandOptions {
  readonly json?: true | undefined;
  readonly rounds: number;
}

/** Measures this machine. @returns the exit code, which says nothing about the times */
export async function bench(
  options: BenchCommandOptions,
  config: LoadedConfig,
  server: BenchServer,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  await using ground = await createBench(config, server);
  const report = await runBench(ground, {
    rounds: options.rounds,
    signal,
    onProgress: (message) => {
      terminal.progress(message);
    },
  });
  terminal.endProgress();
  terminal.out(options.json === true ? `${JSON.stringify(report)}\n` : renderReport(report));
  return exitCodes.success;
}
