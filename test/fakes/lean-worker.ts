import { FrameReader } from '../../src/lean/language-server/frame-reader.ts';
import { documentUri } from '../../src/lean/language-server/lean-protocol.ts';
import type { FakeSandbox } from './sandbox.ts';

interface Request {
  readonly id?: unknown;
  readonly method?: string;
}

/** A message as Lean frames it. */
export function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

/** Plays `lean --worker`: it reports one error in every text, and answers when it has. */
export class FakeWorker {
  /** How often a text was sent. */
  texts = 0;
  readonly #sandbox: FakeSandbox;
  readonly #before: Buffer;

  /** @param before what something else writes to Lean's stdout before Lean reports */
  constructor(sandbox: FakeSandbox, before: Buffer = Buffer.alloc(0)) {
    this.#sandbox = sandbox;
    this.#before = before;
    const frames = new FrameReader(2 ** 24);
    sandbox.stdin.on('data', (chunk: Buffer) => {
      frames.append(chunk);
      for (let piece = frames.next(); piece !== undefined; piece = frames.next()) {
        if (piece.kind === 'body') this.#answer(JSON.parse(piece.bytes.toString()) as Request);
      }
    });
  }

  #answer({ id, method }: Request): void {
    const { stdout } = this.#sandbox;
    if (method === 'textDocument/didOpen' || method === 'textDocument/didChange') {
      this.texts += 1;
      const version = this.texts;
      const [start, end] = [
        { line: 0, character: 0 },
        { line: 0, character: 1 },
      ];
      const diagnostics = [{ range: { start, end }, severity: 1, message: 'Lean’s own' }];
      stdout.write(this.#before);
      stdout.write(
        frame({ method: 'textDocument/publishDiagnostics', params: { uri: documentUri, version, diagnostics } }),
      );
      const textDocument = { uri: documentUri, version };
      stdout.write(frame({ method: '$/lean/fileProgress', params: { textDocument, processing: [] } }));
    }
    if (method === 'textDocument/waitForDiagnostics') stdout.write(frame({ id, result: {} }));
  }
}
