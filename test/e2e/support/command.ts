/** The program as a command that a person types. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expectNoContainers } from './containers.ts';
import { asVariables, program, programEnvironment, root, type Variables } from './environment.ts';

export interface CommandOptions {
  /** As for `asVariables`. */
  readonly settings?: Variables;
  readonly env?: Variables;
  /** Variables that it does not get. */
  readonly without?: readonly string[];
  readonly stdin?: string;
  readonly cwd?: string;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end, which leaves no container behind. */
export async function runCommand(args: readonly string[], options?: CommandOptions): Promise<CommandResult> {
  return await runNode([program, ...args], options);
}

/** The same with a script of this repository, as `npm run` starts it. @param script its path from the root */
export async function runScript(
  script: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<CommandResult> {
  return await runNode(
    [path.join(root, 'node_modules/jiti/lib/jiti-cli.mjs'), path.join(root, script), ...args],
    options,
  );
}

async function runNode(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const env = programEnvironment({ ...asVariables(options.settings ?? {}), ...options.env }, options.without);
  const child = spawn(process.execPath, args, { env, cwd: options.cwd, stdio: 'pipe' });
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (child.pid !== undefined) await expectNoContainers(child.pid);
  return { exitCode, stdout, stderr };
}
