/*
 * The elaborator against `lean`: for every text the same verdict, the same messages in the same order at the same places, and
 * the same program, on the same machine.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Answer, Elaborator } from './driver.ts';
import { allTexts, type Text } from './texts.ts';
import { compiledElaborator, runLean, startElaborator, toolchain, type CommandRun } from './toolchain.ts';

interface Message {
  readonly severity: string;
  readonly pos: unknown;
  readonly endPos: unknown;
  readonly text: string;
  readonly caption: string;
  readonly kind: string;
}

const lean = toolchain ?? '';
/** Where the elaborator stands with the toolchain's libraries around it: Lean names them in messages. */
const besideLean = toolchain === undefined ? 'none' : dirname(dirname(compiledElaborator(toolchain)));
const folder = mkdtempSync(join(tmpdir(), 'elaborator-'));
const only = process.env['ELABORATOR_ONLY'];
const texts = (toolchain === undefined ? [] : allTexts()).filter(
  ({ name }) => only === undefined || name.includes(only),
);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(toolchain === undefined)(`the elaborator and lean, on ${texts.length} texts`, () => {
  const lists = { limits: { count: 1e6, bytes: 1e9, totalBytes: 1e9 } };
  let warm: Elaborator | undefined;

  /** One process for all texts, as long as it lives: what an earlier text leaves behind must not be seen. */
  async function elaborate(text: Text): Promise<Answer> {
    warm ??= startElaborator(lean, folder);
    const answer = await warm.ask({ do: 'elaborate', text: text.source, ...lists });
    if (answer.end !== undefined) warm = undefined;
    return answer;
  }

  it('has an elaborator', () => {
    expect(compiledElaborator(lean)).toMatch(/elaborator$/);
  });

  it.each(texts)('agree on $name', async (text) => {
    writeFileSync(join(folder, 'Main.lean'), text.source);
    const expected = await runLean(lean, ['--json', 'Main.lean'], folder);
    const answer = await elaborate(text);
    expect(comparable(answer)).toEqual(comparableRun(expected));
  });

  it.each(texts.filter(({ source }) => /\bmain\b/.test(source)))('run the same program: $name', async (text) => {
    writeFileSync(join(folder, 'Main.lean'), text.source);
    const expected = await runLean(lean, ['--run', 'Main.lean', ...text.args], folder, text.stdin);
    const checked = await runLean(lean, ['Main.lean'], folder);
    await using elaborator = startElaborator(lean, folder);
    const answer = await elaborator.ask({
      do: 'elaborate',
      text: text.source,
      run: { args: text.args, stdin: text.stdin },
    });
    if (checked.exitCode !== 0) {
      expect(answer.end).toBeUndefined();
      return;
    }
    const messages = checked.stdout.length;
    if (/^deep recursion was detected/.test(expected.stderr)) {
      // The C++ around `lean --run` catches what the interpreter throws then; here nobody can.
      expect([expected.exitCode, ending(answer.end ?? 'none')]).toEqual([1, 'signal']);
      expect(answer.output.programStderr).toContain(expected.stderr.split('\n')[0]);
      return;
    }
    expect({
      end: ending(answer.end ?? 'none'),
      stdout: steady(answer.output.programStdout),
      stderr: steady(answer.output.programStderr),
    }).toEqual({
      end: expected.exitCode ?? 'signal',
      stdout: steady(expected.stdout.slice(messages)),
      stderr: steady(expected.stderr.slice(checked.stderr.length)),
    });
  });
});

/** What may differ from run to run of `lean` itself. */
function steady(text: string): string {
  return text
    .replaceAll(lean, 'TOOLCHAIN')
    .replaceAll(besideLean, 'TOOLCHAIN')
    .replaceAll(/\?[\w.]*\.\d+/g, '?_')
    .replaceAll(/0x[0-9a-f]{6,}/g, '0x_')
    .replaceAll(/\b\d+(\.\d+)?(ms|s)\b/g, '_s')
    .replaceAll(/(?:^.*\[0x_\]$\n?)+/gm, '(backtrace)\n');
}

/** How it ended, as an exit code of `lean`; a signal is as good as another. */
const ending = (end: string): number | string => (/^exit \d+$/.test(end) ? Number(end.slice(5)) : 'signal');

function comparable({ events, output, end }: Answer): unknown {
  const messages = events.flatMap(({ event, message }) => (event === 'message' ? [message as Message] : []));
  const told = events.find(({ event }) => event === 'verdict');
  const verdict = told?.['verdict'];
  const language = told?.['language'] as string | undefined;
  // The command line has no message for it.
  const aboutLanguage = language === undefined ? '' : `unknown language '${language}'\n\n`;
  return {
    exit: end === undefined ? ({ accepted: 0, error: 1 }[String(verdict)] ?? verdict) : ending(end),
    messages: messages.map(({ severity, pos, endPos, text, caption, kind }) => ({
      severity,
      pos,
      endPos: endPos ?? undefined,
      text: steady(text),
      caption: (caption as string | undefined) ?? '',
      kind: (kind as string | undefined) ?? '[anonymous]',
    })),
    stdout: steady(output.stdout),
    stderr: steady(output.stderr + aboutLanguage),
  };
}

function comparableRun({ exitCode, stdout, stderr }: CommandRun): unknown {
  const lines = stdout.split('\n');
  const isMessage = (line: string): boolean => line.startsWith('{"') && line.includes('"isSilent"');
  const messages = lines.filter(isMessage).map((line) => JSON.parse(line) as Message & { readonly data: string });
  return {
    exit: exitCode ?? 'signal',
    messages: messages.map(({ severity, pos, endPos, data, caption, kind }) => ({
      severity,
      pos,
      endPos: endPos ?? undefined,
      text: steady(data),
      caption,
      kind,
    })),
    stdout: steady(lines.filter((line) => !isMessage(line)).join('\n')),
    stderr: steady(stderr),
  };
}
