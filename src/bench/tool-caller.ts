import { AppError } from '../core/app-error.ts';
import type { StructuredResult } from '../report/structured-result.ts';

/** How the bench names itself to servers. */
export const clientInfo = { name: 'lean-docker-mcp-bench', version: '1' };

/** Something whose tools can be called. */
export interface ToolCaller {
  /** Calls a tool. @throws AppError `internal` when the tool reports a failure of the program */
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<MeasuredCall>;
}

/** A result, and how long its caller waited. */
export interface MeasuredCall {
  readonly milliseconds: number;
  readonly result: StructuredResult;
}

/** Times a request of `tools/call`. @param request resolves with its result */
export async function timeCall(tool: string, request: () => Promise<unknown>): Promise<MeasuredCall> {
  const startedAt = performance.now();
  const answer = (await request()) as {
    readonly isError?: boolean;
    readonly structuredContent?: StructuredResult;
    readonly content?: readonly { readonly text?: string }[];
  };
  const milliseconds = performance.now() - startedAt;
  if (answer.isError === true || answer.structuredContent === undefined) {
    throw new AppError('internal', `${tool} failed: ${answer.content?.[0]?.text ?? 'no result'}`);
  }
  return { milliseconds, result: answer.structuredContent };
}
