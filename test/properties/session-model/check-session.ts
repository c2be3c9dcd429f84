import type fc from 'fast-check';
import { expect } from 'vitest';
import { sessionUris } from '../../../src/mcp/resources/session-resources.ts';
import type { StructuredResult } from '../../e2e/support/structured-result.ts';
import type { ModelSession, SessionModel } from './model.ts';
import type { RealSessions } from './real-sessions.ts';

/** Compares everything that a session shows with its list of texts, and with a fresh run of them. */
export class CheckSession implements fc.AsyncCommand<SessionModel, RealSessions> {
  readonly #session: number;

  constructor(session: number) {
    this.#session = session;
  }

  check({ sessions }: Readonly<SessionModel>): boolean {
    return sessions.length > 0;
  }

  async run(model: SessionModel, real: RealSessions): Promise<void> {
    await expectSession(model.pickOpen(this.#session), real);
  }

  toString(): string {
    return `check(${this.#session})`;
  }
}

/** Looks at a session from all sides. Nothing of it changes. */
export async function expectSession(session: ModelSession, { server }: RealSessions): Promise<void> {
  const { id, steps, added, text } = session;
  const { structuredContent } = await server.call('describe-session', { session_id: id });
  const described = structuredContent as { step: number; steps: { code: string; names?: string[] }[] };
  expect(described.step).toBe(steps.length);
  expect(described.steps.map(({ code, names = [] }) => ({ kept: essence(code), names }))).toEqual(
    added.map(({ kept, names }) => ({ kept: essence(kept), names })),
  );

  const { contents } = await server.client.readResource({ uri: sessionUris(id).source });
  const source = contents.map((content) => ('text' in content ? content.text : '')).join('');
  expect(essence(source)).toBe(essence(text));
  expect(source === '' || source.endsWith('\n')).toBe(true);

  // The last line is rejected, so nothing of it is kept.
  const names = [...session.names, ...session.gone];
  const probes = [...names.map((name) => `#eval ${name}`), 'def probe : Nat := "no number"', ''].join('\n');
  const [inSession, fresh] = [await server.step(probes, id), await server.execute(source + probes)];
  expect(inSession).toMatchObject({ status: 'error', outcome: 'completed', step: steps.length });
  const linesBefore = source.split('\n').length - 1;
  expect(messages(inSession)).toEqual(messages(fresh, linesBefore));
}

/** Messages behind the first lines, with positions as if those were not there. */
function messages({ diagnostics = [] }: StructuredResult, linesBefore = 0): unknown[] {
  return diagnostics
    .map((diagnostic) => ({
      ...diagnostic,
      // Lean numbers what it does not know yet, from the start of the file on.
      message: diagnostic.message.replace(/\?m\.\d+/g, '?m'),
      line: diagnostic.line - linesBefore,
      end_line: diagnostic.end_line - linesBefore,
    }))
    .filter(({ line }) => line > 0);
}

/** A text without line ends that mean nothing; imports first. */
function essence(text: string): string {
  const lines = text
    .replaceAll('\r', '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const isImport = (line: string): boolean => line.startsWith('import ');
  return [...new Set(lines.filter(isImport)), ...lines.filter((line) => !isImport(line))].join('\n');
}
