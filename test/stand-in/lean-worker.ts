/** A `lean --worker` or `lean --server` of a toolchain, driven by hand: for tests of the stand-in itself. */
import { spawn } from 'node:child_process';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const uri = 'untitled:Main.lean';

export interface LeanDiagnostic {
  readonly severity: number;
  readonly message: string;
  readonly range: { readonly start: object; readonly end: object };
}

/** Starts Lean on a document that is empty until it is written. */
export function startLean(lean: string, mode: '--worker' | '--server' = '--worker') {
  const process = spawn(lean, [mode]);
  const connection = createMessageConnection(
    new StreamMessageReader(process.stdout),
    new StreamMessageWriter(process.stdin),
  );
  const exited = new Promise<number | null>((resolve) => process.once('exit', resolve));
  process.stdin.on('error', () => undefined);
  let version = 0;
  let diagnostics: readonly LeanDiagnostic[] = [];
  const progress: { readonly range: object; readonly kind?: number }[][] = [];
  connection.onNotification('textDocument/publishDiagnostics', (params: { diagnostics: LeanDiagnostic[] }) => {
    diagnostics = params.diagnostics;
  });
  connection.onNotification('$/lean/fileProgress', (params: { processing: { range: object }[] }) => {
    progress.push(params.processing);
  });
  connection.listen();
  // A worker does not answer it.
  connection.sendRequest('initialize', { capabilities: {} }).catch(() => undefined);

  const change = async (...contentChanges: { text: string; range?: object }[]): Promise<void> => {
    version += 1;
    const textDocument = { uri, version };
    if (version > 1) await connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
    else
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { ...textDocument, ...contentChanges[0] },
      });
  };
  return {
    exited,
    progress,
    stdin: process.stdin,
    /** Opens the document, or replaces its text. */
    write: (text: string) => change({ text }),
    /** Changes a part of the text. */
    edit: (range: object, text: string) => change({ range, text }),
    /** What Lean says of the text, once it has said everything. */
    diagnostics: async (): Promise<readonly LeanDiagnostic[]> => {
      await connection.sendRequest('textDocument/waitForDiagnostics', { uri, version });
      return diagnostics;
    },
    request: (method: string, params: object = {}): Promise<unknown> =>
      connection.sendRequest(method, { textDocument: { uri }, ...params }),
    notify: (method: string): Promise<void> => connection.sendNotification(method),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      process.kill('SIGKILL');
      await exited;
      connection.dispose();
    },
  };
}
