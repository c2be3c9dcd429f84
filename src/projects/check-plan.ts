/*
 * Which module may be elaborated next. A module's turn comes when all of its imports are accepted; when one of them is not,
 * it will not be checked, and says why.
 */
import { createHash } from 'node:crypto';
import type { ImportGraph, GraphNode } from './import-graph.ts';
import type { ModuleOutcome } from './project.ts';

/** What a module's outcome rests on: equal for equal texts, options and imports, all the way down. */
export type ModuleKey = string;

/** A module whose imports are all accepted. */
export interface ReadyModule {
  readonly node: GraphNode;
  readonly key: ModuleKey;
}

/** What Lean, or what comes before it, has made of a module. */
export type OwnOutcome = Exclude<ModuleOutcome, { readonly outcome: 'not-checked' }>;

/** The longest chain that is told. */
const maxChain = 12;

/** Disposes of the modules of a graph in the order of their imports. */
export class CheckPlan {
  readonly #graph: ImportGraph;
  readonly #wanted: ReadonlySet<string>;
  readonly #outcomes = new Map<string, OwnOutcome>();
  /** Modules that import something that is not accepted. */
  readonly #blocked = new Set<string>();
  readonly #keys = new Map<string, ModuleKey>();
  /** How many imports have no outcome yet. */
  readonly #missing = new Map<string, number>();
  /** How many modules wait one for another behind it, at most. */
  readonly #depth = new Map<string, number>();
  readonly #ready: string[] = [];

  /** @param wanted modules to dispose of, with all their imports */
  constructor(graph: ImportGraph, wanted: ReadonlySet<string>) {
    this.#graph = graph;
    this.#wanted = wanted;
    const nodes = [...wanted].flatMap((name) => graph.node(name) ?? []);
    for (const node of nodes) this.#missing.set(node.module.name, node.imports.length);
    this.#measureDepth(nodes);
    const wrong = nodes.filter(({ problems }) => problems.length > 0);
    for (const { module, problems } of wrong) this.#outcomes.set(module.name, rejectedBy(problems));
    this.#block(wrong.map(({ module }) => module.name));
    for (const node of nodes) if (node.imports.length === 0) this.#makeReady(node);
  }

  /** What came of a module; `undefined` while nothing has. Of one that is not checked, the chain in the order of headers. */
  outcomeOf(name: string): ModuleOutcome | undefined {
    const own = this.#outcomes.get(name);
    if (own !== undefined || !this.#blocked.has(name)) return own;
    const because: string[] = [];
    for (let at = this.#obstacleOf(name); at !== undefined; at = this.#obstacleOf(at)) because.push(at);
    return { outcome: 'not-checked', because: shortened(because) };
  }

  /** The module to elaborate next, once; the one first behind which the longest row waits. */
  take(): ReadyModule | undefined {
    const name = this.#ready.shift();
    const node = name === undefined ? undefined : this.#graph.node(name);
    return node && { node, key: this.#keys.get(node.module.name) ?? '' };
  }

  /** Notes what came of a module that was taken. */
  settle(node: GraphNode, outcome: OwnOutcome): void {
    const { name } = node.module;
    this.#outcomes.set(name, outcome);
    if (outcome.outcome !== 'accepted') {
      this.#block([name]);
      return;
    }
    for (const importer of this.#waitingFor(name)) {
      const missing = (this.#missing.get(importer.module.name) ?? 0) - 1;
      this.#missing.set(importer.module.name, missing);
      if (missing === 0) this.#makeReady(importer);
    }
  }

  /** Nothing that imports these will be checked. */
  #block(names: readonly string[]): void {
    for (const importer of this.#graph.withImporters(names)) {
      if (this.#wanted.has(importer) && !this.#outcomes.has(importer)) this.#blocked.add(importer);
    }
  }

  /** The first import that is the reason why a module is not checked. */
  #obstacleOf(name: string): string | undefined {
    if (!this.#blocked.has(name)) return undefined;
    const imports = this.#graph.node(name)?.imports ?? [];
    return imports.find(
      (imported) => this.#blocked.has(imported) || this.#outcomes.get(imported)?.outcome !== 'accepted',
    );
  }

  #waitingFor(name: string): GraphNode[] {
    return this.#graph
      .importersOf(name)
      .flatMap((importer) => this.#graph.node(importer) ?? [])
      .filter(({ module }) => this.#wanted.has(module.name));
  }

  #makeReady(node: GraphNode): void {
    const { name, text, options } = node.module;
    if (this.#outcomes.has(name) || this.#blocked.has(name)) return;
    const imports = node.imports.map((imported) => this.#keys.get(imported));
    this.#keys.set(
      name,
      createHash('sha256')
        .update(JSON.stringify([name, text, options, imports]))
        .digest('base64'),
    );
    const depth = this.#depth.get(name) ?? 0;
    const at = this.#ready.findIndex((other) => (this.#depth.get(other) ?? 0) < depth);
    this.#ready.splice(at < 0 ? this.#ready.length : at, 0, name);
  }

  /** Backwards from modules that nothing imports; those in cycles are never reached, and never elaborated. */
  #measureDepth(nodes: readonly GraphNode[]): void {
    const left = new Map<string, number>();
    for (const { module } of nodes) left.set(module.name, this.#waitingFor(module.name).length);
    const queue = nodes.filter(({ module }) => left.get(module.name) === 0);
    for (const { module, imports } of queue) {
      const depth = (this.#depth.get(module.name) ?? 0) + 1;
      for (const imported of imports) {
        this.#depth.set(imported, Math.max(depth, this.#depth.get(imported) ?? 0));
        const importers = (left.get(imported) ?? 0) - 1;
        left.set(imported, importers);
        const node = importers === 0 ? this.#graph.node(imported) : undefined;
        if (node !== undefined) queue.push(node);
      }
    }
  }
}

/** The beginning and the end of a chain. */
function shortened(chain: readonly string[]): readonly string[] {
  if (chain.length <= maxChain) return chain;
  return [...chain.slice(0, maxChain / 2), '…', ...chain.slice(-maxChain / 2)];
}

function rejectedBy(problems: GraphNode['problems']): OwnOutcome {
  return { outcome: 'rejected', messages: { diagnostics: problems, more: 0 } };
}
