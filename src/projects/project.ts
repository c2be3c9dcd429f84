/* What a project is, once its files are understood. */
import type { Bytes } from '../core/bytes.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';

/** The files of a project by their paths, which are relative to it and separated by `/`. Nothing is known of them yet. */
export type ProjectFiles = ReadonlyMap<string, string>;

/** How much a project may be. */
export interface ProjectLimits {
  readonly files: number;
  /** Of all texts together. */
  readonly bytes: Bytes;
}

/** What a call can bring along. */
export const limitsOfCall: ProjectLimits = { files: 256, bytes: 4 * 1024 ** 2 };
/** What is read of a folder. */
export const limitsOfFolder: ProjectLimits = { files: 2000, bytes: 32 * 1024 ** 2 };

/** A file that is a module. */
export interface ProjectModule {
  /** In the one spelling of names. */
  readonly name: string;
  /** Where it is in the project. */
  readonly path: string;
  readonly text: string;
  /** Options that Lean takes on its command line, `name=value` each. */
  readonly options: readonly string[];
  /** Other files that claim to be this module. */
  readonly rivals?: readonly string[];
}

/** A project that can be checked. */
export interface Project {
  readonly modules: ReadonlyMap<string, ProjectModule>;
  /** Modules to check, with all that they import. */
  readonly targets: readonly string[];
  /** What of the project was not taken, and what else people should know, a sentence each. */
  readonly notes: readonly string[];
}

/** Why nobody knows what Lean would say of a module. */
export type UnfinishedReason =
  | 'timed-out'
  | 'out-of-memory'
  /** The folder that compiled modules are kept in is full. */
  | 'no-room'
  | 'output-limit'
  | 'crashed'
  /** The engine lost the sandbox, which is no fault of the code. */
  | 'lost'
  | 'cancelled';

/** What came of a module. Lean's messages are in the order of the text. */
export type ModuleOutcome =
  /** Lean elaborated it without an error. Not: that anything in it is true, see docs/projects.md. */
  | { readonly outcome: 'accepted'; readonly messages: KeptMessages }
  /** Lean, or what comes before Lean, rejects it: there is an error among the messages. */
  | { readonly outcome: 'rejected'; readonly messages: KeptMessages }
  /** It is not known whether Lean would accept it. */
  | {
      readonly outcome: 'unfinished';
      readonly reason: UnfinishedReason;
      readonly detail: string;
      readonly messages: KeptMessages;
    }
  /** Lean was not asked, since something that it imports is not accepted: from an import of its own to the one to mend. */
  | { readonly outcome: 'not-checked'; readonly because: readonly string[] };

/** Lean's messages, as far as they are kept. */
export interface KeptMessages {
  readonly diagnostics: readonly Diagnostic[];
  /** How many were left out. */
  readonly more: number;
  /** One of them says that something is left open with `sorry`. */
  readonly usesSorry?: true;
}

/** Whether something was compiled, so that who has imported what there was before has to begin anew. */
export function hasNew(modules: readonly CheckedModule[]): boolean {
  return modules.some(({ isKept, elapsedMs }) => !isKept && elapsedMs > 0);
}

/** Lean's messages about modules that are of a kind, each with the file that it is about. */
export function messagesOf(
  modules: readonly CheckedModule[],
  isOfKind: (message: Diagnostic) => boolean = () => true,
): Diagnostic[] {
  return modules.flatMap(({ module: { path }, outcome }) =>
    outcome.outcome === 'not-checked'
      ? []
      : outcome.messages.diagnostics.filter(isOfKind).map((diagnostic) => ({ ...diagnostic, file: path })),
  );
}

/** The first module of which it is not known what Lean would say, and why. */
export function firstUnfinished(
  modules: readonly CheckedModule[],
): { readonly path: string; readonly reason: UnfinishedReason; readonly detail: string } | undefined {
  for (const { module, outcome } of modules) {
    if (outcome.outcome !== 'unfinished') continue;
    return { path: module.path, reason: outcome.reason, detail: outcome.detail };
  }
  return undefined;
}

/** A module, and what came of it. */
export interface CheckedModule {
  readonly module: ProjectModule;
  readonly outcome: ModuleOutcome;
  /** Whether it was known from an earlier check: neither the module nor anything that it imports has changed. */
  readonly isKept: boolean;
  /** How long Lean took, in milliseconds; 0 when it was not asked. */
  readonly elapsedMs: number;
}
