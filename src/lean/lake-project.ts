/* What is known of every project of Lake, Lean's build system. */

/** Folders with what was built or fetched, in which no source of the project lies. */
export const foldersWithoutSources: ReadonlySet<string> = new Set(['.git', '.lake', 'lake-packages', 'node_modules']);

/**
 * The version of Lean that a file `lean-toolchain` names, without `v`; `undefined` when it names no release. Read as elan
 * does: what counts is the first line, and a name without an origin is one of `leanprover/lean4`. Another origin is another
 * Lean, whatever its version.
 */
export function toolchainVersion(text: string): string | undefined {
  const [line = ''] = text.split('\n', 1);
  return toolchain.exec(line.trim())?.[1];
}

const toolchain = /^(?:leanprover\/lean4:)?v?(\d{1,4}\.\d{1,4}\.\d{1,4}(?:-[a-zA-Z0-9.-]{1,40})?)$/;

/** A name in which packages and their modules are alike: they differ in case and hyphens. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
