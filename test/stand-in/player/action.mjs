/** What a `main` or an `#eval` may do step by step: print, read a line, sleep, throw, return, end the process. */
import { setTimeout as sleep } from 'node:timers/promises';
import { NotKnown, bind, parse, typeOf, valueOf } from './expression.mjs';

/** An exception that Lean code threw. */
export class Thrown extends Error {}

const one = String.raw`((?:s!)?"(?:\\[^]|[^"\\])*"|\([^]*\)|[\p{L}\p{N}_'.]+)`;
const name = String.raw`([\p{L}_][\p{L}\p{N}_']*)`;
const steps = {
  print: new RegExp(`^IO\\.(e?print(?:ln)?) ${one}$`, 'u'),
  open: new RegExp(`^let ${name} ← IO\\.get(Stdin|Stdout|Stderr)$`, 'u'),
  read: new RegExp(`^let ${name} ← ${name}\\.getLine$`, 'u'),
  put: new RegExp(`^${name}\\.put(Str|StrLn) ${one}$`, 'u'),
  flush: new RegExp(`^${name}\\.flush$`, 'u'),
  sleep: /^IO\.sleep (\d+)$/,
  exit: /^\(?IO\.Process\.exit (\d+)(?: : IO Unit\))?$/,
  fail: new RegExp(`^\\(?throw \\(IO\\.userError ${one}\\)(?: : IO Unit\\))?$`, 'u'),
  result: /^return (\d+)$/,
};

/** Reads the end of `command` from `offset` on, a `do` block or a single step; `lookup` as in `typeOf`. */
export function parseAction(command, offset, lookup) {
  const start = offset + (/^do\s*\n/.exec(command.slice(offset))?.[0].length ?? 0);
  const lines = command.slice(start).split('\n');
  if (lines.length > 1 && start === offset) throw new NotKnown();
  let end = start - 1;
  const indent = /^ */.exec(lines[0])[0];
  const locals = new Map();
  const known = (word) => locals.get(word) ?? lookup(word);
  const local = (word, type) => locals.set(word, { parameters: [], type });
  return lines.map((line) => {
    end += line.length + 1;
    if (!line.startsWith(indent) || (indent !== '' && line[indent.length] === ' ')) throw new NotKnown();
    const step = line.slice(indent.length);
    for (const [kind, pattern] of Object.entries(steps)) {
      const found = pattern.exec(step);
      if (found === null) continue;
      const [, first, second, third] = found;
      if (kind === 'open') local(first, second);
      if (kind === 'read') local(first, 'String');
      if (kind === 'read' && known(second)?.type !== 'Stdin') throw new NotKnown();
      if ((kind === 'put' || kind === 'flush') && !/^Std(out|err)$/.test(known(first)?.type)) throw new NotKnown();
      const source = { print: second, put: third, fail: first }[kind];
      const argument = source === undefined ? undefined : parse(source, end - source.length);
      if (argument !== undefined && !/^(String|Nat)$/.test(typeOf(argument, known))) throw new NotKnown();
      return { kind, first, second, argument };
    }
    const call = parse(step, end - step.length);
    if (typeOf(call, known) !== 'IO Unit') throw new NotKnown();
    return { kind: 'call', argument: call };
  });
}

/**
 * Does what an action says.
 *
 * @param {{out: (text: string) => void, err: (text: string) => void, line: () => Promise<string>, exit: (code: number) => never}} io
 * @returns {Promise<number>} the exit code that it returns
 */
export async function run(action, lookup, io) {
  const locals = new Map();
  const known = (word) => locals.get(word) ?? lookup(word);
  for (const { kind, first, second, argument } of action) {
    const value = argument === undefined || kind === 'call' ? undefined : String(valueOf(argument, known));
    if (kind === 'print') (first[0] === 'e' ? io.err : io.out)(first.endsWith('ln') ? `${value}\n` : value);
    if (kind === 'open') locals.set(first, { parameters: [], type: second });
    if (kind === 'read') locals.set(first, { parameters: [], type: 'String', value: await io.line() });
    if (kind === 'put') (known(first).type === 'Stdout' ? io.out : io.err)(second === 'StrLn' ? `${value}\n` : value);
    if (kind === 'sleep') await sleep(Number(first));
    if (kind === 'exit') io.exit(Number(first));
    if (kind === 'fail') throw new Thrown(value);
    if (kind === 'result') return Number(first);
    if (kind === 'call') {
      const target = known(argument.name);
      const args = (argument.args ?? []).map((arg) => valueOf(arg, known));
      const isProgram = target.react !== undefined;
      await (isProgram ? target.react({ ...io, args }) : run(target.action, bind(target, args, lookup), io));
    }
  }
  return 0;
}
