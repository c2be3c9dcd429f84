import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { AppError, messageOf } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { CodeRequest } from '../../execution/execution-service.ts';
import { isError } from '../../lean/diagnostic.ts';
import { renderMessages } from '../../report/render-messages.ts';
import { toStructured, type StructuredResult } from '../../report/structured-result.ts';
import type { CommandContext } from '../command-context.ts';
import { exitCodeForResult } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';

export interface RunOptions {
  readonly json?: true | undefined;
  /** File with the program's standard input; `-` for our own. */
  readonly stdin?: string | undefined;
  /** Where it runs; absent: in the first environment. */
  readonly environment?: string | undefined;
}

/** Runs one file in a fresh sandbox, as the tool execute-lean does. @returns the exit code */
export async function runFile(
  file: string,
  args: readonly string[],
  options: RunOptions,
  { app, terminal, signal }: CommandContext,
): Promise<number> {
  if (file === '-' && options.stdin === '-') {
    throw new AppError(failures.usage.stdinTwice, 'The code and --stdin cannot both be read from standard input.');
  }
  const request: CodeRequest = {
    code: await readInput(file),
    args,
    stdin: options.stdin === undefined ? '' : await readInput(options.stdin),
    environment: options.environment,
  };
  const result = await app.service.runCode(request, {
    signal,
    onProgress: ({ message }) => {
      terminal.progress(message);
    },
  });
  terminal.endProgress();
  const structured = toStructured(result, app.report);
  if (options.json === true) terminal.out(`${JSON.stringify(structured)}\n`);
  else print(structured, file === '-' ? '<stdin>' : file, terminal);
  return exitCodeForResult(structured);
}

function print(result: StructuredResult, file: string, terminal: Terminal): void {
  const diagnostics = result.diagnostics ?? [];
  for (const message of renderMessages(file, result)) terminal.out(`${message}\n`);
  if (result.stdout !== undefined) terminal.out(result.stdout);
  if (result.stderr !== undefined) terminal.say(result.stderr.trimEnd());
  if (result.truncated !== undefined) terminal.say(`lean-docker-mcp: left out: ${JSON.stringify(result.truncated)}`);
  const saysWhy = diagnostics.some(isError);
  if (result.error !== undefined && !(saysWhy && result.outcome === 'completed')) {
    terminal.say(`lean-docker-mcp: ${result.outcome === 'completed' ? '' : `${result.outcome}: `}${result.error}`);
  }
}

async function readInput(file: string): Promise<string> {
  try {
    return file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError(failures.usage.codeFile, `The file ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
