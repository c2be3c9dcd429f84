/** The part of package-lock.json that says which package lies where. */
export interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The folders of packages that a program needs, with all that these need. Packages that are optional stay out: they are
 * compiled for one platform.
 *
 * @param names packages that the program imports
 * @param packages of package-lock.json: folder, relative to its own, to package
 */
export function neededFolders(
  names: readonly string[],
  packages: Readonly<Record<string, LockedPackage>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = names.map((name) => locate(name, '', packages));
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    const from = folder;
    waiting.push(...Object.keys(packages[from]?.dependencies ?? {}).map((name) => locate(name, from, packages)));
  }
  return found;
}

/** Where Node finds a package for code in a folder: the nearest `node_modules` upwards that has it. */
function locate(name: string, from: string, packages: Readonly<Record<string, LockedPackage>>): string {
  for (let folder = from; ; folder = parentOf(folder)) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === '') throw new Error(`package-lock.json has no ${name} for ${from || 'this package'}`);
  }
}

function parentOf(folder: string): string {
  const end = folder.lastIndexOf('/node_modules/');
  return end === -1 ? '' : folder.slice(0, end);
}
