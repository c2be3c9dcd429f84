/** The command line of the stand-in: `lean [OPTIONS] FILE`, `--stdin`, `--run FILE ARGS…`, `--worker`, `--server`. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Thrown, run } from './action.mjs';
import { elaborate } from './elaborate.mjs';
import { writeAll } from './frames.mjs';
import { imported } from './imported.mjs';
import { loadKnown } from './known.mjs';
import { libraryNames } from './libraries.mjs';
import { compileModule, moduleArguments } from './modules.mjs';
import { cut, outward, positionAt } from './text.mjs';
import { verify } from './verifier.mjs';
import { headerProblems, serve } from './worker.mjs';

const here = import.meta.dirname;
const prefix = dirname(dirname(dirname(here)));
const isNew = existsSync(join(here, 'new'));
const versionFile = join(here, 'version');
const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8') : '4.0.0';
const versionLine = `stand-in toolchain (version ${version}, commit 000000000000, plays recordings)\n`;
const help = `${versionLine}  --help --version --githash --print-prefix --print-libdir
  --run FILE ARGS    run the 'main' of a file
  --stdin            take the source from standard input
  --server --worker  speak the language server protocol
  -D name=value      set an option
${isNew ? '  --json             print messages as JSON\n' : ''}`;
const options = isNew
  ? /^(?:maxHeartbeats|maxRecDepth|server\.reportDelayMs|Elab\.async)=/
  : /^(?:maxHeartbeats|maxRecDepth)=/;
const severities = ['', 'error', 'warning', 'information'];

async function main(args) {
  if (args[0] === '--run-accepted') return runAccepted(args.slice(1));
  // Without `--json` the script that starts this has compiled it.
  if (args.includes('-o') && args.includes('--json')) return compileModule(moduleArguments(args), forModules());
  const given = { mode: 'check', file: undefined, json: false, rest: [] };
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i];
    if (word === '--version' || word === '-v') return say(versionLine);
    if (word === '--help' || word === '-h') return say(help);
    if (word === '--githash') return say('000000000000\n');
    if (word === '--print-prefix') return say(`${prefix}\n`);
    if (word === '--print-libdir') return say(`${join(prefix, 'lib', 'lean')}\n`);
    if (word.startsWith('-D')) {
      const option = word === '-D' ? args[(i += 1)] : word.slice(2);
      if (!options.test(option))
        return fail(`invalid -D parameter, unknown configuration option '${option?.split('=')[0]}'\n`);
    } else if (/^-[jMsTt]/.test(word)) i += word.length === 2 ? 1 : 0;
    else if (word === '--json' && isNew) given.json = true;
    else if (/^--(?:run|stdin|worker|server)$/.test(word)) given.mode = word.slice(2);
    else if (word.startsWith('-')) return fail(`unrecognized option '${word}'\nUnknown command line option\n${help}`);
    else {
      given.file = word;
      if (given.mode === 'run') given.rest = args.slice(i + 1);
      if (given.mode === 'run') break;
    }
  }
  const known = loadKnown(here);
  const ownFolder = join(prefix, 'lib', 'lean');
  const libraries = libraryNames(ownFolder);
  if (given.mode === 'worker' || given.mode === 'server')
    return serve({ isServer: given.mode === 'server', isNew, known, libraries, ownFolder });
  if (given.mode !== 'stdin' && given.file === undefined) return fail(`Expected exactly one file name\n${help}`);
  if (given.mode !== 'stdin' && !existsSync(given.file)) return fail(`file '${given.file}' not found\n`);
  if (given.mode === 'run' && given.file.endsWith('/verifier/Main.lean'))
    return verify(given.rest, { known, libraries, ownFolder });
  const document = cut(readFileSync(given.mode === 'stdin' ? 0 : given.file, 'utf8'));
  const name = given.mode === 'stdin' ? '<stdin>' : given.file;
  const { state, failed } = await check(document, {
    known,
    libraries,
    report: reporter(document.text, name, given.json),
    begin: await imported(document.imports, ownFolder, known),
  });
  if (given.mode !== 'run' || failed) return failed ? 1 : 0;
  return runMain(state, given.rest);
}

async function check(document, { known, libraries, report, begin }) {
  let state = begin;
  const problems = headerProblems(document.imports, libraries);
  problems.forEach(report);
  let failed = problems.length > 0;
  for (const command of failed ? [] : document.commands) {
    const result = await elaborate(command, state, known, { line: async () => '', exit: (code) => process.exit(code) });
    if (result.crash !== undefined) {
      writeAll(2, result.crash);
      process.exit(1);
    }
    const origin = positionAt(document.text, command.offset);
    for (const { range, ...item } of result.diagnostics)
      report({ ...item, range: { start: outward(range.start, origin), end: outward(range.end, origin) } });
    failed ||= result.diagnostics.some(({ severity }) => severity === 1);
    state = result.state;
  }
  return { state, failed };
}

/** Prints messages as `lean` does: lines from 1, columns in code points. */
function reporter(text, fileName, json) {
  const lines = text.split('\n');
  const place = ({ line, character }) => ({ line: line + 1, column: [...lines[line].slice(0, character)].length });
  return ({ severity, range, message }) => {
    const pos = place(range.start);
    if (json) {
      const item = {
        severity: severities[severity],
        pos,
        endPos: place(range.end),
        data: message,
        fileName,
        caption: '',
        isSilent: false,
        kind: '[anonymous]',
      };
      return writeAll(1, `${JSON.stringify(item)}\n`);
    }
    const where = severity === 3 ? '' : `${fileName}:${pos.line}:${pos.column}: ${severities[severity]}: `;
    writeAll(1, `${where}${message}${message.endsWith('\n') ? '' : '\n'}`);
  };
}

/** What elaborating modules needs. */
function forModules() {
  const known = loadKnown(here);
  const ownFolder = join(prefix, 'lib', 'lean');
  return {
    known,
    ownFolder,
    report: (name, text) => reporter(text, name, true),
    // What they import is there.
    check: (document, begin, report) => check({ ...document, imports: [] }, { known, libraries: [], report, begin }),
  };
}

/** For the elaborator: runs a text that it has accepted, from descriptor 3, and says on 4 that `main` has returned. */
async function runAccepted(args) {
  const text = cut(readFileSync(3, 'utf8'));
  // What the text does while it is elaborated has been done.
  const document = { ...text, commands: text.commands.filter((command) => !command.text.startsWith('#eval')) };
  const ownFolder = join(prefix, 'lib', 'lean');
  const known = loadKnown(here);
  const libraries = libraryNames(ownFolder);
  const begin = await imported(document.imports, ownFolder, known);
  const { state } = await check(document, { known, libraries, report: () => undefined, begin });
  const code = await runMain(state, args);
  writeAll(4, 'returned');
  return code;
}

async function runMain(state, args) {
  const target = state.names.get('main');
  if (target === undefined) return fail("unknown declaration 'main'\n");
  if (target.react === undefined && target.action === undefined)
    return fail('stand-in toolchain: this main is not in its recordings\n');
  const io = {
    args,
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    line: lineReader(process.stdin),
    exit: (code) => process.exit(code),
  };
  try {
    if (target.react !== undefined) return (await target.react(io)) ?? 0;
    const bound = target.parameters.map(({ name, type }) => [name, { parameters: [], type, value: args }]);
    const locals = new Map(bound);
    return await run(target.action, (name) => locals.get(name) ?? state.names.get(name), io);
  } catch (problem) {
    if (!(problem instanceof Thrown) && problem.code === undefined) throw problem;
    return fail(`uncaught exception: ${problem.message}\n`);
  }
}

/** Reads the next line with its line feed; the rest at the end of the input; then nothing. */
function lineReader(stream) {
  let rest = '';
  stream.setEncoding('utf8');
  const chunks = stream[Symbol.asyncIterator]();
  return async () => {
    let isEnd = false;
    while (!isEnd && !rest.includes('\n')) {
      const { done, value = '' } = await chunks.next();
      isEnd = done;
      rest += value;
    }
    const line = isEnd ? rest : rest.slice(0, rest.indexOf('\n') + 1);
    rest = rest.slice(line.length);
    return line;
  };
}

const say = (text) => (writeAll(1, text), 0);
const fail = (text) => (writeAll(2, text), 1);

process.exit(await main(process.argv.slice(2)));
