/*
 * A check of a project: its modules are elaborated in the order of their imports, several at a time, and what an earlier
 * check has found out is not found out again.
 */
import type { CheckedModule, Project } from './project.ts';
import { CheckPlan, type ModuleKey, type OwnOutcome, type ReadyModule } from './check-plan.ts';
import type { ImportGraph } from './import-graph.ts';

/** Has modules elaborated, and keeps what comes of them where later ones find it. */
export interface ModuleElaborator {
  /** Makes what elaborating takes, if it is not there. Throws AppError when it cannot be made. */
  prepare(): Promise<void>;

  /**
   * Elaborates a module all of whose imports it has accepted as they are now. What it kept of the module before is gone then.
   * How the module fares is a value, also when nothing can be elaborated any more.
   */
  elaborate(ready: ReadyModule): Promise<OwnOutcome>;
}

/** What is known of modules from earlier checks with the same elaborator. */
export type KnownModules = Map<string, { readonly key: ModuleKey; readonly outcome: OwnOutcome }>;

export interface CheckOptions {
  readonly elaborator: ModuleElaborator;
  /** How many modules are elaborated at a time. */
  readonly processes: number;
  /** Is used and brought up to date. */
  readonly known: KnownModules;
  /** Hears of each module when it is known what came of it; those that are not checked come last. */
  readonly onChecked?: (checked: CheckedModule, done: number, total: number) => void;
}

/** What came of every module that was wanted, in the order of the project. Rejects when the elaborator does. */
export async function checkModules(
  { targets }: Pick<Project, 'targets'>,
  graph: ImportGraph,
  options: CheckOptions,
): Promise<CheckedModule[]> {
  const wanted = graph.withImports(targets);
  const plan = new CheckPlan(graph, wanted);
  const checked = new Map<string, CheckedModule>();
  const tell = (one: CheckedModule): void => {
    checked.set(one.module.name, one);
    options.onChecked?.(one, checked.size, wanted.size);
  };
  for (const { module, problems } of graph.nodes) {
    const outcome = problems.length > 0 ? plan.outcomeOf(module.name) : undefined;
    if (outcome !== undefined) tell({ module, outcome, isKept: false, elapsedMs: 0 });
  }
  await new ModuleCheck(plan, options, tell).run();
  for (const name of wanted) {
    const module = graph.node(name)?.module;
    const outcome = plan.outcomeOf(name);
    if (module === undefined || outcome === undefined || checked.has(name)) continue;
    tell({ module, outcome, isKept: false, elapsedMs: 0 });
  }
  return [...wanted].flatMap((name) => checked.get(name) ?? []);
}

/** The part of a check that needs Lean. */
class ModuleCheck {
  readonly #plan: CheckPlan;
  readonly #options: CheckOptions;
  readonly #tell: (checked: CheckedModule) => void;
  readonly #running = new Set<Promise<void>>();
  /** What ran out of memory beside others is tried again when nothing else runs. */
  readonly #later: ReadyModule[] = [];

  constructor(plan: CheckPlan, options: CheckOptions, tell: (checked: CheckedModule) => void) {
    this.#plan = plan;
    this.#options = options;
    this.#tell = tell;
  }

  async run(): Promise<void> {
    for (;;) {
      while (this.#running.size < this.#options.processes) {
        const ready = this.#plan.take();
        if (ready === undefined) break;
        if (!this.#isKnown(ready)) this.#start(ready, this.#options.processes === 1);
      }
      if (this.#running.size === 0) {
        const again = this.#later.shift();
        if (again === undefined) return;
        // Nothing else can begin before it is settled.
        this.#start(again, true);
      }
      await Promise.race(this.#running);
    }
  }

  #isKnown({ node, key }: ReadyModule): boolean {
    const known = this.#options.known.get(node.module.name);
    if (known?.key !== key || known.outcome.outcome === 'unfinished') return false;
    this.#plan.settle(node, known.outcome);
    this.#tell({ module: node.module, outcome: known.outcome, isKept: true, elapsedMs: 0 });
    return true;
  }

  #start(ready: ReadyModule, isAlone: boolean): void {
    const work: Promise<void> = this.#elaborate(ready, isAlone).finally(() => {
      this.#running.delete(work);
    });
    this.#running.add(work);
  }

  async #elaborate(ready: ReadyModule, isAlone: boolean): Promise<void> {
    const { elaborator, known } = this.#options;
    const { node, key } = ready;
    const { module } = node;
    known.delete(module.name);
    await elaborator.prepare();
    const startedAt = performance.now();
    const outcome = await elaborator.elaborate(ready);
    const ranOut = outcome.outcome === 'unfinished' && outcome.reason === 'out-of-memory';
    if (ranOut && !isAlone) {
      this.#later.push(ready);
      return;
    }
    known.set(module.name, { key, outcome });
    this.#plan.settle(node, outcome);
    this.#tell({ module, outcome, isKept: false, elapsedMs: performance.now() - startedAt });
  }
}
