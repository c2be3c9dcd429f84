/**
 * The elaborator of the stand-in: `elaborator SOCKET STDOUT STDERR`, or `elaborator index MODULE…`. It speaks the protocol of docs/elaborator.md, as far as
 * recordings and programs know what to say. A program runs in a process of its own, because this one cannot change what
 * stands behind its descriptors.
 */
import { spawn } from 'node:child_process';
import { read } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { declarationIndex } from './declarations.mjs';
import { elaborate } from './elaborate.mjs';
import { writeAll } from './frames.mjs';
import { beHostileElaborator } from './hostile-elaborator.mjs';
import { imported } from './imported.mjs';
import { loadKnown } from './known.mjs';
import { libraryNames } from './libraries.mjs';
import { declarationsOf, goalsOf, sorriesOf } from './report.mjs';
import { cut, offsetAt, outward, positionAt } from './text.mjs';
import { headerProblems } from './worker.mjs';

if (process.argv[2] === 'index') {
  writeAll(1, declarationIndex());
  process.exit(0);
}
const [socket, programStdout, programStderr] = process.argv.slice(2).map(Number);
const readSome = promisify(read);
const severities = ['', 'error', 'warning', 'information'];
const here = import.meta.dirname;
const known = loadKnown(here);
const libraries = libraryNames(dirname(here));
const io = { line: async () => '', exit: (code) => process.exit(code) };
/** States by handle: what the text's commands left, and the text itself. */
const states = new Map();
let lastHandle = 0;

/** Exactly as many bytes; `undefined` at the end of the channel. */
async function receive(size) {
  const bytes = Buffer.alloc(size);
  for (let done = 0; done < size;) {
    const { bytesRead } = await readSome(socket, bytes, done, size - done, null);
    if (bytesRead === 0) return undefined;
    done += bytesRead;
  }
  return bytes;
}

const key = await receive(8);
function tell(answer) {
  const body = Buffer.from(JSON.stringify(answer));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  writeAll(socket, Buffer.concat([key, length, body]));
}

/** Lines from 1, columns in code points. */
function leanPosition(text, { line, character }) {
  const start = offsetAt(text, { line, character: 0 });
  return { line: line + 1, column: [...text.slice(start, start + character)].length };
}

async function answerText(id, { text: sent, on, keep = false, declarations = 0, goals = 0, run, limits }) {
  const base = on === undefined ? undefined : states.get(on);
  if (on !== undefined && base === undefined) {
    tell({ id, event: 'refused', reason: 'unknown-state', message: `There is no state ${on}.` });
    return;
  }
  const document = cut(sent);
  const { text } = document;
  beHostileElaborator(text, { id, key, socket });
  const counts = { errors: 0, warnings: 0, information: 0 };
  const report = ({ severity, range, fullRange = range, message }) => {
    const word = severities[severity];
    counts[word === 'information' ? word : `${word}s`] += 1;
    if (limits?.count === 0) return;
    const [pos, endPos] = [leanPosition(text, fullRange.start), leanPosition(text, fullRange.end)];
    tell({ id, event: 'message', message: { severity: word, pos, endPos, text: message.replace(/\n$/, '') } });
  };
  const headerErrors = base === undefined ? headerProblems(document.imports, libraries) : [];
  headerErrors.forEach(report);
  let state = base?.state ?? (await imported(document.imports, dirname(here), known));
  const done = [];
  for (const command of headerErrors.length > 0 ? [] : document.commands) {
    const result = await elaborate(command, state, known, io);
    if (result.crash !== undefined) {
      writeAll(2, result.crash);
      process.kill(process.pid, 'SIGABRT');
      await new Promise(() => {});
    }
    const origin = positionAt(text, command.offset);
    const place = ({ range, fullRange = range, ...item }) => ({
      ...item,
      range: { start: outward(range.start, origin), end: outward(range.end, origin) },
      fullRange: { start: outward(fullRange.start, origin), end: outward(fullRange.end, origin) },
    });
    const diagnostics = result.diagnostics.map(place);
    diagnostics.forEach(report);
    done.push({ command, before: state, ...result, diagnostics });
    state = result.state;
  }
  const accepted = counts.errors === 0;
  const whole = (base?.text ?? '') + text;
  if (keep && accepted) {
    lastHandle += 1;
    states.set(lastHandle, { state, text: whole });
  }
  const position = (offset) => leanPosition(text, positionAt(text, offset));
  tell({
    id,
    event: 'verdict',
    verdict: accepted ? 'accepted' : 'error',
    counts,
    omitted: { errors: 0, warnings: 0, information: 0 },
    sorries: sorriesOf(done, (at) => leanPosition(text, at)),
    warm: true,
    importMs: 0,
    elaborateMs: 0,
    ...(headerErrors.length > 0 && { headerFailed: true }),
    ...(keep && accepted && { state: lastHandle, dropped: [] }),
  });
  if (declarations > 0) tellItems(id, 'declarations', declarationsOf(done, declarations, position));
  if (goals > 0)
    tellItems(
      id,
      'goals',
      goalsOf(text, done, goals, (at) => leanPosition(text, at), position),
    );
  if (run !== undefined && accepted) await runProgram(id, run, whole);
  tell({ id, event: 'done', bytes: 0 });
}

/** Tells of a list, in as many events as the elaborator would. */
function tellItems(id, event, { items, omitted }) {
  const most = 100;
  let start = 0;
  for (; start + most < items.length; start += most) {
    tell({ id, event, [event]: { items: items.slice(start, start + most), omitted: 0 } });
  }
  tell({ id, event, [event]: { items: items.slice(start), omitted } });
}

/** Has a process of its own run `main`; this one ends as that one did, unless it is to stay and `main` has returned. */
async function runProgram(id, { args = [], stdin = '', stay = false }, text) {
  tell({ id, event: 'running' });
  const child = spawn(process.execPath, ['--v8-pool-size=0', join(here, 'lean.mjs'), '--run-accepted', ...args], {
    stdio: ['pipe', programStdout, programStderr, 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(stdin);
  child.stdio[3].on('error', () => undefined).end(text);
  let returned = '';
  child.stdio[4].on('data', (bytes) => (returned += bytes));
  const [code, signal] = await new Promise((resolve) => child.once('exit', (...end) => resolve(end)));
  await new Promise((resolve) => setImmediate(resolve));
  if (signal !== null) {
    process.kill(process.pid, signal);
    await new Promise(() => {});
  }
  if (!stay) tell({ id, event: 'program', end: 'exited', exitCode: code });
  if (!stay || returned === '') process.exit(code);
  tell({ id, event: 'program', end: 'returned', exitCode: code });
}

async function answer({ id, do: what, ...request }) {
  if (what === 'elaborate') await answerText(id, request);
  else if (what === 'prepare') {
    await answerText(id, { text: request.header ?? '' });
    for (const text of request.warmUp ?? []) await answerText(id, { ...text, keep: false });
    tell({ id, event: 'prepared', importMs: 0, warmUpMs: 0, bytes: 0 });
  } else if (what === 'forget') {
    for (const handle of request.states) states.delete(handle);
    tell({ id, event: 'done', bytes: 0 });
  } else if (what !== 'cancel')
    tell({ id, event: 'refused', reason: 'malformed', message: `nothing is called ${what}` });
}

if (key === undefined) process.exit(0);
tell({ event: 'hello', protocol: 1, lean: '4.0.0', compiled: true, programs: true, cancel: false });
for (;;) {
  const head = await receive(4);
  const body = head && (await receive(head.readUInt32BE()));
  if (body === undefined) process.exit(0);
  await answer(JSON.parse(body.toString()));
}
