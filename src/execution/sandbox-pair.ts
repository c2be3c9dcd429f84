import { AppError } from '../core/app-error.ts';
import { LeanServer } from '../lean/lean-server.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import { disposeLater, type CallEnvironment } from './call-environment.ts';
import type { CallContext } from './execution-service.ts';
import type { Stopwatch } from './stopwatch.ts';

/** Starts Lean's server in a sandbox of its own. Throws what the driver throws. */
export async function startServer(
  environment: CallEnvironment,
  launch: LeanLaunch,
  purpose: 'check' | 'session',
  context: CallContext,
): Promise<LeanServer> {
  const onProgress = (line: number): void => {
    context.onProgress({ phase: 'elaborate', message: `Lean is elaborating line ${line}` });
  };
  return await LeanServer.start(
    environment.driver,
    { launch, output: environment.output, purpose, onProgress },
    context.signal,
  );
}

/**
 * Makes what a call still lacks: a server unless there is a living one, a program's sandbox if there is a program. Both are
 * made side by side; when one fails, the other is destroyed. Throws what the driver throws.
 */
export async function startMissing(
  environment: CallEnvironment,
  launch: LeanLaunch,
  wanted: { readonly server: LeanServer | (() => Promise<LeanServer>); readonly hasProgram: boolean },
  context: CallContext,
  stopwatch: Stopwatch,
): Promise<{ server: LeanServer; program: ProgramSandbox | undefined }> {
  const starting = typeof wanted.server === 'function' ? wanted.server() : undefined;
  const program = wanted.hasProgram
    ? ProgramSandbox.start(environment.driver, launch, environment.output, context.signal)
    : undefined;
  try {
    const [started, programSandbox] = await stopwatch.measureSandboxes(starting, program);
    const server = typeof wanted.server === 'function' ? started : wanted.server;
    if (server === undefined) throw new AppError('internal', 'No Lean server was started.');
    return { server, program: programSandbox };
  } catch (error) {
    for (const part of [starting, program]) {
      part?.then(
        (late) => {
          disposeLater(late, environment.logger);
        },
        () => undefined,
      );
    }
    throw error;
  }
}
