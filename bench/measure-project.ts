/*
 * A made project of 60 modules in six layers: how long a check of all of it takes beside a shell that runs `lean -o` for each,
 * two at a time, in a sandbox with the same limits; and a check again, when a module has changed.
 */
import { ReadingTurns } from '../src/core/reading-turns.ts';
import { layOutProject } from '../src/projects/lay-out-project.ts';
import { ProjectChecker } from '../src/projects/project-checker.ts';
import type { CheckedModule } from '../src/projects/project.ts';
import { AppError } from '../src/core/app-error.ts';
import { leanPath, parallelismOf } from '../src/lean/lean-launch.ts';
import type { BenchGround } from './bench-ground.ts';
import { patienceS } from './bench-program.ts';
import type { BenchReport } from './bench-report.ts';
import { summarise } from './summary.ts';
import { Workbench } from './workbench.ts';

interface Shape {
  readonly layers: number;
  readonly width: number;
  readonly theorems: number;
}

const usualShape: Shape = { layers: 6, width: 10, theorems: 40 };
/** When only a quick look is wanted. */
const quickShape: Shape = { layers: 3, width: 2, theorems: 2 };

const maxOutput = 16 * 1024 * 1024;

/** Measures both ways, one after the other. */
export class ProjectTimes {
  readonly #ground: BenchGround;
  readonly #shape: Shape;
  readonly #ours: number[] = [];
  readonly #byHand: number[] = [];
  readonly #leaf: number[] = [];
  #again = { elaborated: 0, importers: 0 };

  constructor(ground: BenchGround, rounds: number) {
    this.#ground = ground;
    this.#shape = rounds === 1 ? quickShape : usualShape;
  }

  /** @throws AppError `internal` when Lean does not accept the project */
  async measure(signal: AbortSignal): Promise<void> {
    const { driver, launch } = this.#ground;
    const policy = (): { allowed: []; blocked: []; present: [] } => ({ allowed: [], blocked: [], present: [] });
    await using checker = new ProjectChecker({ driver, policy, turns: new ReadingTurns(), maxOutput });
    const check = async (
      files: ReadonlyMap<string, string>,
    ): Promise<{ ms: number; modules: readonly CheckedModule[] }> => {
      const startedAt = performance.now();
      const request = { project: layOutProject(files), launch, timeoutMs: patienceS * 1000, signal };
      const { modules } = await checker.check(request);
      const ms = performance.now() - startedAt;
      const failed = modules.find(({ outcome }) => outcome.outcome !== 'accepted');
      if (failed !== undefined)
        throw new AppError('internal', `${failed.module.name} of the made project ended as ${failed.outcome.outcome}.`);
      return { ms, modules: modules.filter(({ isKept }) => !isKept) };
    };
    const files = madeProject(this.#shape);
    this.#ours.push((await check(files)).ms);
    this.#byHand.push(await this.#measureByHand(files, signal));
    const withLeaf = changed(files, nameOf(this.#shape.layers - 1, 0));
    const leaf = await check(withLeaf);
    this.#leaf.push(leaf.ms - leaf.modules.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0));
    const root = await check(changed(withLeaf, nameOf(0, 0)));
    this.#again = { elaborated: root.modules.length, importers: importersOf(nameOf(0, 0), this.#shape).size };
  }

  report(): BenchReport['project'] {
    const [ours, byHand, leaf] = [summarise(this.#ours), summarise(this.#byHand), summarise(this.#leaf)];
    if (ours === undefined || byHand === undefined || leaf === undefined) return null;
    const modules = this.#shape.layers * this.#shape.width;
    return { modules, check: ours, by_hand: byHand, beside_changed_leaf: leaf, changed_root: this.#again };
  }

  async #measureByHand(files: ReadonlyMap<string, string>, signal: AbortSignal): Promise<number> {
    const { driver, launch } = this.#ground;
    const startedAt = performance.now();
    await using workbench = await Workbench.start(driver, launch, signal);
    await workbench.measure('mkdir Made && export LEAN_PATH="$PWD:$LEAN_PATH"');
    for (const [path, text] of files) await workbench.putFile(path, text);
    const { layers, width } = this.#shape;
    const processes = parallelismOf(launch.jail.limits);
    for (let layer = 0; layer < layers; layer += 1) {
      const names = Array.from({ length: width }, (_, index) => `Made/${nameOf(layer, index)}`).join(' ');
      const lean = `${leanPath} -o {}.olean {}.lean > /dev/null`;
      await workbench.measure(`echo ${names} | tr ' ' '\\n' | xargs -P ${processes} -I{} ${lean}`);
    }
    return performance.now() - startedAt;
  }
}

/** Every module imports two of the layer before. */
function madeProject({ layers, width, theorems }: Shape): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (let layer = 0; layer < layers; layer += 1) {
    for (let index = 0; index < width; index += 1) {
      const name = nameOf(layer, index);
      const imported = importsOf(layer, index, width);
      const value = imported.map((other) => `value${other}`).join(' + ');
      const lines = [
        ...imported.map((other) => `import Made.${other}`),
        `def value${name} : Nat := ${value === '' ? index : `${value} + 1`}`,
        ...Array.from(
          { length: theorems },
          (_, number) => `theorem t${name}_${number} : ${number} + 2 = 2 + ${number} := rfl`,
        ),
      ];
      files.set(`Made/${name}.lean`, `${lines.join('\n')}\n`);
    }
  }
  return files;
}

function nameOf(layer: number, index: number): string {
  return `L${layer}M${index}`;
}

function importsOf(layer: number, index: number, width: number): readonly string[] {
  return layer === 0 ? [] : [nameOf(layer - 1, index), nameOf(layer - 1, (index + 1) % width)];
}

/** A module and all that import it. */
function importersOf(name: string, { layers, width }: Shape): ReadonlySet<string> {
  const found = new Set([name]);
  for (let layer = 1; layer < layers; layer += 1) {
    for (let index = 0; index < width; index += 1) {
      if (importsOf(layer, index, width).some((other) => found.has(other))) found.add(nameOf(layer, index));
    }
  }
  return found;
}

function changed(files: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  const path = `Made/${name}.lean`;
  return new Map(files).set(path, `${files.get(path) ?? ''}\n-- changed\n`);
}
