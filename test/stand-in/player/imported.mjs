/** What modules declare that others import. A compiled module of the stand-in holds the commands that it consists of. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { elaborate, emptyState } from './elaborate.mjs';
import { libraryNames } from './libraries.mjs';

/** Where a module lies by Lean's search path: the first folder that has its root; `own`: the toolchain has it. */
export function compiled(module, ownFolder) {
  const [root] = module.split('.');
  const folders = (process.env.LEAN_PATH ?? '').split(':').filter((folder) => folder !== '');
  const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const folder = folders.find((path) => isFolder(join(path, root)) || existsSync(join(path, `${root}.olean`)));
  if (folder !== undefined) return `${join(folder, ...module.split('.'))}.olean`;
  return libraryNames(ownFolder).includes(root) ? 'own' : undefined;
}

/** The state behind imports: their commands are elaborated again, in silence. */
export async function imported(imports, ownFolder, known) {
  const seen = new Set();
  let state = emptyState(imports);
  const visit = async (module) => {
    if (seen.has(module)) return;
    seen.add(module);
    const content = contentOf(compiled(module, ownFolder));
    for (const other of content.imports) await visit(other);
    for (const text of content.commands) ({ state } = await elaborate({ text }, state, known, silent));
    state = { ...state, scopes: [], opened: [] };
  };
  for (const module of imports) await visit(module);
  return state;
}

/** The commands of those of these modules that are imported, what is imported first. */
export function importedCommands(imports, ownFolder, modules) {
  const seen = new Set();
  const commands = [];
  const visit = (module) => {
    if (seen.has(module)) return;
    seen.add(module);
    const content = contentOf(compiled(module, ownFolder));
    content.imports.forEach(visit);
    if (modules.includes(module)) commands.push(...content.commands);
  };
  imports.forEach(visit);
  return commands;
}

/** Libraries that are part of an image have nothing in them. */
function contentOf(path) {
  const nothing = { imports: [], commands: [] };
  if (path === undefined || path === 'own' || !existsSync(path)) return nothing;
  const text = readFileSync(path, 'utf8');
  return text.startsWith('{') ? JSON.parse(text) : nothing;
}

const silent = { line: async () => '', exit: () => undefined };
