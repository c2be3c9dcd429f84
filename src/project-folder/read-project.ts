/*
 * Reads a project from a folder of this machine: the texts that Lean needs, and nothing else. Nothing is executed, no link is
 * followed that leads out, and what git does not keep is left out.
 */
import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../core/app-error.ts';
import { failures } from '../core/failures/failures.ts';
import { foldedPath, isLeanFile, pathProblem, toldPath } from '../projects/project-path.ts';
import { foldersWithoutSources } from '../lean/lake-project.ts';
import { limitsOfFolder, type ProjectFiles, type ProjectLimits } from '../projects/project.ts';
import { GitIgnore } from './git-ignore.ts';

/** A project as it is in its folder now. */
export interface ReadProject {
  readonly files: ProjectFiles;
  /** What was left out and could be missed, a sentence each. */
  readonly notes: readonly string[];
}

/** Files of a project beside its Lean code, all in its own folder. */
const ownFiles: ReadonlySet<string> = new Set(['lakefile.toml', 'lean-toolchain', 'lake-manifest.json']);
/** Compiled, code that Lean would need a compiler for, lakefiles of packages in folders: only names are taken, to be told. */
const onlyNamed = /\.(?:olean|ilean|c|cpp|so)$|\/lakefile\.toml$/;
/** Folders and files that are looked at. */
const maxEntries = 200_000;
const maxDepth = 64;
const maxIgnoreFile = 64 * 1024;
const maxNamed = 100;

/** @throws AppError `usage` when the folder cannot be read, or has more than the limits allow */
export async function readProject(folder: string, limits: ProjectLimits = limitsOfFolder): Promise<ReadProject> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new AppError(
      failures.usage.projectFolderUnreadable,
      `The folder ${folder} cannot be read: ${messageOf(error)}`,
      { cause: error },
    );
  });
  const reading = new Reading(root, limits);
  await reading.folder('', undefined, 0);
  return reading.result();
}

class Reading {
  readonly #root: string;
  readonly #limits: ProjectLimits;
  readonly #files = new Map<string, string>();
  readonly #folded = new Map<string, string>();
  readonly #leftOut: string[] = [];
  #entries = 0;
  #bytes = 0;
  #named = 0;

  constructor(root: string, limits: ProjectLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  result(): ReadProject {
    const sorted = [...this.#files].sort(([a], [b]) => (a < b ? -1 : 1));
    const more = this.#leftOut.length - maxTold;
    const notes = this.#leftOut.slice(0, maxTold).concat(more > 0 ? [`${more} more files were left out.`] : []);
    return { files: new Map(sorted), notes };
  }

  async folder(relative: string, outer: GitIgnore | undefined, depth: number): Promise<void> {
    const entries = await readdir(path.join(this.#root, relative), { withFileTypes: true });
    this.#entries += entries.length;
    if (this.#entries > maxEntries || depth > maxDepth) throw this.#tooMuch(`${maxEntries} files and folders`);
    const hasIgnore = entries.some((entry) => entry.name === '.gitignore' && entry.isFile());
    const rules = hasIgnore ? await this.#read(joined(relative, '.gitignore'), maxIgnoreFile) : undefined;
    const ignored = new GitIgnore(relative, rules, outer);
    for (const entry of entries) {
      const at = joined(relative, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder && foldersWithoutSources.has(entry.name)) continue;
      if (!isFolder && !isWanted(at)) continue;
      if (ignored.leavesOut(isFolder ? `${at}/` : at)) continue;
      if (isFolder) await this.folder(at, ignored, depth + 1);
      else if (await this.#isInside(at, entry.isSymbolicLink())) await this.#take(at);
    }
  }

  async #take(at: string): Promise<void> {
    const problem = pathProblem(at);
    if (problem !== undefined) {
      this.#leftOut.push(`The path ${toldPath(at)} ${problem}; the file was left out.`);
      return;
    }
    const other = this.#folded.get(foldedPath(at));
    if (other !== undefined) {
      this.#leftOut.push(`${toldPath(at)} differs from ${toldPath(other)} in case only, and was left out.`);
      return;
    }
    this.#folded.set(foldedPath(at), at);
    if (onlyNamed.test(at)) {
      this.#named += 1;
      if (this.#named <= maxNamed) this.#files.set(at, '');
      return;
    }
    if (this.#files.size >= this.#limits.files) throw this.#tooMuch(`${this.#limits.files} files`);
    const left = this.#limits.bytes - this.#bytes;
    const text = await this.#read(at, left);
    if (text === undefined) throw this.#tooMuch(`${this.#limits.bytes} bytes of Lean code`);
    this.#bytes += Buffer.byteLength(text);
    this.#files.set(at, text);
  }

  /** Links to files are followed inside of the project; links to folders never are. */
  async #isInside(at: string, isLink: boolean): Promise<boolean> {
    if (!isLink) return true;
    const target = await realpath(path.join(this.#root, at)).catch(() => undefined);
    const isInside = target?.startsWith(`${this.#root}${path.sep}`) === true;
    if (!isInside) this.#leftOut.push(`${toldPath(at)} is a link that leads out of the project, and was left out.`);
    return isInside;
  }

  /** The text of a file; `undefined` when it is longer than this. What is no file has none. */
  async #read(at: string, most: number): Promise<string | undefined> {
    // Neither a pipe nor what has become a link meanwhile is waited for or followed.
    const name = await realpath(path.join(this.#root, at));
    if (!name.startsWith(`${this.#root}${path.sep}`)) return '';
    await using file = await open(name, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    const facts = await file.stat();
    if (!facts.isFile()) return '';
    if (facts.size > most) return undefined;
    return (await file.readFile('utf8')).toWellFormed();
  }

  #tooMuch(what: string): AppError {
    return new AppError(
      failures.usage.projectFolderTooLarge,
      `The folder ${this.#root} has more than ${what}, of which no more are read.`,
    );
  }
}

const maxTold = 5;

function isWanted(at: string): boolean {
  return isLeanFile(at) || ownFiles.has(at) || onlyNamed.test(at);
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
