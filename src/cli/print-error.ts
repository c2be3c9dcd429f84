import { CommanderError } from 'commander';
import { AppError, messageOf } from '../core/app-error.ts';
import { makeVisible } from '../core/visible-text.ts';
import { exitCodeForError, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** The one place where what a command threw reaches the person. @returns the exit code */
export function printError(error: unknown, terminal: Terminal, debug: boolean): number {
  terminal.endProgress();
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.success : exitCodes.usage;
  if (error instanceof DOMException && error.name === 'AbortError') {
    terminal.say('Interrupted.');
    return exitCodes.interrupted;
  }
  const known = error instanceof AppError ? error : new AppError('internal', messageOf(error), { cause: error });
  terminal.say(`lean-docker-mcp: ${makeVisible(known.message)}`);
  if (known.hint !== undefined) terminal.say(makeVisible(known.hint));
  if (debug || known.code === 'internal') terminal.say(stackOf(known));
  return exitCodeForError(known.code);
}

function stackOf(error: AppError): string {
  const stack = error.stack ?? '';
  return error.cause instanceof Error ? `${stack}\nCaused by: ${error.cause.stack ?? error.cause.message}` : stack;
}
