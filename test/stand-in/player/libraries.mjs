import { existsSync, readdirSync } from 'node:fs';

/** The roots of modules on Lean's search path. @param {string} own the toolchain's own folder of libraries */
export function libraryNames(own) {
  const path = (process.env.LEAN_PATH ?? '').split(':').filter((folder) => folder !== '' && existsSync(folder));
  const roots = [...path, own].flatMap((folder) => readdirSync(folder));
  // A folder holds modules below a root that need not be one itself.
  return roots.flatMap((name) => /^(\w+)(?:\.olean)?$/.exec(name)?.[1] ?? []);
}
