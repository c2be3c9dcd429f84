import type Docker from 'dockerode';

/** The engine's client with some of its methods replaced. */
export function changedEngine(docker: Docker, changes: Partial<Docker>): Docker {
  return new Proxy(docker, {
    get: (target, name) => {
      const changed: unknown = Reflect.get(changes, name);
      if (changed !== undefined) return changed;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
