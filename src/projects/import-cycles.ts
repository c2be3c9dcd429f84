/** The parts of a graph in which everything can be reached from everything else: Tarjan's algorithm, without recursion. */
function* components(graph: ReadonlyMap<string, readonly string[]>): Generator<string[], void, undefined> {
  const indices = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  for (const root of graph.keys()) {
    if (indices.has(root)) continue;
    const path: { readonly name: string; next: number }[] = [];
    const enter = (name: string): void => {
      const index = indices.size;
      indices.set(name, index);
      lowest.set(name, index);
      open.push(name);
      isOpen.add(name);
      path.push({ name, next: 0 });
    };
    const lower = (name: string, to: number): void => {
      lowest.set(name, Math.min(lowest.get(name) ?? to, to));
    };
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { name } = step;
      const target = graph.get(name)?.[step.next];
      if (target !== undefined) {
        step.next += 1;
        const seen = indices.get(target);
        if (seen === undefined) enter(target);
        else if (isOpen.has(target)) lower(name, seen);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      const low = lowest.get(name) ?? 0;
      if (parent !== undefined) lower(parent.name, low);
      if (low !== indices.get(name)) continue;
      const component = open.splice(open.lastIndexOf(name));
      for (const member of component) isOpen.delete(member);
      yield component;
    }
  }
}

/** A shortest way from a node back to itself within a part of a graph. */
function cycleThrough(
  start: string,
  part: ReadonlySet<string>,
  graph: ReadonlyMap<string, readonly string[]>,
): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const name of queue) {
    for (const target of graph.get(name) ?? []) {
      if (target === start) {
        const cycle = [name];
        for (let at = name; at !== start;) {
          at = cameFrom.get(at) ?? start;
          cycle.push(at);
        }
        return cycle.reverse();
      }
      if (!part.has(target) || cameFrom.has(target)) continue;
      cameFrom.set(target, name);
      queue.push(target);
    }
  }
  return [start];
}

/**
 * A cycle for each node that is in one, from the node that comes first in the graph on; nodes that reach each other are told
 * the same cycle, which need not lead through all of them.
 *
 * @param graph for each node those that it leads to, all of which are nodes
 */
export function importCycles(graph: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const cycles = new Map<string, readonly string[]>();
  const order = new Map([...graph.keys()].map((name, index) => [name, index]));
  for (const component of components(graph)) {
    const [first = ''] = component.toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    const isCycle = component.length > 1 || graph.get(first)?.includes(first) === true;
    if (!isCycle) continue;
    const cycle = cycleThrough(first, new Set(component), graph);
    for (const name of component) cycles.set(name, cycle);
  }
  return cycles;
}
