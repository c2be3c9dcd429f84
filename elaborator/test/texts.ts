/*
 * The texts that the elaborator and `lean` are compared on: those beside this file, everything recorded in the tests of the
 * program, and recordings elsewhere that ELABORATOR_TEXTS names (folders, separated by colons).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A text, and what its program is given. */
export interface Text {
  readonly name: string;
  readonly source: string;
  readonly args: readonly string[];
  readonly stdin: string;
}

const ownTexts = new URL('./texts/', import.meta.url).pathname;
const recordings = new URL('../../test/recordings/', import.meta.url).pathname;
const programs = new URL('../../test/programs/', import.meta.url).pathname;
/** Programs that never end, take all memory, write without end, or tell of their own process: nothing to compare. */
const incomparable = /spin|allocate|flood|waits|endless|sleep|threads|status/;

/** All texts. */
export function allTexts(): Text[] {
  const elsewhere = (process.env['ELABORATOR_TEXTS'] ?? '').split(':').filter((folder) => folder !== '');
  return [
    ...filesIn(ownTexts, '.lean.txt').flatMap(([name, content]) => splitTexts(name, content)),
    ...filesIn(programs, '.lean').flatMap(([name, source]) =>
      incomparable.test(name) ? [] : [{ name: `programs/${name}`, source, args: [], stdin: '' }],
    ),
    ...[recordings, ...elsewhere].flatMap((folder) =>
      filesIn(folder, '.json').flatMap(([name, content]) => recorded(name, content)),
    ),
  ];
}

function filesIn(folder: string, ending: string): [string, string][] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => [file.slice(0, -ending.length), readFileSync(join(folder, file), 'utf8')]);
}

function splitTexts(topic: string, content: string): Text[] {
  return content
    .split(/^-- text: /m)
    .slice(1)
    .map((piece) => {
      const end = piece.indexOf('\n');
      const source = piece.slice(end + 1);
      const args = /^-- args: (.*)$/m.exec(source)?.[1]?.split(' ') ?? [];
      const stdin = (/^-- stdin: (.*)$/m.exec(source)?.[1] ?? '').replaceAll(String.raw`\n`, '\n');
      return { name: `${topic}: ${piece.slice(0, end).trim()}`, source, args, stdin };
    });
}

interface Recording {
  readonly code?: string;
  readonly run?: { readonly args?: readonly string[]; readonly stdin?: string };
  readonly server?: { readonly steps?: readonly { readonly sent?: string }[] };
}

function recorded(name: string, content: string): Text[] {
  const { code, run, server } = JSON.parse(content) as Recording;
  const steps = (server?.steps ?? []).flatMap(({ sent }) => (sent === undefined ? [] : [sent]));
  const file = run?.args?.indexOf('Main.lean') ?? -1;
  const given = { args: file < 0 ? [] : (run?.args ?? []).slice(file + 1), stdin: run?.stdin ?? '' };
  const whole = code ?? steps.join('');
  return [
    { name: `recorded/${name}`, source: whole, ...given },
    ...steps.flatMap((text, index) =>
      text === whole ? [] : [{ name: `recorded/${name} step ${index + 1}`, source: text, ...given }],
    ),
  ];
}
