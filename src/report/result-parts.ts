/* What the structured results of several tools have in common. */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { Outcome, SessionStep, Timings } from '../execution/execution-service.ts';
import type { Diagnostic, Severity, Span } from '../lean/diagnostic.ts';

const milliseconds = z.int().min(0).max(1e9);
const line = z.int().min(1).max(1e7);
const column = z.int().min(0).max(1e7);

/** How much of something was left out. */
export const omittedCount = z.int().min(0).max(1e15);

/** Metadata of a schema whose fields speak for themselves: it is announced to be an object, and no more. */
export const plainObject = { plain: true } as const;

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
  file: z.string().optional().describe('Of files; absent: the code'),
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
  const { severity, message, name, file } = diagnostic;
  return {
    severity,
    ...showSpan(diagnostic),
    message,
    ...(name !== undefined && { name }),
    ...(file !== undefined && { file: makeVisible(file) }),
  };
}

export function toTimings({ coldStart, ...phases }: Timings): z.infer<typeof timingsSchema> {
  return { ...phases, ...(coldStart === true && { cold_start: true }) };
}

/** Which Lean it was; the environment is told where there are several. */
export const leanFields = { lean_version: z.string().optional(), environment: z.string().optional() };
export type LeanFields = z.infer<z.ZodObject<typeof leanFields>>;

export function toLeanFields(lean: {
  readonly leanVersion?: string | undefined;
  readonly environment?: string | undefined;
}): LeanFields {
  const { leanVersion, environment } = lean;
  return {
    ...(leanVersion !== undefined && { lean_version: leanVersion }),
    ...(environment !== undefined && { environment }),
  };
}

/** The same for the last line of a text; nothing when no Lean was needed. */
export function describeLean({ lean_version: version, environment }: LeanFields): string[] {
  const where = environment === undefined ? '' : ` in ${environment}`;
  return version === undefined ? [] : [`Lean ${version}${where}`];
}

/** Which session it was. */
export const sessionFields = {
  session_id: z.string().optional(),
  session_rebuilt: z.boolean().optional().describe('Its container was lost, the text replayed'),
};

/** The session as data. @param tellsStep whether it is told how many calls it has accepted, too */
export function toSessionFields(
  session: SessionStep | undefined,
  tellsStep: boolean,
): z.infer<z.ZodObject<typeof sessionFields>> & { step?: number } {
  if (session === undefined) return {};
  const { sessionId, step, rebuilt } = session;
  return { session_id: sessionId, ...(tellsStep && { step }), ...(rebuilt && { session_rebuilt: true }) };
}

/** Whether all went well, and otherwise what did not. @param problems half sentences; none when all went well */
export function toStatus(problems: readonly string[]): { status: 'success' } | { status: 'error'; error: string } {
  return problems.length === 0 ? { status: 'success' } : { status: 'error', error: `${problems.join('; ')}.` };
}

/** What any tool's result may have besides its own fields. */
export const commonFields = {
  full_result: z.string().optional().describe('Resource with all of it, for some minutes; /1, /2 … are its pages'),
  notice: z.string().optional().describe('About this server'),
};
