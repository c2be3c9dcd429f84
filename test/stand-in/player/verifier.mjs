/**
 * The verifier of the stand-in, with the protocol of docs/verify.md: `elaborate HEADER WORD…`, `judge MODULE…` and
 * `try-kernel NAME`, where other kernels get the lines of an export. Terms it has none:
 * a declaration is exported as the text that stands for its type and value, and the kernel of the stand-in accepts a proof
 * that the stand-in has elaborated, which it knows by its mark, and no other.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import { elaborate } from './elaborate.mjs';
import { writeAll } from './frames.mjs';
import { imported, importedCommands } from './imported.mjs';
import { declarationsOf } from './report.mjs';
import { cut, offsetAt, outward, positionAt } from './text.mjs';
import { headerProblems } from './worker.mjs';

/** As `checkerVersion` in src/lean/toolchain.ts. */
const checkerVersion = '4';
const severities = ['', 'error', 'warning', 'information'];
const say = (text) => writeAll(1, text);
const hex = (text) => Buffer.from(text).toString('hex');
const unhex = (digits) => Buffer.from(digits, 'hex').toString();
/** A name with dots as a word of the protocol, and back. */
const toWord = (name) =>
  name
    .split('.')
    .map((part) => `.s${hex(part)}`)
    .join('');
const fromWord = (word) => word.split('.s').slice(1).map(unhex).join('.');

/** Exactly as many bytes of stdin. */
function receive(size) {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const read = readSync(0, bytes, done, size - done, null);
    if (read === 0) process.exit(2);
    done += read;
  }
  return bytes;
}

function receiveLine() {
  let line = '';
  for (let byte = ''; byte !== '\n'; line += byte) byte = receive(1).toString('latin1');
  return line.trimEnd().split(' ');
}

/** @param {{known: object, libraries: object, ownFolder: string}} world what the stand-in knows */
export async function verify([program, first, ...own], world) {
  if (program === 'try-kernel') return tryKernel(first);
  say(`ready ${checkerVersion}\n`);
  return program === 'judge' ? judge() : await printExport(world, own.map(fromWord));
}

async function printExport({ known, libraries, ownFolder }, own) {
  const [, nonce, part, size, targetCount, ...names] = receiveLine();
  const { text, imports, commands } = cut(receive(Number(size)).toString());
  const said = [];
  const place = (offset) => positionAt(text, offset);
  const report = ({ severity, range, message }) => {
    const ends = [range.start, range.end].map(({ line, character }) => {
      const start = offsetAt(text, { line, character: 0 });
      return `${line + 1} ${[...text.slice(start, start + character)].length}`;
    });
    said.push(`message ${severities[severity]} ${ends.join(' ')} ${hex(message)}\n`);
  };
  const problems = headerProblems(imports, libraries);
  problems.forEach(report);
  let failed = problems.length > 0;
  let state = await imported(imports, ownFolder, known);
  const done = [];
  const io = { line: async () => '', exit: (code) => process.exit(code) };
  for (const command of failed ? [] : commands) {
    const result = await elaborate(command, state, known, io);
    const origin = place(command.offset);
    for (const { range, ...item } of result.diagnostics)
      report({ ...item, range: { start: outward(range.start, origin), end: outward(range.end, origin) } });
    failed ||= result.diagnostics.some(({ severity }) => severity === 1);
    done.push({ command, before: state, ...result });
    state = result.state;
  }
  const mark = `\nanswer ${nonce}\n`;
  if (failed) return (say(`${mark}${said.join('')}rejected\n`), 0);
  const position = (offset) => ({ line: place(offset).line + 1 });
  const ofText = declarationsOf(done, Infinity, position).items.map((item) => ({
    ...item,
    value: valueOf(item, text),
  }));
  const declared = [...(await ofModules(importedCommands(imports, ownFolder, own), known, io)), ...ofText];
  const wanted = names.map((name) => (part === 'statement' ? unhex(name) : fromWord(unhex(name))));
  const missing = wanted.find((name) => !declared.some((item) => item.name === name));
  if (missing !== undefined && part === 'statement')
    return (say(`${mark}${said.join('')}missing ${hex(missing)}\n`), 0);
  const holes = new Set(wanted.slice(Number(targetCount)));
  const theorems = ofText.filter(({ kind }) => kind === 'theorem').map(({ name }) => name);
  const targets = new Set(targetCount === '0' ? theorems : wanted.slice(0, Number(targetCount)));
  const role = ({ name, kind, sorry }) => {
    if (targets.has(name)) return 'target';
    if (holes.has(name)) return 'hole';
    if (kind === 'axiom') return 'axiom';
    return sorry ? 'open' : 'definition';
  };
  const shown =
    part === 'submission'
      ? []
      : declared.map((item) => {
          const signature = `${item.name} : ${item.type}`;
          return `${role(item)} ${hex(toWord(item.name))} ${hex(item.name)} ${hex(signature)}\n`;
        });
  const lines = declared.map((item) =>
    exported(item, part === 'statement' && (targets.has(item.name) ? 'tg' : holes.has(item.name) && 'ho')),
  );
  say(`${mark}${said.join('')}${shown.join('')}export\nlean-docker-mcp-export 1\n${lines.join('')}end\n`);
  return 0;
}

/** What modules declare that came with a text. */
async function ofModules(commands, known, io) {
  const document = cut(commands.join('\n'));
  const done = [];
  let state = await imported([], '', known);
  for (const command of document.commands) {
    const result = await elaborate(command, state, known, io);
    done.push({ command, before: state, ...result });
    state = result.state;
  }
  const position = (offset) => ({ line: positionAt(document.text, offset).line + 1 });
  const { items } = declarationsOf(done, Infinity, position);
  return items.map((item) => ({ ...item, value: valueOf(item, document.text) }));
}

/** What stands behind the colon and equals sign. */
function valueOf({ name, line }, text) {
  const [first] = text
    .split('\n')
    .slice(line - 1)
    .join('\n')
    .split(/\n(?=\S)/);
  return first.slice(first.indexOf(name)).split(':=').slice(1).join(':=').trim();
}

function exported({ name, kind, type, value, axioms }, claim) {
  const words = [name, type, value, axioms.join(' ')].map(hex);
  if (claim !== false) return `${claim} ${words[0]} ${words[1]}\n`;
  if (kind === 'axiom') return `ax ${words[0]} ${words[1]}\n`;
  if (kind !== 'theorem') return `df ${words[0]} ${words[1]} ${words[2]}\n`;
  return `th ${words[0]} ${words[1]} ${markOf(words[0], words[1], words[3])} ${words[3]}\n`;
}

function markOf(...words) {
  return createHash('sha256')
    .update(`stand-in ${words.join(' ')}`)
    .digest('hex');
}

class Refusal extends Error {
  constructor(reason, step, message, declaration, more = {}) {
    super(message);
    this.told = {
      verdict: 'not-verified',
      reason,
      step,
      message,
      ...(declaration !== undefined && { declaration }),
      ...more,
    };
  }
}

/** Programs of kernels that are not Lean's own, beside `lean`. */
const kernelPrograms = { nanoda: 'nanoda_bin', 'con-ron': 'con-ron', leanchecker: 'leanchecker' };

function askKernel(name, text) {
  const stdio = ['pipe', 'ignore', 'inherit'];
  const { status, signal, error } = spawnSync(`/opt/lean/bin/${kernelPrograms[name]}`, [], { input: text, stdio });
  return { exitCode: status ?? (signal === null ? 127 : 137), readAll: error === undefined };
}

function tryKernel(name) {
  for (const [what, text] of [
    ['accepts', 'th honest\n'],
    ['refuses', 'th honest\nth forged\n'],
  ]) {
    const { exitCode, readAll } = askKernel(name, text);
    say(`${what} ${exitCode} ${readAll}\n`);
  }
  return 0;
}

function judge() {
  const [, nonce, kernel, statementSize, submissionSize, ...allowed] = receiveLine();
  const [statement, submission] = [statementSize, submissionSize].map((size) => receive(Number(size)).toString());
  const common = { nonce, lean: '4.0.0', githash: '000000000000', checker: checkerVersion };
  try {
    const found = compare(linesOf(statement), replay(linesOf(submission)), new Set(allowed.map(fromWord)));
    say(`${JSON.stringify({ ...common, ...found })}\n`);
    if (kernel === 'lean') return 0;
    const { exitCode, readAll } = askKernel(kernel, linesOf(submission).map(readable).join(''));
    say(`${JSON.stringify({ kernel, exitCode, readAll, milliseconds: 1 })}\n`);
    return 0;
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    say(`${JSON.stringify({ ...common, ...refusal.told })}\n`);
    return 1;
  }
}

/** A declaration as other kernels of the stand-in get it. */
function readable([word, name, type]) {
  return `${word} ${unhex(name)} ${unhex(type)}\n`;
}

function linesOf(text) {
  const lines = text.split('\n');
  if (lines[0] !== 'lean-docker-mcp-export 1' || lines.at(-2) !== 'end') {
    throw new Refusal('malformed-export', 'read', 'this is no whole export');
  }
  return lines.slice(1, -2).map((line) => line.split(' '));
}

/** Has the kernel check it all. */
function replay(lines) {
  const declared = new Map();
  for (const [word, name, type, value, axioms = ''] of lines) {
    if (/^(?:n[sn]|u[smip]|e[a-z]|im)$/.test(word)) continue;
    if (!/^(?:th|df|ax)$/.test(word)) throw new Refusal('malformed-export', 'read', `no line begins with ${word}`);
    if (word === 'th' && value !== markOf(name, type, axioms))
      throw new Refusal(
        'kernel-rejected',
        'kernel',
        '(kernel) the stand-in has not elaborated this proof',
        unhex(name),
      );
    declared.set(unhex(name), { word, type: unhex(type), value: unhex(value ?? ''), axioms: unhex(axioms).split(' ') });
  }
  return declared;
}

function compare(statement, declared, allowed) {
  const own = new Map(statement.filter(([word]) => word === 'ax').map(([, name, type]) => [unhex(name), unhex(type)]));
  for (const [name, { word, type }] of declared)
    if (word === 'ax' && !(allowed.has(name) && own.get(name) === type))
      throw new Refusal('axiom-not-allowed', 'axioms', `the axiom ${name} is not allowed`, name);
  const [holes, used] = [[], new Set()];
  for (const [word, hexName, hexType, hexValue = ''] of statement.filter(([first]) => first !== 'ax')) {
    const [name, type, value] = [hexName, hexType, hexValue].map(unhex);
    const found = declared.get(name);
    if (found === undefined) throw new Refusal('target-missing', 'compare', `the submission has no ${name}`, name);
    const kind = word === 'tg' || word === 'th' ? 'th' : 'df';
    if (found.word !== kind) throw new Refusal('kind-differs', 'compare', `${name} is of another kind`, name);
    const sides = { expected: type, found: found.type };
    if (found.type !== type)
      throw new Refusal(
        word === 'tg' ? 'statement-differs' : 'definition-differs',
        'compare',
        `${name} has another type than in the statement`,
        name,
        sides,
      );
    if (word === 'df' && found.value !== value)
      throw new Refusal('definition-differs', 'compare', `${name} has another value than in the statement`, name, {
        expected: value,
        found: found.value,
      });
    if (word === 'ho') holes.push({ name, value: found.value });
    if (word === 'tg') for (const axiom of found.axioms) if (axiom !== '') used.add(axiom);
  }
  for (const axiom of used)
    if (!allowed.has(axiom))
      throw new Refusal('axiom-not-allowed', 'axioms', `it rests on the axiom ${axiom}, which is not allowed`, axiom);
  const verdict = holes.length > 0 ? 'verified-with-holes' : 'verified';
  return { verdict, axioms: [...used].sort(), holes, declarations: declared.size };
}
