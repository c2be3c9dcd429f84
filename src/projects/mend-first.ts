import type { ImportGraph } from './import-graph.ts';
import type { CheckedModule } from './project.ts';

/** A module that is not accepted, and how many others are not checked as long as it is not. */
export interface Obstacle {
  readonly module: string;
  readonly blocks: number;
}

/** So many are told. */
const maxTold = 3;

/** What to mend first: the modules behind which most others wait. */
export function mendFirst(checked: readonly CheckedModule[], graph: ImportGraph): Obstacle[] {
  const blocked = new Set(
    checked.filter(({ outcome }) => outcome.outcome === 'not-checked').map(({ module }) => module.name),
  );
  const obstacles = checked
    .filter(({ outcome }) => outcome.outcome === 'rejected' || outcome.outcome === 'unfinished')
    .map(({ module: { name } }): Obstacle => {
      const behind = [...graph.withImporters([name])].filter((other) => blocked.has(other));
      return { module: name, blocks: behind.length };
    });
  return obstacles.toSorted((a, b) => b.blocks - a.blocks).slice(0, maxTold);
}
