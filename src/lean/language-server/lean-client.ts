/*
 * One document in one Lean server, over its stdin and stdout. The text is set, then a barrier request is answered when Lean
 * has reported everything on it; the diagnostics are taken at that moment and not before. `lean --worker` serves a document
 * on its own and does not answer `initialize`; `lean --server` does, and forwards to a worker.
 */
import type { Readable, Writable } from 'node:stream';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import type { ZodType } from 'zod';
import { changeBetween } from './document-change.ts';
import {
  documentSymbols,
  documentUri,
  fatalProgressKind,
  fileProgressParams,
  initializeParams,
  publishDiagnosticsParams,
  type LspDiagnostic,
  type LspRange,
  type LspSymbol,
} from './lean-protocol.ts';
import { addReport } from './reported-diagnostics.ts';
import { LeanMessageReader, LeanMessageWriter, RequestIds } from './message-streams.ts';

export interface LeanClientOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Which of Lean's two servers is at the other end. */
  readonly mode: 'worker' | 'server';
  /** The longest message that is read, in bytes. */
  readonly messageLimit: number;
  /** Bytes on Lean's stdout that are no message. */
  readonly onOutput: (bytes: Buffer) => void;
  /** A message over the limit was announced; nothing useful can follow. */
  readonly onOversized: (announcedBytes: number) => void;
  /** What is still being elaborated, as it changes. */
  readonly onProgress?: (processing: readonly LspRange[]) => void;
}

/** What Lean said about a version of the document. */
export interface DocumentReport {
  readonly diagnostics: readonly LspDiagnostic[];
  /** Whether the header (the imports) could not be processed, so that nothing else was. */
  readonly headerFailed: boolean;
}

/**
 * How often a text is sent when other output breaks one of Lean's messages about it. By chance that hardly happens twice,
 * and code that does it on purpose is not to be run again and again.
 */
const sendLimit = 2;

/** A client for one document. Disposing forgets the connection; ending the server is up to its owner. */
export class LeanClient implements Disposable {
  readonly #options: LeanClientOptions;
  readonly #connection: MessageConnection;
  #version = 0;
  #text = '';
  #diagnostics: readonly LspDiagnostic[] = [];
  #headerFailed = false;
  /** Whether Lean has reported progress to the end of the current text. */
  #isProcessed = false;
  /** What Lean said about the header that failed. */
  #headerDiagnostics: readonly LspDiagnostic[] = [];
  #brokenMessages = 0;
  #ended = false;

  constructor(options: LeanClientOptions) {
    this.#options = options;
    const ids = new RequestIds();
    const observer = {
      output: options.onOutput,
      broken: () => {
        this.#brokenMessages += 1;
      },
      oversized: options.onOversized,
    };
    this.#connection = createMessageConnection(
      new LeanMessageReader(options.stdout, ids, observer, options.messageLimit),
      new LeanMessageWriter(options.stdin, ids),
    );
    this.#listen();
  }

  /** What Lean has said so far about the current text. */
  get report(): DocumentReport {
    return { diagnostics: this.#diagnostics, headerFailed: this.#headerFailed };
  }

  /** Whether Lean has ended, so that every question is in vain. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Whether messages of Lean were lost because other output broke them. */
  get lostMessages(): boolean {
    return this.#brokenMessages > 0;
  }

  /** Makes this the text and resolves when Lean has reported everything about it. Rejects when the server ends first. */
  async check(text: string): Promise<DocumentReport> {
    let brokenBefore: number;
    let attempts = 0;
    do {
      brokenBefore = this.#brokenMessages;
      attempts += 1;
      await this.#setText(text);
      await this.#connection.sendRequest('textDocument/waitForDiagnostics', {
        uri: documentUri,
        version: this.#version,
      });
      // A broken message may have been the diagnostics: a new version of the same text makes Lean report them again.
    } while (this.#brokenMessages > brokenBefore && attempts < sendLimit);
    if (this.#brokenMessages === brokenBefore) this.#brokenMessages = 0;
    this.#noteFailedHeader();
    return this.report;
  }

  /** The document's outline. */
  async symbols(): Promise<readonly LspSymbol[]> {
    return await this.request('textDocument/documentSymbol', {}, documentSymbols);
  }

  /** Asks about the document. Rejects when Lean refuses, ends, or answers something that does not fit. */
  async request<Answer>(method: string, params: object, answer: ZodType<Answer>): Promise<Answer> {
    return answer.parse(await this.#connection.sendRequest(method, { textDocument: { uri: documentUri }, ...params }));
  }

  [Symbol.dispose](): void {
    if (!this.#ended) this.#connection.dispose();
    this.#ended = true;
  }

  /**
   * Lean before 2023 says of a header that cannot be processed only that it has an error, once: it stops there, without
   * reporting progress to the end, and says nothing at all about later versions of the text.
   */
  #noteFailedHeader(): void {
    if (!this.#isProcessed) this.#headerFailed = true;
    if (!this.#headerFailed) return;
    if (this.#diagnostics.length > 0) this.#headerDiagnostics = this.#diagnostics;
    else this.#diagnostics = this.#headerDiagnostics;
  }

  async #setText(text: string): Promise<void> {
    const before = this.#text;
    this.#text = text;
    this.#version += 1;
    this.#diagnostics = [];
    this.#headerFailed = false;
    this.#isProcessed = false;
    if (this.#version === 1) {
      await this.#open(text);
      return;
    }
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: documentUri, version: this.#version },
      contentChanges: [changeBetween(before, text)],
    });
  }

  async #open(text: string): Promise<void> {
    const initialized = this.#connection.sendRequest('initialize', initializeParams);
    if (this.#options.mode === 'server') {
      await initialized;
      await this.#connection.sendNotification('initialized', {});
    } else {
      // Never answered by a worker; it only settles when the connection is disposed.
      initialized.catch(() => undefined);
    }
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: documentUri, languageId: 'lean4', version: this.#version, text },
      dependencyBuildMode: 'never',
    });
  }

  #listen(): void {
    const connection = this.#connection;
    connection.onNotification('textDocument/publishDiagnostics', (params: unknown) => {
      const { success, data } = publishDiagnosticsParams.safeParse(params);
      if (!success || data.uri !== documentUri || (data.version ?? this.#version) !== this.#version) return;
      const report = data.diagnostics.filter(({ isSilent }) => isSilent !== true);
      this.#diagnostics = addReport(this.#diagnostics, report);
    });
    connection.onNotification('$/lean/fileProgress', (params: unknown) => {
      const { success, data } = fileProgressParams.safeParse(params);
      if (!success || data.textDocument.uri !== documentUri) return;
      if ((data.textDocument.version ?? this.#version) !== this.#version) return;
      if (data.processing.some(({ kind }) => kind === fatalProgressKind)) this.#headerFailed = true;
      this.#isProcessed = data.processing.length === 0;
      this.#options.onProgress?.(data.processing.map(({ range }) => range));
    });
    // Lean asks the editor to refresh its views; it has none here.
    connection.onRequest(() => null);
    connection.onUnhandledNotification(() => undefined);
    connection.onError(() => undefined);
    connection.onClose(() => {
      this[Symbol.dispose]();
    });
    connection.listen();
  }
}
