/*
 * Checks a project again and again in one sandbox, which it makes when there is something to elaborate. What an earlier check
 * has found out is used as long as that sandbox lives.
 */
import type { Bytes } from '../core/bytes.ts';
import { Deadline } from '../core/deadline.ts';
import type { ReadingTurns } from '../core/reading-turns.ts';
import { parallelismOf, type LeanLaunch } from '../lean/lean-launch.ts';
import type { ImportPolicy } from '../lean/source/import-policy.ts';
import type { SandboxDriver } from '../sandbox/sandbox.ts';
import { checkModules, type CheckOptions, type KnownModules, type ModuleElaborator } from './check-modules.ts';
import { ImportGraph } from './import-graph.ts';
import { mendFirst, type Obstacle } from './mend-first.ts';
import { pathOfModule } from './project-path.ts';
import { ProjectSandbox } from './project-sandbox.ts';
import type { CheckedModule, Project } from './project.ts';

export interface ProjectCheckerOptions {
  readonly driver: SandboxDriver;
  readonly policy: (launch: LeanLaunch) => ImportPolicy;
  readonly turns: ReadingTurns;
  /** How much a module may write. */
  readonly maxOutput: Bytes;
}

/** One check. */
export interface CheckRequest {
  readonly project: Project;
  readonly launch: LeanLaunch;
  /** For each module, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onChecked?: CheckOptions['onChecked'];
}

/** What came of it. */
export interface ProjectCheck {
  /** All that was wanted, in the order of the project. */
  readonly modules: readonly CheckedModule[];
  readonly mendFirst: readonly Obstacle[];
  /** How long making the sandbox took, in milliseconds; 0 when it was there, or not needed. */
  readonly sandboxMs: number;
}

/** So many characters of messages are kept, of all modules together. */
const keptCharacters = 16 * 1024 ** 2;

/** Disposing destroys the sandbox. One check at a time. */
export class ProjectChecker implements AsyncDisposable {
  readonly #options: ProjectCheckerOptions;
  #sandbox: ProjectSandbox | undefined;
  #known: KnownModules = new Map();

  constructor(options: ProjectCheckerOptions) {
    this.#options = options;
  }

  /**
   * Checks what a project wants checked; once more in another sandbox when the engine loses the first.
   *
   * @throws AppError what making a sandbox throws; the signal's reason
   */
  async check(request: CheckRequest): Promise<ProjectCheck> {
    const { project, launch } = request;
    const graph = await ImportGraph.of(project, this.#options.policy(launch));
    const first = await this.#checkOnce(request, graph);
    const isLost = first.modules.some(({ outcome }) => outcome.outcome === 'unfinished' && outcome.reason === 'lost');
    return isLost ? await this.#checkOnce(request, graph) : first;
  }

  /**
   * Starts processes beside what is compiled, as if each had a sandbox of its own: they share its limits, and end with it.
   * Starting throws TypeError when nothing is compiled.
   */
  get driver(): SandboxDriver {
    return {
      start: (spec) => {
        if (this.#sandbox === undefined) return Promise.reject(new TypeError('nothing is compiled yet'));
        return Promise.resolve(this.#sandbox.run(spec.command));
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    this.#known = new Map();
    await sandbox?.[Symbol.asyncDispose]();
  }

  async #checkOnce(
    { project, launch, timeoutMs, signal, onChecked }: CheckRequest,
    graph: ImportGraph,
  ): Promise<ProjectCheck> {
    if (this.#sandbox !== undefined && !this.#isUsable(this.#sandbox, launch)) await this[Symbol.asyncDispose]();
    this.#sandbox?.beginCheck();
    const room = { left: keptCharacters };
    let sandboxMs = 0;
    let starting: Promise<ProjectSandbox> | undefined;
    const sandbox = async (): Promise<ProjectSandbox> => {
      if (this.#sandbox !== undefined) return this.#sandbox;
      const startedAt = performance.now();
      const { driver, maxOutput, turns } = this.#options;
      starting ??= ProjectSandbox.start(driver, launch, maxOutput, turns, signal);
      this.#sandbox ??= await starting;
      sandboxMs = Math.max(sandboxMs, performance.now() - startedAt);
      return this.#sandbox;
    };
    const elaborator: ModuleElaborator = {
      prepare: async () => {
        await sandbox();
      },
      elaborate: async ({ node: { module } }) => {
        const source = { path: pathOfModule(module.name), options: module.options, source: module.text };
        const inIt = await sandbox();
        using deadline = new Deadline(timeoutMs, signal);
        return await inIt.elaborate(source, room, deadline);
      },
    };
    const processes = parallelismOf(launch.jail.limits);
    const told = onChecked === undefined ? {} : { onChecked };
    const modules = await checkModules(project, graph, { elaborator, processes, known: this.#known, ...told });
    signal.throwIfAborted();
    return { modules, mendFirst: mendFirst(modules, graph), sandboxMs };
  }

  #isUsable({ cut, launch: { image, jail } }: ProjectSandbox, wanted: LeanLaunch): boolean {
    return cut === undefined && image === wanted.image && JSON.stringify(jail) === JSON.stringify(wanted.jail);
  }
}
