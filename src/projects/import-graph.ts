/*
 * Which modules of a project import which, as their headers say it: what can be checked and in which order, and what is wrong
 * with a module before Lean looks at it.
 */
import type { Diagnostic } from '../lean/diagnostic.ts';
import { readHeader, type Header, type HeaderImport } from '../lean/source/header.ts';
import { checkImports, type ImportPolicy } from '../lean/source/import-policy.ts';
import { LineIndex } from '../lean/source/line-index.ts';
import { importCycles } from './import-cycles.ts';
import type { Project, ProjectModule } from './project.ts';
import { nameComponents } from '../lean/source/identifier.ts';
import { pathOfModule, rootOf, toldPath } from './project-path.ts';

/** A module, and what its header means in its project. */
export interface GraphNode {
  readonly module: ProjectModule;
  /** Modules of the project that it imports, each once, in the order of its header. */
  readonly imports: readonly string[];
  /** What makes it useless to ask Lean, as Lean would say it. */
  readonly problems: readonly Diagnostic[];
}

/** The longest chain that a message tells. */
const maxChain = 12;
/** So many things that are wrong with one module are told. */
const maxProblems = 20;

/** The modules of a project and their imports. Linear in the texts of headers and in the number of imports. */
export class ImportGraph {
  readonly #nodes: ReadonlyMap<string, GraphNode>;
  readonly #importers = new Map<string, string[]>();

  private constructor(nodes: ReadonlyMap<string, GraphNode>) {
    this.#nodes = nodes;
    for (const { module, imports } of this.#nodes.values()) {
      for (const imported of imports) {
        const importers = this.#importers.get(imported);
        if (importers === undefined) this.#importers.set(imported, [module.name]);
        else importers.push(module.name);
      }
    }
  }

  /**
   * Reads the headers, letting others go first now and then.
   *
   * @param policy what code may import of what is no part of the project, and what the image has
   */
  static async of({ modules }: Pick<Project, 'modules'>, policy: ImportPolicy): Promise<ImportGraph> {
    const known = { modules, roots: new Set([...modules.keys()].map(rootOf)), byLastName: byLastName(modules), policy };
    const read = new Map<string, ReadModule>();
    await inPortions([...modules.values()], (module) => read.set(module.name, new ReadModule(module, known)));
    const cycles = importCycles(new Map([...read].map(([name, { imports }]) => [name, imports])));
    const nodes = new Map<string, GraphNode>();
    await inPortions([...read], ([name, module]) => nodes.set(name, module.toNode(cycles)));
    return new ImportGraph(nodes);
  }

  get nodes(): Iterable<GraphNode> {
    return this.#nodes.values();
  }

  node(name: string): GraphNode | undefined {
    return this.#nodes.get(name);
  }

  /** Modules that import this one themselves. */
  importersOf(name: string): readonly string[] {
    return this.#importers.get(name) ?? [];
  }

  /** These modules and all that they import, in the order of the project. */
  withImports(names: readonly string[]): ReadonlySet<string> {
    return this.#reachable(names, (name) => this.#nodes.get(name)?.imports ?? []);
  }

  /** These modules and all that import them. */
  withImporters(names: readonly string[]): ReadonlySet<string> {
    return this.#reachable(names, (name) => this.importersOf(name));
  }

  #reachable(names: readonly string[], next: (name: string) => readonly string[]): ReadonlySet<string> {
    const reached = new Set(names.filter((name) => this.#nodes.has(name)));
    // A set hands out what is added while it is gone through.
    for (const name of reached) for (const other of next(name)) reached.add(other);
    return new Set([...this.#nodes.keys()].filter((name) => reached.has(name)));
  }
}

/** So long others wait, in milliseconds. */
const portionMs = 10;

/** Does something with each of a list, and lets others go first when it has taken a while. */
async function inPortions<Item>(items: readonly Item[], take: (item: Item) => void): Promise<void> {
  let startedAt = performance.now();
  for (const item of items) {
    take(item);
    if (performance.now() - startedAt < portionMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    startedAt = performance.now();
  }
}

/** What there is beside a module. */
interface Surroundings {
  readonly modules: Project['modules'];
  /** First components of the names of all modules. */
  readonly roots: ReadonlySet<string>;
  /** The modules by the last component of their names. */
  readonly byLastName: ReadonlyMap<string, readonly ProjectModule[]>;
  readonly policy: ImportPolicy;
}

type Cycles = ReturnType<typeof importCycles>;

/** A module with its header. */
class ReadModule {
  readonly imports: readonly string[];
  readonly #module: ProjectModule;
  readonly #header: Header;
  readonly #around: Surroundings;
  #lines: LineIndex | undefined;

  constructor(module: ProjectModule, around: Surroundings) {
    this.#module = module;
    this.#around = around;
    this.#header = readHeader(module.text);
    const names = this.#header.imports.map(({ module: name }) => name);
    this.imports = [...new Set(names.filter((name) => around.modules.has(name)))];
  }

  /** @param cycles the cycle that a module is in, for those that are in one */
  toNode(cycles: Cycles): GraphNode {
    const problems = [...this.#problems(cycles)].slice(0, maxProblems);
    return { module: this.#module, imports: this.imports, problems };
  }

  *#problems(cycles: Cycles): Generator<Diagnostic, void, undefined> {
    const { name, path, rivals = [] } = this.#module;
    const { policy, modules } = this.#around;
    const { present } = policy;
    if (rivals.length > 0) {
      const paths = [path, ...rivals].map(toldPath).join(' and ');
      yield this.#error(`Two files are the module ${name}: ${paths}. Remove or rename one.`);
    }
    if (present.includes(rootOf(name))) {
      yield this.#error(
        `The image has modules of its own below ${rootOf(name)}, and ${name} would hide them. Rename the module.`,
      );
    }
    const cycle = cycles.get(name);
    if (cycle !== undefined) {
      const at = this.#header.imports.find(({ module }) => cycles.get(module) === cycle);
      yield this.#error(`The imports go round in a circle: ${toldChain(cycle)}. Remove one of them.`, at);
    }
    for (const item of this.#header.imports.filter((found) => this.#isMissing(found))) yield this.#missing(item);
    const outside = this.#header.imports.filter((item) => !modules.has(item.module) && !this.#isMissing(item));
    const decision = checkImports({ ...this.#header, imports: outside }, policy);
    if (!decision.allowed) {
      yield this.#error(
        decision.message,
        outside.find(({ module }) => module === decision.module),
      );
    }
  }

  /** An import that neither the project nor the image has; where it is not known what the image has, Lean will tell. */
  #isMissing({ module, isDisputed }: HeaderImport): boolean {
    const { modules, policy } = this.#around;
    const { present } = policy;
    return !isDisputed && present.length > 0 && !modules.has(module) && !present.includes(rootOf(module));
  }

  #missing(item: HeaderImport): Diagnostic {
    const root = rootOf(item.module);
    const why = this.#around.roots.has(root)
      ? 'the project has no such module'
      : `neither the project nor the image has modules below ${root}`;
    const chain = `${this.#module.name} imports ${item.module}`;
    return this.#error(`There is no module ${item.module}: ${why} (${chain}).${this.#hint(item.module)}`, item);
  }

  /** Where a folder stands before the names of modules that the project knows without it. */
  #hint(name: string): string {
    const found = this.#around.byLastName.get(lastOf(name))?.find((module) => module.name.endsWith(`.${name}`));
    if (found === undefined) return '';
    const folder = pathOfModule(found.name.slice(0, -name.length - 1));
    return ` ${toldPath(found.path)} would be it if modules were named from the folder ${folder} on: check that folder, or describe the project in lakefile.toml (srcDir).`;
  }

  #error(message: string, at?: Pick<HeaderImport, 'start' | 'end'>): Diagnostic {
    const lines = (this.#lines ??= new LineIndex(this.#module.text));
    const { start, end } = at ?? { start: 0, end: 0 };
    return { severity: 'error', start: lines.leanPosition(start), end: lines.leanPosition(end), message };
  }
}

function byLastName(modules: Project['modules']): ReadonlyMap<string, readonly ProjectModule[]> {
  const found = new Map<string, ProjectModule[]>();
  for (const module of modules.values()) {
    const last = lastOf(module.name);
    const others = found.get(last);
    if (others === undefined) found.set(last, [module]);
    else others.push(module);
  }
  return found;
}

function lastOf(name: string): string {
  return nameComponents(name).at(-1) ?? '';
}

function toldChain(cycle: readonly string[]): string {
  const shown = cycle.length > maxChain ? [...cycle.slice(0, maxChain - 1), '…'] : cycle;
  return [...shown, cycle[0] ?? ''].join(' → ');
}
