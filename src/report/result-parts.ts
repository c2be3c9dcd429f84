/* What the structured results of several tools have in common. */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import type { Outcome, Timings } from '../execution/execution-service.ts';
import type { Diagnostic, Severity, Span } from '../lean/diagnostic.ts';

const milliseconds = z.int().min(0).max(1e9);
const line = z.int().min(1).max(1e7);
const column = z.int().min(0).max(1e7);

/** How much of something was left out. */
export const omittedCount = z.int().min(0).max(1e15);

/** A piece of a text. */
export const spanSchema = z.looseObject({ line, column, end_line: line, end_column: column });

/** A message of Lean. */
export const diagnosticSchema = z.looseObject({
  severity: z.enum(everyOf<Severity>()('error', 'warning', 'information', 'hint')),
  line: line.describe('From 1; in a session, in the code of this call'),
  column: column.describe('From 0, in code points'),
  end_line: line,
  end_column: column,
  message: z.string(),
  name: z.string().optional(),
});
export type ShownDiagnostic = z.infer<typeof diagnosticSchema>;

export const outcomeSchema = z
  .enum(
    everyOf<Outcome['outcome']>()(
      'completed',
      'import-refused',
      'timed-out',
      'out-of-memory',
      'output-limit',
      'crashed',
      'cancelled',
    ),
  )
  .describe('Anything but completed proves nothing about the code');

export const timingsSchema = z.looseObject({
  queue: milliseconds,
  sandbox: milliseconds,
  elaborate: milliseconds,
  run: milliseconds,
  total: milliseconds,
  cold_start: z.boolean().optional(),
});

export function showSpan({ start, end }: Span): z.infer<typeof spanSchema> {
  return { line: start.line, column: start.column, end_line: end.line, end_column: end.column };
}

/** A message that has been made to fit already. */
export function showDiagnostic(diagnostic: Diagnostic): ShownDiagnostic {
  const { severity, message, name } = diagnostic;
  return { severity, ...showSpan(diagnostic), message, ...(name !== undefined && { name }) };
}

export function toTimings({ coldStart, ...phases }: Timings): z.infer<typeof timingsSchema> {
  return { ...phases, ...(coldStart === true && { cold_start: true }) };
}

/** What any tool's result may have besides its own fields. */
export const commonFields = {
  full_result: z.string().optional().describe('Resource with all of it, for some minutes; /1, /2 … are its pages'),
  notice: z.string().optional().describe('About this server'),
};
