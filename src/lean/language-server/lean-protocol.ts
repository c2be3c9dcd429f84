/*
 * The part of the Language Server Protocol, and of Lean's extensions to it, that this program uses. What Lean sends is
 * checked against these schemas: it comes from a process in which tenant code runs.
 */
import { z } from 'zod';

const lspPosition = z.object({ line: z.int().min(0), character: z.int().min(0) });
export const lspRange = z.object({ start: lspPosition, end: lspPosition });

/** A place in a text: lines from 0, columns from 0 in UTF-16 units. */
export type LspPosition = z.infer<typeof lspPosition>;
export type LspRange = z.infer<typeof lspRange>;

/** One of the diagnostics of a report. */
export const lspDiagnostic = z.object({
  range: lspRange,
  /** The whole range, where `range` is clipped to a line. */
  fullRange: lspRange.optional(),
  severity: z.int().min(1).max(4).optional(),
  message: z.string(),
  /** The name of the error, where Lean has one. */
  code: z.string().optional().catch(undefined),
  /** Shown by editors only, for instance "Goals accomplished!". */
  isSilent: z.boolean().nullish(),
});
export type LspDiagnostic = z.infer<typeof lspDiagnostic>;

/**
 * `textDocument/publishDiagnostics`: all diagnostics of a version so far. Lists in messages are checked piece by piece, see
 * {@link checkedList}: an array of the schema's own would make an issue for each thing that does not fit.
 */
export const publishDiagnosticsParams = z.object({
  uri: z.string(),
  version: z.int().nullish(),
  diagnostics: z.array(z.unknown()),
});

/** `$/lean/fileProgress`: what is still being elaborated. Kind 2: the header could not be processed, so nothing was. */
export const fileProgressParams = z.object({
  textDocument: z.object({ uri: z.string(), version: z.int().nullish() }),
  processing: z.array(z.unknown()),
});
/** A part of the document that is still being elaborated. */
export const processedPart = z.object({ range: lspRange, kind: z.int().nullish() });
export const fatalProgressKind = 2;

/** A name of the document's outline. */
export interface LspSymbol {
  readonly name: string;
  readonly range: LspRange;
  readonly selectionRange: LspRange;
  readonly children?: readonly LspSymbol[] | null | undefined;
}
/** The answer to `textDocument/documentSymbol`. */
export const documentSymbols = z.array(z.unknown());
/** One of its entries. */
export const documentSymbol = z.object({
  name: z.string(),
  range: lspRange,
  selectionRange: lspRange,
  children: z.array(z.unknown()).nullish(),
});

/**
 * The one document that a Lean server of ours has. Not a `file:` address, so that Lean looks for no project around it.
 */
export const documentUri = 'untitled:Main.lean';

/** How Leans call the module of such a document in private and generated names; by hand it is `Main`. */
const moduleName = /«(?:external:)?untitled:Main\.lean»/g;

/** What Lean says with the name of the module that the text would have in a file. */
export function inModuleMain(said: string): string {
  return said.replace(moduleName, 'Main');
}

/** What we tell Lean about ourselves: no waiting for further edits, no widgets, no silent diagnostics. */
export const initializeParams = {
  processId: null,
  rootUri: null,
  capabilities: {},
  initializationOptions: { editDelay: 0, hasWidgets: false },
};
