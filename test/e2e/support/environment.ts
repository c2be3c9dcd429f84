/** How the tests start the built program: where it is, and the environment that it gets. */
import path from 'node:path';
import { inject } from 'vitest';

/** The folder of this repository. */
export const root = path.join(import.meta.dirname, '..', '..', '..');

/** The built command. */
export const program = path.join(root, 'dist', 'cli', 'main.js');

const baseImage = 'LEAN_DOCKER_MCP_BASE_IMAGE';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** Settings by their names in the environment, without the prefix: `{ TIMEOUT: '5' }`. */
export function asVariables(settings: Variables): Variables {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`LEAN_DOCKER_MCP_${name}`, value]));
}

/**
 * The environment for the program: this process's own without its settings, the image of the tests, the base image that
 * their toolchain needs if it is not the usual one, and a configuration file that is empty, so that nothing of the machine's
 * user counts. Variables in `without` are left out.
 */
export function programEnvironment(changes: Variables = {}, without: readonly string[] = []): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:LEAN_|NODE_OPTIONS$)/.test(name));
  const base = process.env[baseImage];
  const ours = {
    ...(base !== undefined && { [baseImage]: base }),
    LEAN_DOCKER_MCP_IMAGE: inject('sandboxImage'),
    LEAN_DOCKER_MCP_CONFIG: path.join(import.meta.dirname, 'empty.yaml'),
  };
  const all = [...inherited, ...Object.entries({ ...ours, ...changes })];
  const wanted = all.flatMap(([name, value]) => (value === undefined || without.includes(name) ? [] : [[name, value]]));
  return Object.fromEntries(wanted) as Record<string, string>;
}
