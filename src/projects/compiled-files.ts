/*
 * Files that a text imports: they are compiled in a sandbox, and beside what is compiled there the text itself is elaborated.
 */
import type { Lean } from '../lean/lean.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import type { OutputLimits } from '../lean/output-guard.ts';
import { ProgramSandbox } from '../lean/program-run.ts';
import { readHeader } from '../lean/source/header.ts';
import { checkImports, type ImportPolicy, type ImportVerdict } from '../lean/source/import-policy.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { layOutProject } from './lay-out-project.ts';
import { ProjectChecker, type CheckRequest, type ProjectCheck, type ProjectCheckerOptions } from './project-checker.ts';
import type { CheckedModule, Project, ProjectFiles } from './project.ts';

export interface CompiledFilesOptions extends ProjectCheckerOptions {
  /** Starts what elaborates texts in an image, or what answers questions about places in them, with this driver. */
  readonly startLean: (driver: SandboxDriver, launch: LeanLaunch, asks: boolean, signal: AbortSignal) => Promise<Lean>;
  /** Of Leans beside what is compiled. */
  readonly output: OutputLimits;
}

/** Modules of some files, as a text may import them. */
function modulesIn(files: ProjectFiles): Project['modules'] {
  return layOutProject(files).modules;
}

/** Which files a text with this header imports itself, by the names of their modules. */
export function importedModules(header: string, files: ProjectFiles): readonly string[] {
  if (files.size === 0) return [];
  const modules = modulesIn(files);
  return [...new Set(readHeader(header).imports.map(({ module }) => module))].filter((name) => modules.has(name));
}

/** Whether a text may import what it imports; files that come with it are no question of policy, but of their own imports. */
export function checkTextImports(text: string, files: ProjectFiles, policy: ImportPolicy): ImportVerdict {
  const header = readHeader(text);
  if (files.size === 0) return checkImports(header, policy);
  const own = modulesIn(files);
  return checkImports({ ...header, imports: header.imports.filter(({ module }) => !own.has(module)) }, policy);
}

/** What a text imports of what is no file of its own, by itself and by those, each once. */
export function outsideImports(text: string, files: ProjectFiles): readonly string[] {
  const own = files.size === 0 ? new Map<string, never>() : modulesIn(files);
  const found = new Set<string>();
  const importsOf = (source: string): string[] => readHeader(source).imports.map(({ module }) => module);
  // A set hands out what is added while it is gone through.
  const reached = new Set(importsOf(text));
  for (const name of reached) {
    const module = own.get(name);
    if (module === undefined) found.add(name);
    else for (const imported of importsOf(module.text)) reached.add(imported);
  }
  return [...found];
}

/** One compilation. */
export interface CompileRequest {
  readonly files: ProjectFiles;
  /** Modules to compile, with all that they import. */
  readonly targets: readonly string[];
  readonly launch: LeanLaunch;
  /** For each module, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Files and what is compiled of them, in one sandbox. One compilation at a time. Disposing destroys the sandbox. */
export class CompiledFiles implements AsyncDisposable {
  readonly #options: CompiledFilesOptions;
  readonly #checker: ProjectChecker;

  constructor(options: CompiledFilesOptions) {
    this.#options = options;
    this.#checker = new ProjectChecker(options);
  }

  /**
   * Compiles what has changed since the last time, and what imports that.
   *
   * @returns what came of each module that is needed
   * @throws AppError what making a sandbox throws; the signal's reason
   */
  async compile({ files, targets, ...rest }: CompileRequest): Promise<readonly CheckedModule[]> {
    const { modules } = await this.check({ project: layOutProject(files, targets), ...rest });
    return modules;
  }

  /** Starts processes that find what is compiled, as if each had a sandbox of its own. */
  get driver(): SandboxDriver {
    return this.#checker.driver;
  }

  /** Checks a project of such files, with what is compiled of them. Throws as {@link compile}. */
  async check(request: CheckRequest): Promise<ProjectCheck> {
    return await this.#checker.check(request);
  }

  /** Starts a Lean that finds what is compiled. @param asks whether it has to answer questions about places */
  async startLean(launch: LeanLaunch, asks: boolean, signal: AbortSignal): Promise<Lean> {
    return await this.#options.startLean(this.driver, launch, asks, signal);
  }

  /** Starts what waits for a program that finds what is compiled. */
  async startProgram(launch: LeanLaunch, signal: AbortSignal): Promise<ProgramSandbox> {
    return await ProgramSandbox.start(this.driver, launch, this.#options.output, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#checker[Symbol.asyncDispose]();
  }
}
