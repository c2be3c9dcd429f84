/*
 * One document in one Lean server, over its stdin and stdout. The text is set, then a barrier request is answered when Lean
 * has reported everything on it; the diagnostics are taken at that moment and not before. `lean --worker` serves a document
 * on its own and does not answer `initialize`; `lean --server` does, and forwards to a worker.
 */
import type { Readable, Writable } from 'node:stream';
import type { z, ZodType } from 'zod';
import type { Bytes } from '../../core/bytes.ts';
import type { Turns } from '../../core/reading-turns.ts';
import { checkedList } from '../reading/checked-list.ts';
import { changeBetween } from './document-change.ts';
import { LeanConnection } from './lean-connection.ts';
import {
  documentSymbol,
  documentSymbols,
  documentUri,
  fatalProgressKind,
  initializeParams,
  lspDiagnostic,
  processedPart,
  type fileProgressParams,
  type LspDiagnostic,
  type LspRange,
  type LspSymbol,
  type publishDiagnosticsParams,
} from './lean-protocol.ts';
import type { Overdraft } from '../reading/reading-budget.ts';
import { ReportedDiagnostics } from './reported-diagnostics.ts';

export interface LeanClientOptions {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Which of Lean's two servers is at the other end. */
  readonly mode: 'worker' | 'server';
  /** The longest message that is read. */
  readonly messageLimit: Bytes;
  readonly turns: Turns;
  /** Bytes on Lean's stdout that are no message. */
  readonly onOutput: (bytes: Buffer) => void;
  /** More was said than is heard, or much that is not Lean’s; nothing useful can follow. */
  readonly onOverdrawn: (why: Overdraft, detail?: string) => void;
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

/** Lean names a few parts that it still works on. */
const maxParts = 100;

/** A client for one document. Disposing forgets the connection; ending the server is up to its owner. */
export class LeanClient implements Disposable {
  readonly #options: LeanClientOptions;
  readonly #connection: LeanConnection;
  #version = 0;
  #text = '';
  #reported = new ReportedDiagnostics();
  #headerFailed = false;
  /** Whether Lean has reported progress to the end of the current text. */
  #isProcessed = false;
  /** What Lean said about the header that failed. */
  #headerDiagnostics: readonly LspDiagnostic[] = [];
  #brokenMessages = 0;
  #ended = false;

  constructor(options: LeanClientOptions) {
    this.#options = options;
    const { stdin, stdout, messageLimit, turns, onOutput, onOverdrawn } = options;
    this.#connection = new LeanConnection({
      stdin,
      stdout,
      messageLimit,
      turns,
      listener: {
        diagnostics: (params) => this.#addDiagnostics(params),
        progress: (params) => {
          this.#noteProgress(params);
        },
        output: onOutput,
        broken: () => {
          this.#brokenMessages += 1;
        },
        overdrawn: onOverdrawn,
        ended: () => {
          this[Symbol.dispose]();
        },
      },
    });
  }

  /** What Lean has said so far about the current text. */
  get report(): DocumentReport {
    const said = this.#reported.all;
    return {
      diagnostics: this.#headerFailed && said.length === 0 ? this.#headerDiagnostics : said,
      headerFailed: this.#headerFailed,
    };
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
    this.#connection.beginText();
    do {
      brokenBefore = this.#brokenMessages;
      attempts += 1;
      await this.#setText(text);
      await this.#connection.request('textDocument/waitForDiagnostics', {
        uri: documentUri,
        version: this.#version,
      });
      // A broken message may have been the diagnostics: a new version of the same text makes Lean report them again.
    } while (this.#brokenMessages > brokenBefore && attempts < sendLimit);
    if (this.#brokenMessages === brokenBefore) this.#brokenMessages = 0;
    this.#noteFailedHeader();
    return this.report;
  }

  /** Resolves when Lean has answered a question that says nothing. Rejects when the server ends first. */
  async settled(): Promise<void> {
    if (this.#version === 0) return;
    await this.#connection.request('textDocument/waitForDiagnostics', { uri: documentUri, version: this.#version });
  }

  /** The document's outline. */
  async symbols(): Promise<readonly LspSymbol[]> {
    return await this.#symbolsIn(await this.request('textDocument/documentSymbol', {}, documentSymbols));
  }

  /** Asks about the document. Rejects when Lean refuses, ends, or answers something that does not fit. */
  async request<Answer>(method: string, params: object, answer: ZodType<Answer>): Promise<Answer> {
    return answer.parse(await this.#connection.request(method, { textDocument: { uri: documentUri }, ...params }));
  }

  /** Checks the entries of a list in an answer. Rejects when one does not fit. */
  async entries<Entry>(list: readonly unknown[], schema: ZodType<Entry>): Promise<Entry[]> {
    const checked = await checkedList(list, schema, this.#connection.turns);
    if (checked === undefined) throw new Error('Lean answered something that does not fit');
    return checked;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    this.#connection[Symbol.dispose]();
  }

  /**
   * Lean before 2023 says of a header that cannot be processed only that it has an error, once: it stops there, without
   * reporting progress to the end, and says nothing at all about later versions of the text.
   */
  #noteFailedHeader(): void {
    if (!this.#isProcessed) this.#headerFailed = true;
    if (this.#headerFailed) this.#headerDiagnostics = this.report.diagnostics;
  }

  async #setText(text: string): Promise<void> {
    const before = this.#text;
    this.#text = text;
    this.#version += 1;
    this.#reported = new ReportedDiagnostics();
    this.#headerFailed = false;
    this.#isProcessed = false;
    if (this.#version === 1) {
      await this.#open(text);
      return;
    }
    this.#connection.notify('textDocument/didChange', {
      textDocument: { uri: documentUri, version: this.#version },
      contentChanges: [changeBetween(before, text)],
    });
  }

  async #open(text: string): Promise<void> {
    const initialized = this.#connection.request('initialize', initializeParams);
    if (this.#options.mode === 'server') {
      await initialized;
      this.#connection.notify('initialized', {});
    } else {
      // Never answered by a worker; it only settles when the connection is disposed.
      initialized.catch(() => undefined);
    }
    this.#connection.notify('textDocument/didOpen', {
      textDocument: { uri: documentUri, languageId: 'lean4', version: this.#version, text },
      dependencyBuildMode: 'never',
    });
  }

  async #addDiagnostics({ uri, version, diagnostics }: z.infer<typeof publishDiagnosticsParams>): Promise<void> {
    if (uri !== documentUri || (version ?? this.#version) !== this.#version) return;
    const reported = this.#reported;
    const { turns } = this.#connection;
    const report = await checkedList(diagnostics, lspDiagnostic, turns);
    if (report === undefined) return;
    // A text that was set meanwhile has reports of its own.
    const isKept = await reported.add(
      report.filter(({ isSilent }) => isSilent !== true),
      turns,
    );
    if (!isKept) this.#connection.refuse('more messages than are kept');
  }

  #noteProgress({ textDocument, processing }: z.infer<typeof fileProgressParams>): void {
    if (textDocument.uri !== documentUri || (textDocument.version ?? this.#version) !== this.#version) return;
    const parts = processing.slice(0, maxParts).map((part) => processedPart.safeParse(part).data);
    if (parts.some((part) => part?.kind === fatalProgressKind)) this.#headerFailed = true;
    this.#isProcessed = processing.length === 0;
    this.#options.onProgress?.(parts.flatMap((part) => part?.range ?? []));
  }

  async #symbolsIn(list: readonly unknown[]): Promise<LspSymbol[]> {
    const symbols: LspSymbol[] = [];
    for (const { children, ...symbol } of await this.entries(list, documentSymbol)) {
      symbols.push(children?.length ? { ...symbol, children: await this.#symbolsIn(children) } : symbol);
    }
    return symbols;
  }
}
