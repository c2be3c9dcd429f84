/*
 * What paths of a project's files mean. They come from strangers and name nothing on this machine: a path becomes the name of
 * a module, and that the path that the file has in the sandbox.
 */
import { makeVisible } from '../core/visible-text.ts';
import { canonicalName, nameComponents } from '../lean/source/identifier.ts';

/** Longer paths are nobody's, in UTF-16 units. */
const maxPathLength = 400;
/** In a message. */
const maxTold = 120;

const extension = '.lean';

/** Why a path cannot be one of a project's file, in words that end a sentence; `undefined` when it can. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (path.length > maxPathLength) return `is longer than ${maxPathLength} characters`;
  if (!path.isWellFormed()) return 'has half a surrogate pair in it';
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(path)) return 'has a control character or a line end in it';
  if (/[\\:]/.test(path)) return 'has \\ or : in it: parts of a path are separated by /';
  if (path.startsWith('/')) return 'is absolute: it must be relative to the project';
  const parts = path.split('/');
  if (parts.includes('..')) return 'leads out with ..';
  if (parts.some((part) => part === '' || part === '.')) return 'has an empty part';
  return undefined;
}

/** A path as messages show it. */
export function toldPath(path: string): string {
  const shown = path.length > maxTold ? `${path.slice(0, maxTold)}…` : path;
  return JSON.stringify(makeVisible(shown));
}

/** Equal for paths that some file systems take for the same: those that differ in case or in Unicode's normal form only. */
export function foldedPath(path: string): string {
  return path.normalize('NFKC').toLowerCase();
}

/** Whether a file holds Lean code by its name. */
export function isLeanFile(path: string): boolean {
  return path.endsWith(extension);
}

/**
 * The module that a Lean file is by its path, in the one spelling of names.
 *
 * @param path has no {@link pathProblem}, and is relative to the folder that modules are named from
 * @returns `undefined` when no name of a module fits it
 */
export function moduleOfPath(path: string): string | undefined {
  const parts = path.slice(0, -extension.length).split('/');
  if (!isLeanFile(path) || parts.some((part) => part === '' || /[.«»]/.test(part))) return undefined;
  return canonicalName(parts.map((part) => `«${part}»`).join('.'));
}

/** Where a module lies below the folder that modules are named from, without an extension. */
export function pathOfModule(module: string): string {
  return nameComponents(module).join('/');
}

/** The first component of a module's name: what Lean looks for on its search path. */
export function rootOf(module: string): string {
  return nameComponents(module)[0] ?? '';
}

/** Whether a module is this one or below it. */
export function isWithin(module: string, prefix: string): boolean {
  return module === prefix || module.startsWith(`${prefix}.`);
}
