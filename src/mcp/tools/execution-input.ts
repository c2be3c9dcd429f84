import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import { toTimeLimitMs } from '../../core/time-limit.ts';
import type { CodeRequest } from '../../execution/execution-service.ts';
import { limitsOfCall } from '../../projects/project.ts';
import { takeFiles } from '../../projects/take-files.ts';
import type { ToolEnvironment } from '../tool.ts';
import { environmentInput } from '../environment-input.ts';

/** A time limit; no timer is finer than a millisecond, and none holds more than some days. */
export function secondsInput(description: string): z.ZodOptional<z.ZodNumber> {
  return z.number().min(0.001).max(86400).optional().describe(`${description} in seconds`);
}

/** Files that a call brings. */
export const filesInput = z
  .record(z.string(), z.string())
  .optional()
  .describe('Text by path, as {"Foo/Bar.lean": "…"}, for code to import');

/** The arguments that every execution tool takes. */
export const executionInput = {
  code: z.string().describe('Lean 4 source, imports first'),
  args: z
    .array(z.string().refine((text) => !text.includes('\0'), 'must not contain NUL characters'))
    .max(1000)
    .optional()
    .describe('For main'),
  stdin: z.string().optional().describe('For main'),
  timeout: secondsInput('Limit'),
  report: z
    .array(z.enum(['declarations']))
    .optional()
    .describe('Adds names, types, axioms'),
  files: filesInput,
  environment: environmentInput,
};

interface ExecutionArguments {
  readonly code: string;
  readonly args?: string[] | undefined;
  readonly stdin?: string | undefined;
  readonly timeout?: number | undefined;
  readonly report?: readonly 'declarations'[] | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly environment?: string | undefined;
}

/**
 * Checks the arguments against the configured limits.
 *
 * @throws AppError `usage` for sizes and times over the limits, and for files that can be none of a project
 */
export function toCodeRequest(input: ExecutionArguments, environment: ToolEnvironment): CodeRequest {
  const { limits } = environment;
  const sizes = {
    code: Buffer.byteLength(input.code),
    stdin: Buffer.byteLength(input.stdin ?? ''),
    args: (input.args ?? []).reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0),
  };
  for (const [name, size] of Object.entries(sizes)) {
    const limit = name === 'args' ? Math.min(limits.codeBytes, maxArguments) : limits.codeBytes;
    if (size <= limit) continue;
    throw new AppError(failures.usage.codeTooLarge, `${name} has ${size} bytes; at most ${limit} are accepted.`);
  }
  requireFewLines('code', [input.code], environment);
  if (input.timeout !== undefined && input.timeout > limits.maxTimeoutS) {
    throw new AppError(
      failures.usage.timeoutTooLong({ defaultTimeoutS: limits.defaultTimeoutS }),
      `timeout is ${input.timeout} s; at most ${limits.maxTimeoutS} s are allowed.`,
    );
  }
  return {
    // Half a surrogate pair is no character: Lean and the program's file would make different things of it.
    code: input.code.toWellFormed(),
    args: input.args ?? [],
    stdin: input.stdin ?? '',
    environment: input.environment,
    ...(input.files !== undefined && { files: takeFiles(input.files, limitsOfCall) }),
    wantsDeclarations: input.report?.includes('declarations') ?? false,
    ...(input.timeout !== undefined && { timeoutMs: toTimeLimitMs(input.timeout) }),
  };
}

/** @throws AppError `usage` when there are more lines than Lean is asked to report about */
export function requireFewLines(name: string, texts: readonly string[], { limits }: ToolEnvironment): void {
  const lines = texts.reduce((sum, text) => sum + countLines(text), 0);
  if (lines <= limits.codeLines) return;
  throw new AppError(
    failures.usage.tooManyLines,
    `${name} has ${lines} lines; at most ${limits.codeLines} are accepted.`,
  );
}

/** A line may end in a carriage return alone, to be on the safe side. */
function countLines(text: string): number {
  let lines = 1;
  for (let at = 0; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    if (c === 0x0a || (c === 0x0d && text.charCodeAt(at + 1) !== 0x0a)) lines += 1;
  }
  return lines;
}

/** What Linux takes as arguments of a process, with room for the environment. */
const maxArguments = 100_000;
