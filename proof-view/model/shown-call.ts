/* What this page shows: a call of one of the tools, as far as it has come. */
import type { CallToolResult } from '@modelcontextprotocol/client';
import type { StructuredAttempts } from '../../src/report/attempts-result.ts';
import type { StructuredInspection } from '../../src/report/inspection-result.ts';
import type { StructuredResult } from '../../src/report/structured-result.ts';

/** The arguments that matter here. */
export interface ShownInput {
  readonly code?: string;
  readonly sessionId?: string;
  /** Files that the code can import, by path. */
  readonly files?: Readonly<Record<string, unknown>>;
  readonly place?: { readonly line: number; readonly column: number };
}

export type ShownResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'execution'; readonly result: StructuredResult }
  | { readonly kind: 'attempts'; readonly result: StructuredAttempts }
  | { readonly kind: 'inspection'; readonly result: StructuredInspection }
  /** What the tool said where there is no result to draw: it did not run. */
  | { readonly kind: 'failure'; readonly text: string };

export function readInput(input: Readonly<Record<string, unknown>>): ShownInput {
  const { code, session_id: sessionId, files, line, column } = input;
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof sessionId === 'string' && { sessionId }),
    ...(typeof files === 'object' && files !== null && { files: { ...files } }),
    ...(isCount(line) && { place: { line, column: isCount(column) ? column : 0 } }),
  };
}

/** The server has held what it sends against the schemas of these results; which one it is, their fields tell. */
export function readResult({ structuredContent, content, isError }: CallToolResult): ShownResult {
  if (isError !== true && typeof structuredContent === 'object' && structuredContent !== null) {
    const fields: object = structuredContent;
    if ('found' in fields) return { kind: 'inspection', result: fields as StructuredInspection };
    if ('place' in fields || 'attempts' in fields) return { kind: 'attempts', result: fields as StructuredAttempts };
    if ('status' in fields) return { kind: 'execution', result: fields as StructuredResult };
  }
  return { kind: 'failure', text: textOf({ content }) };
}

/** A result as hosts without this page show it. */
export function textOf({ content }: Pick<CallToolResult, 'content'>): string {
  const blocks: unknown = content;
  const texts = Array.isArray(blocks) ? content.map((block) => (block.type === 'text' ? block.text : '')) : [];
  return texts.join('\n');
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
