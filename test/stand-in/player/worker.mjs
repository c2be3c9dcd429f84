/**
 * `lean --worker` and `lean --server` for one document. Commands are answered in their order; after an edit those
 * before it are kept and not run again. An edit, a request or the end of input is heard while a command runs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { elaborate } from './elaborate.mjs';
import { receive, send, writeAll } from './frames.mjs';
import { imported } from './imported.mjs';
import { beHostile } from './hostile.mjs';
import { symbols } from './symbols.mjs';
import { cut, inward, mapPositions, offsetAt, outward, positionAt } from './text.mjs';

const origin = { line: 0, character: 0 };
const methods =
  /^(?:textDocument\/(?:waitForDiagnostics|documentSymbol|hover|definition|declaration|typeDefinition|completion)|\$\/lean\/plain(?:Term)?Goal)$/;

/**
 * @param {{isServer: boolean, isNew: boolean, known: {find: Function}, libraries: string[], ownFolder: string}} options
 * @returns {Promise<number>} the exit code
 */
export async function serve({ isServer, isNew, known, libraries, ownFolder }) {
  let uri = '';
  let version = 0;
  let document = cut('');
  /** What is known of the document so far, one entry a command. */
  let done = [];
  let headerErrors = [];
  /** Who waits for the current version to be finished; and for versions to come. */
  let elaboration = Promise.resolve();
  const newVersion = [];
  /** Ids of requests, the last ones. */
  const ids = [];

  const io = { line: async () => '', exit: (code) => process.exit(code) };
  const notify = (method, params) => send({ method, params });
  const source = isNew ? 'Lean 4' : 'Lean 4 server';
  const publish = () =>
    notify('textDocument/publishDiagnostics', {
      uri,
      version,
      diagnostics: [...headerErrors, ...done.flatMap((entry) => entry.diagnostics)].map((item) => ({
        source,
        ...item,
      })),
    });
  const progress = (offset, kind) => {
    const range = { start: positionAt(document.text, offset), end: positionAt(document.text, document.text.length) };
    const processing = offset === undefined ? [] : [{ range, ...(kind !== undefined && { kind }) }];
    notify('$/lean/fileProgress', { textDocument: { uri, version }, processing });
  };

  async function elaborateRest(mine) {
    const isCurrent = () => mine === version;
    headerErrors = headerProblems(document.imports, libraries);
    // The Lean of the recordings says what is wrong with the imports once, and nothing about later versions.
    if (headerErrors.length === 0 || isNew || mine === 1) publish();
    if (headerErrors.length > 0) {
      if (isNew || isServer) progress(0, isNew ? 2 : undefined);
      return;
    }
    const { imports, commands } = document;
    for (let i = done.length; i < commands.length; i += 1) {
      const command = commands[i];
      progress(command.offset);
      const before = done.at(-1)?.state ?? (await imported(imports, ownFolder, known));
      const result = await elaborate(command, before, known, io);
      if (!isCurrent()) return;
      if (result.crash !== undefined) {
        writeAll(2, `terminate called after throwing an instance of 'lean::throwable'\n  what():  ${result.crash}`);
        process.exit(134);
      }
      const start = positionAt(document.text, command.offset);
      const shift = (value) => mapPositions(value, (at) => outward(at, start));
      done.push({ ...result, command, diagnostics: shift(result.diagnostics) });
      if (result.diagnostics.length > 0) publish();
    }
    progress(document.text.length);
    publish();
    progress();
  }

  function replace(text, nextVersion) {
    const before = document;
    document = cut(text);
    version = nextVersion;
    beHostile(text, { uri, version, ids });
    const sameHeader = JSON.stringify(before.imports) === JSON.stringify(document.imports);
    const changed = document.commands.findIndex(({ text: command, offset }, i) => {
      const old = before.commands[i];
      return old?.text !== command || old.offset !== offset;
    });
    done = sameHeader ? done.slice(0, changed < 0 ? document.commands.length : changed) : [];
    elaboration = elaborateRest(version);
    for (const wake of newVersion.splice(0)) wake();
    return sameHeader;
  }

  async function answer({ id, method, params }) {
    while (method === 'textDocument/waitForDiagnostics' && params.version > version) {
      await new Promise((resolve) => newVersion.push(resolve));
    }
    const asked = version;
    await elaboration;
    if (asked !== version) return answer({ id, method, params });
    if (method === 'textDocument/waitForDiagnostics') return send({ id, result: {} });
    if (method === 'textDocument/documentSymbol')
      return send({ id, result: symbols(document.text, document.commands) });
    const offset = offsetAt(document.text, params.position);
    const entry = done.findLast(({ command }) => command.offset <= offset);
    const start = entry === undefined ? origin : positionAt(document.text, entry.command.offset);
    const { line, character } = inward(params.position, start);
    const recorded = entry?.answers?.find(
      (item) => item.method === method && item.position.line === line && item.position.character === character,
    );
    if (recorded !== undefined) return send({ id, result: mapPositions(recorded.result, (at) => outward(at, start)) });
    send({
      id,
      error: { code: -32803, message: `stand-in toolchain: ${method} at this place is not in its recordings` },
    });
  }

  async function handle(message) {
    const { id, method, params } = message;
    if (id !== undefined && method !== undefined) ids.unshift(id);
    ids.length = Math.min(ids.length, 8);
    if (method === 'initialize') {
      if (isServer)
        send({
          id,
          result: {
            capabilities: { textDocumentSync: { openClose: true, change: 2 } },
            serverInfo: { name: 'stand-in toolchain', version: '0' },
          },
        });
    } else if (method === 'textDocument/didOpen') {
      uri = params.textDocument.uri;
      replace(params.textDocument.text, params.textDocument.version);
    } else if (method === 'textDocument/didChange') {
      let { text } = document;
      for (const change of params.contentChanges) {
        const [from, to] = change.range
          ? [change.range.start, change.range.end].map((at) => offsetAt(text, at))
          : [0, text.length];
        text = text.slice(0, from) + change.text.replaceAll('\r\n', '\n') + text.slice(to);
      }
      if (!replace(text, params.textDocument.version) && isNew && !isServer) {
        await sleep(200);
        return 2;
      }
    } else if (method === 'exit') return 0;
    else if (method === 'shutdown') send({ id, result: null });
    else if (id !== undefined && method !== undefined && methods.test(method)) void answer(message);
    else if (id !== undefined && method !== undefined && (isNew || isServer)) {
      send({ id, error: { code: -32601, message: `No request handler found for '${method}'` } });
    } else if (method !== undefined && !isServer && method !== '$/cancelRequest') {
      throw new Error(`internal server error: '${method}' unknown in worker`);
    }
    return undefined;
  }

  try {
    for await (const message of receive()) {
      const exitCode = await handle(message);
      if (exitCode !== undefined) return exitCode;
    }
    throw new Error('Cannot read LSP message: Stream was closed');
  } catch (problem) {
    writeAll(2, `[${uri}] ${problem.message}\n`);
    const message = {
      severity: 1,
      message: problem.message,
      range: { start: origin, end: origin },
      fullRange: { start: origin, end: origin },
    };
    notify('textDocument/publishDiagnostics', { uri, version, diagnostics: [message] });
    return 1;
  }
}

/** Lean's error about imports that no library provides. */
export function headerProblems(imports, libraries) {
  const unknown = imports.map((module) => module.split('.')[0]).find((root) => !libraries.includes(root));
  if (unknown === undefined) return [];
  const range = { start: origin, end: origin };
  const message = `unknown package '${unknown}'\nYou might need to open '${process.cwd()}' as a workspace in your editor`;
  return [{ severity: 1, range, fullRange: range, message }];
}
