/*
 * Makes a project of files: which of them are modules and by which names, with which options, and what is to be checked. The
 * layout is the one of lakefile.toml, or Lake's default where there is none.
 */
import { isLeanFile, isWithin, moduleOfPath, pathOfModule, toldPath } from './project-path.ts';
import { readLakefile, type LakeTarget, type ModuleGlob } from './lakefile.ts';
import type { Project, ProjectFiles, ProjectModule } from './project.ts';

/** So many names are told in one note. */
const maxTold = 5;

/** @param wanted modules to check, or their files; none: all that the project builds */
export function layOutProject(files: ProjectFiles, wanted: readonly string[] = []): Project {
  const notes: string[] = [];
  const targets = targetsOf(files, notes);
  // Where nothing says which folders are built, those with a lakefile of their own are not.
  const packages = targets === undefined ? packagesIn(files) : [];
  if (packages.length > 0) notes.push(`${listed(packages)}: packages of their own, and left out.`);
  const modules = new Map<string, ProjectModule>();
  const unnamed: string[] = [];
  const compiled: string[] = [];
  for (const [path, text] of files) {
    if (/\.(?:olean|ilean|ir|c|o|so)(?:\.\w+)?$/.test(path)) compiled.push(path);
    if (!isLeanFile(path) || /(?:^|\/)lakefile\.lean$/.test(path)) continue;
    if (packages.some((folder) => path.startsWith(`${folder}/`))) continue;
    const found = modulesOf(path, targets);
    if (found.length === 0) unnamed.push(path);
    for (const { name, options } of found) {
      const known = modules.get(name);
      if (known === undefined) modules.set(name, { name, path, text, options });
      else if (known.path !== path) modules.set(name, { ...known, rivals: [...(known.rivals ?? []), path] });
    }
  }
  if (unnamed.length > 0) notes.push(`${listed(unnamed)}: part of nothing that is built, and left out.`);
  if (compiled.length > 0) notes.push(`${listed(compiled)}: compiled files and foreign code are ignored.`);
  const built = targets === undefined ? [...modules.keys()] : builtBy(targets, modules);
  for (const target of targets ?? []) notes.push(...missingOf(target, modules));
  return { modules, targets: chosen(wanted, built, modules, notes), notes };
}

function targetsOf(files: ProjectFiles, notes: string[]): readonly LakeTarget[] | undefined {
  const text = files.get('lakefile.toml');
  if (text === undefined) {
    if (files.has('lakefile.lean')) {
      notes.push(
        'lakefile.lean is a program and was not run: modules are named by their paths from the project’s folder on, and options in it were left out.',
      );
    }
    return undefined;
  }
  const lakefile = readLakefile(text);
  if ('problem' in lakefile) {
    notes.push(`lakefile.toml cannot be used: ${lakefile.problem}. Modules are named by their paths.`);
    return undefined;
  }
  notes.push(...lakefile.notes);
  return lakefile.targets.length === 0 ? undefined : lakefile.targets;
}

/** What a file is called, by the targets that it belongs to. */
function modulesOf(
  path: string,
  targets: readonly LakeTarget[] | undefined,
): readonly { readonly name: string; readonly options: readonly string[] }[] {
  if (targets === undefined) {
    const name = moduleOfPath(path);
    return name === undefined ? [] : [{ name, options: [] }];
  }
  const found = new Map<string, { readonly name: string; readonly options: readonly string[] }>();
  for (const { folder, roots, globs, options } of targets) {
    if (folder !== '' && !path.startsWith(`${folder}/`)) continue;
    const name = moduleOfPath(folder === '' ? path : path.slice(folder.length + 1));
    if (name === undefined || found.has(name)) continue;
    if (roots.some((root) => isWithin(name, root)) || globs.some((glob) => matches(name, glob))) {
      found.set(name, { name, options });
    }
  }
  return [...found.values()];
}

/** Folders that are packages of their own. */
function packagesIn(files: ProjectFiles): string[] {
  const folders = [...files.keys()].flatMap((path) => /^(.+)\/lakefile\.(?:toml|lean)$/.exec(path)?.[1] ?? []);
  return [...new Set(folders)];
}

/** What a library or a program says that it consists of, and that is not there. */
function missingOf({ name, globs }: LakeTarget, modules: ReadonlyMap<string, ProjectModule>): string[] {
  const missing = globs.filter(({ module, kind }) => kind !== 'submodules' && !modules.has(module));
  if (missing.length === 0) return [];
  const files = missing.map(({ module }) => `${pathOfModule(module)}.lean`);
  return [`${name} has no file ${listed(files)}, from which it would be built.`];
}

function builtBy(targets: readonly LakeTarget[], modules: ReadonlyMap<string, ProjectModule>): string[] {
  const globs = targets.flatMap((target) => target.globs);
  return [...modules.keys()].filter((name) => globs.some((glob) => matches(name, glob)));
}

function matches(name: string, { module, kind }: ModuleGlob): boolean {
  if (kind === 'one') return name === module;
  return isWithin(name, module) && (kind === 'with-submodules' || name !== module);
}

function chosen(
  wanted: readonly string[],
  built: readonly string[],
  modules: ReadonlyMap<string, ProjectModule>,
  notes: string[],
): string[] {
  if (wanted.length === 0) return [...built];
  const byPath = new Map([...modules.values()].map(({ path, name }) => [path, name]));
  const found = wanted.map((target) => (modules.has(target) ? target : byPath.get(target)));
  const missing = wanted.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) notes.push(`The project has no module ${listed(missing)}.`);
  return [...new Set(found.filter((name) => name !== undefined))];
}

/** Modules of a project that nothing imports of what was checked, in words. */
export function describeUnchecked({ modules }: Project, checked: ReadonlySet<string>): string[] {
  const left = [...modules.values()].filter(({ name }) => !checked.has(name)).map(({ path }) => path);
  if (left.length === 0) return [];
  return [`${listed(left)}: imported by nothing that is built, and not checked.`];
}

function listed(paths: readonly string[]): string {
  const more = paths.length - maxTold;
  return `${paths.slice(0, maxTold).map(toldPath).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
