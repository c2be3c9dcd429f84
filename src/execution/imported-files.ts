/*
 * The files that the text of a call imports: compiled before the text, in a sandbox in which then the text is elaborated, too.
 * A session keeps it, as it keeps its Lean.
 */
import { messageOf } from '../core/app-error.ts';
import { Owned } from '../core/owned.ts';
import { isError, usesSorry, type Diagnostic } from '../lean/diagnostic.ts';
import { CompiledFiles, importedModules } from '../projects/compiled-files.ts';
import { firstUnfinished, hasNew, messagesOf, type ProjectFiles, type UnfinishedReason } from '../projects/project.ts';
import type { Call, CallEnvironment, CallLimits } from './call.ts';
import type { NotCompleted, Outcome } from './execution-service.ts';
import { outcomeOfCut } from './outcomes.ts';
import { LeasedServer, type SupplyOfCaller } from './sandbox-supply.ts';

/** What came of the files. */
export interface Compilation {
  /** Whether something was compiled now, so that a Lean that has imported what there was before is of no use. */
  readonly isNew: boolean;
  /** What Lean says of them: what keeps the text from being looked at, else what they leave open. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why the text cannot be looked at. */
  readonly failure?: Outcome;
}

/** Disposing destroys what is the call's own; what is the session's stays. */
export class ImportedFiles implements Disposable {
  readonly #call: Call;
  readonly #files: ProjectFiles;
  readonly #targets: readonly string[];
  readonly #timeoutMs: number | undefined;
  #own: Owned<CompiledFiles> | undefined;

  private constructor(call: Call, files: ProjectFiles, targets: readonly string[], timeoutMs: number | undefined) {
    this.#call = call;
    this.#files = files;
    this.#targets = targets;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * What a text imports of some files; absent when that is nothing.
   *
   * @param header of the text
   * @param timeoutMs for each file; absent: the configured one
   */
  static of(call: Call, header: string, files: ProjectFiles, timeoutMs?: number): ImportedFiles | undefined {
    const targets = importedModules(header, files);
    return targets.length === 0 ? undefined : new ImportedFiles(call, files, targets, timeoutMs);
  }

  /**
   * Compiles what has changed, and what imports that.
   *
   * @throws AppError what making a sandbox throws; the signal's reason
   */
  async compile(): Promise<Compilation> {
    const { launch, signal, stopwatch } = this.#call;
    this.#call.tell('elaborate', 'Compiling the files that the code imports');
    using limits = this.#call.limits(launch, this.#timeoutMs);
    const { timeMs: timeoutMs } = limits;
    const request = { files: this.#files, targets: this.#targets, launch, timeoutMs, signal };
    const modules = await stopwatch.measure('elaborate', this.#compiled.compile(request));
    const isNew = hasNew(modules);
    const errors = messagesOf(modules, isError);
    if (errors.length > 0) return { isNew, diagnostics: errors, failure: { outcome: 'completed' } };
    const unfinished = firstUnfinished(modules);
    if (unfinished === undefined) return { isNew, diagnostics: messagesOf(modules, usesSorry) };
    const { path, reason, detail } = unfinished;
    const failure = outcomeOf(reason, `${path}, which the code imports: ${detail}`, limits);
    return { isNew, diagnostics: [], failure };
  }

  /** Leans beside what is compiled. */
  get supply(): Pick<SupplyOfCaller, 'leaseServer' | 'leaseProgram'> {
    const compiled = this.#compiled;
    return {
      leaseServer: async (launch, _header, signal, asks = false) => {
        const item = await compiled.startLean(launch, asks, signal);
        return new LeasedServer({ item, wasWarm: false }, undefined, onLeft(this.#call.environment));
      },
      leaseProgram: async (launch, signal) =>
        new Owned(await compiled.startProgram(launch, signal), onLeft(this.#call.environment)),
    };
  }

  [Symbol.dispose](): void {
    this.#own?.[Symbol.dispose]();
  }

  get #compiled(): CompiledFiles {
    const { environment, session } = this.#call;
    const make = (): Owned<CompiledFiles> => newCompiledFiles(environment);
    return session === undefined ? (this.#own ??= make()).thing : session.compiledFiles(make);
  }
}

/** Compiles files as an environment has it; nothing is compiled yet. */
export function newCompiledFiles(environment: CallEnvironment): Owned<CompiledFiles> {
  const { compiling, policy, output } = environment;
  return new Owned(new CompiledFiles({ ...compiling, policy, output }), onLeft(environment));
}

function onLeft({ logger }: CallEnvironment): (error: unknown) => void {
  return (error) => {
    logger.warn('A sandbox could not be removed', { error: messageOf(error) });
  };
}

function outcomeOf(reason: UnfinishedReason, detail: string, limits: CallLimits): NotCompleted {
  if (reason === 'no-room') return { outcome: 'crashed', detail: `${detail} (docker.tmpfs_size)` };
  if (reason === 'output-limit' || reason === 'crashed') return outcomeOfCut({ end: reason, detail }, limits);
  return outcomeOfCut({ end: reason }, limits);
}
