/* Asks Lean, through the host, what has to be proved at a place of the text that is shown. */
import type { Host } from '../host/host-connection.ts';
import type { StructuredInspection } from '../../src/report/inspection-result.ts';
import type { Cursor } from './cursor.ts';
import { readResult, type ShownInput, type ShownResult } from './shown-call.ts';

/** What is known about a place. */
export type Answer =
  | { readonly state: 'asking' }
  | { readonly state: 'answered'; readonly result: StructuredInspection }
  | { readonly state: 'failed'; readonly why: string };

/** The text of a call, and the session in which it stands. */
interface Asked {
  readonly host: Host;
  readonly input: ShownInput;
  readonly shown: ShownResult;
}

/** What is to be proved there: by a tactic, or else of a term. Never rejects. */
export async function askForGoals(asked: Asked, at: Cursor): Promise<Answer> {
  try {
    const text = await whereItStands(asked);
    if (text === undefined) {
      return {
        state: 'failed',
        why: 'The session has changed since, and Lean can no longer be asked about this text.',
      };
    }
    const { firstLine, ...which } = text;
    const place = { ...which, line: at.line + firstLine, column: at.column };
    const goal = await inspect(asked.host, { ...place, what: 'goal' });
    if (goal.state !== 'answered' || goal.result.found) return goal;
    const term = await inspect(asked.host, { ...place, what: 'term-goal' });
    return term.state === 'answered' && term.result.found ? term : goal;
  } catch (error) {
    return { state: 'failed', why: error instanceof Error ? error.message : String(error) };
  }
}

async function inspect(host: Host, input: Readonly<Record<string, unknown>>): Promise<Answer> {
  const shown = readResult(await host.callTool('inspect-lean', input));
  if (shown.kind === 'inspection') return { state: 'answered', result: shown.result };
  return { state: 'failed', why: shown.kind === 'failure' ? shown.text : 'The host sent something else.' };
}

/** The arguments that name the text, and how many lines of it come before what is shown. */
async function whereItStands({
  host,
  input: { code, sessionId, files },
  shown,
}: Asked): Promise<(Pick<ShownInput, 'code' | 'files'> & { session_id?: string; firstLine: number }) | undefined> {
  const session = sessionOf(shown) ?? sessionId;
  const given = { ...(code !== undefined && { code }), ...(files !== undefined && { files }), firstLine: 0 };
  if (session === undefined) return given;
  const isAccepted = shown.kind === 'execution' && shown.result.status === 'success';
  if (!isAccepted || code === undefined) return { session_id: session, ...given };
  // A step that was accepted is part of the session's text: behind that it would be there twice.
  const source = await host.readResource(sessionSource(session));
  const firstLine = lineOfStep(source, code);
  return firstLine === undefined ? undefined : { session_id: session, firstLine };
}

/** How many lines of a session's text come before a step's own; `undefined` when the step is not in it as it was sent. */
export function lineOfStep(source: string, code: string): number | undefined {
  // Imports go to the head of the text.
  const lines = code.trimEnd().split('\n');
  const ownLine = lines.findIndex((line) => !/^\s*(?:import\s.*)?$/.test(line));
  if (ownLine < 0) return undefined;
  const own = lines.slice(ownLine).join('\n');
  const start = `\n${source}\n`.lastIndexOf(`\n${own}\n`);
  return start < 0 ? undefined : source.slice(0, start).split('\n').length - 1 - ownLine;
}

export function sessionOf(shown: ShownResult): string | undefined {
  return 'result' in shown ? shown.result.session_id : undefined;
}

export function sessionSource(sessionId: string): string {
  return `lean-session://${sessionId}/source.lean`;
}
