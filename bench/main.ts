/* `npm run bench`: measures how fast Lean code is run on this machine by the built program, beside running Lean by hand. */
import { homedir } from 'node:os';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { exitCodes } from '../src/cli/exit-codes.ts';
import { Interruption } from '../src/cli/interruption.ts';
import { printError } from '../src/cli/print-error.ts';
import type { Amount } from '../src/cli/progress-bar.ts';
import { processTerminal } from '../src/cli/terminal.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { openBenchGround } from './bench-ground.ts';
import { renderReport } from './render-report.ts';
import { runBench } from './run-bench.ts';

const terminal = processTerminal();

function countArgument(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1 to 9999.');
  return Number(text);
}

const program = new Command('npm run bench --')
  .description('measure how fast Lean code is run here, beside running Lean by hand')
  .option('--rounds <number>', 'how often everything is measured', countArgument, 5)
  .option('--only <names...>', 'measure only these programs, by folder and file: small/eval-sum')
  .option('--json', 'print the measurements as JSON')
  .option('--config <file>', 'read this configuration file')
  .exitOverride()
  .addHelpText('after', '\nExample:\n  npm run --silent bench -- --rounds 10 --json > bench.json')
  .action(async ({ rounds, only, json, config: configPath }) => {
    using interruption = new Interruption();
    const { signal } = interruption;
    const config = await loadConfig({ configPath, env: process.env, homeDir: homedir() });
    await using ground = await openBenchGround(config, configPath === undefined ? [] : ['--config', configPath]);
    const onProgress = (message: string, amount?: Amount): void => {
      // Where there is no terminal, a line now and then says that it goes on.
      if (process.stderr.isTTY) terminal.progress(message, amount);
      else if (amount === undefined) terminal.say(message);
    };
    const report = await runBench(ground, { rounds, only, signal, onProgress });
    terminal.endProgress();
    terminal.out(json === true ? `${JSON.stringify(report)}\n` : renderReport(report));
  });

try {
  await program.parseAsync();
  // The exit code says nothing about the times.
  process.exitCode = exitCodes.success;
} catch (error) {
  process.exitCode = printError(error, terminal, false);
}
