/*
 * What lakefile.toml says about where modules are and with which options Lean elaborates them. What Lake would do beyond that
 * is not done, and said: it runs programs, or needs a compiler.
 */
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { messageOf } from '../core/app-error.ts';
import { canonicalName } from '../lean/source/identifier.ts';

/** A library or a program of a project. */
export interface LakeTarget {
  readonly name: string;
  /** The folder that its modules are named from, relative to the project; `''` for the project itself. */
  readonly folder: string;
  /** Modules below which everything belongs to it. */
  readonly roots: readonly string[];
  /** What of it is built. */
  readonly globs: readonly ModuleGlob[];
  /** Options of the command line, `name=value`. */
  readonly options: readonly string[];
}

/** Some modules: one; one and all below it; all below one. */
export interface ModuleGlob {
  readonly module: string;
  readonly kind: 'one' | 'with-submodules' | 'submodules';
}

/** A lakefile that was understood. */
export interface Lakefile {
  readonly targets: readonly LakeTarget[];
  /** What it says that was left out, a sentence each. */
  readonly notes: readonly string[];
}

/** Larger ones are nobody's, in characters. */
const maxLength = 256 * 1024;

const names = z.array(z.string());
const optionValue = z.union([z.boolean(), z.number(), z.string()]);
const common = {
  srcDir: z.string().optional(),
  leanOptions: z.unknown().optional(),
  moreLeanArgs: names.optional(),
};
const library = z.looseObject({
  name: z.string(),
  roots: names.optional(),
  globs: z.union([names, z.string()]).optional(),
  ...common,
});
const program = z.looseObject({ name: z.string(), root: z.string().optional(), ...common });
const lakefile = z.looseObject({
  lean_lib: z.array(library).optional(),
  lean_exe: z.array(program).optional(),
  ...common,
});

/** Keys that ask for what is not done. */
const leftOut = [
  'precompileModules',
  'plugins',
  'dynlibs',
  'extern_lib',
  'extraDepTargets',
  'needs',
  'moreLinkArgs',
  'moreLinkObjs',
  'moreLeancArgs',
  'weakLeanArgs',
  'input_file',
  'input_dir',
] as const;

/** Reads a lakefile.toml. @returns what is wrong with it, in words that end a sentence, when it cannot be used */
export function readLakefile(text: string): Lakefile | { readonly problem: string } {
  if (text.length > maxLength) return { problem: `it is longer than ${maxLength} characters` };
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return { problem: `line ${error.line}, column ${error.column}: ${firstLine(messageOf(error))}` };
  }
  const { data, error } = lakefile.safeParse(value);
  if (data === undefined) {
    const [issue] = error.issues;
    return { problem: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'it has another shape than a lakefile'}` };
  }
  return understood(data);
}

function understood(file: z.output<typeof lakefile>): Lakefile {
  const notes: string[] = [];
  const ofPackage = optionsOf(file, 'the package', notes);
  noteLeftOut(file, 'the package', notes);
  const folderOf = ({ srcDir = '.' }: { srcDir?: string | undefined }): string => joined(file.srcDir ?? '.', srcDir);
  const libraries = (file.lean_lib ?? []).map((item): LakeTarget => {
    const { name, roots = [name], globs = roots } = item;
    noteLeftOut(item, `the library ${name}`, notes);
    return {
      name,
      folder: folderOf(item),
      roots: roots.map(canonicalName),
      globs: [globs].flat().map(readGlob),
      options: [...ofPackage, ...optionsOf(item, `the library ${name}`, notes)],
    };
  });
  const programs = (file.lean_exe ?? []).map((item): LakeTarget => {
    const { name, root = name } = item;
    noteLeftOut(item, `the program ${name}`, notes);
    const module = canonicalName(root);
    return {
      name,
      folder: folderOf(item),
      roots: [module],
      globs: [{ module, kind: 'one' }],
      options: [...ofPackage, ...optionsOf(item, `the program ${name}`, notes)],
    };
  });
  return { targets: [...libraries, ...programs], notes };
}

function readGlob(glob: string): ModuleGlob {
  const [, module = glob, ending] = /^([^*+]*)\.([*+])$/.exec(glob) ?? [];
  const kind = ending === '*' ? 'with-submodules' : ending === '+' ? 'submodules' : 'one';
  return { module: canonicalName(module), kind };
}

interface WithOptions {
  readonly leanOptions?: unknown;
  readonly moreLeanArgs?: readonly string[] | undefined;
}

/** Options that Lean takes on its command line. */
function optionsOf({ leanOptions, moreLeanArgs = [] }: WithOptions, where: string, notes: string[]): string[] {
  const options: string[] = [];
  for (const [name, value] of namedValues(leanOptions)) {
    const { data } = optionValue.safeParse(value);
    if (data === undefined || !optionPattern.test(name)) {
      notes.push(
        `The option ${JSON.stringify(name.slice(0, 100))} of ${where} was left out: it is none of Lean’s command line.`,
      );
    } else options.push(`${name}=${String(data)}`);
  }
  for (const argument of moreLeanArgs) {
    const option = /^-D\s*([^\s=]+=.*)$/.exec(argument)?.[1];
    if (option !== undefined && optionPattern.test(option.slice(0, option.indexOf('=')))) options.push(option);
    else
      notes.push(
        `The argument ${JSON.stringify(argument.slice(0, 100))} of ${where} was left out: only -D is passed on.`,
      );
  }
  return options.filter((option) => !/[\0\n]/.test(option) && option.length <= 1000).slice(0, maxOptions);
}

const optionPattern = /^[\w.]{1,200}$/;
const maxOptions = 200;

/** The leaves of a table, by their dotted names; or a list of objects with `name` and `value`. */
function* namedValues(value: unknown, before = ''): Generator<[string, unknown], void, undefined> {
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      const { data } = z.object({ name: z.string(), value: z.unknown() }).safeParse(item);
      if (data !== undefined) yield [data.name, data.value];
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      yield* namedValues(inner, before === '' ? name : `${before}.${name}`);
  } else if (before !== '') yield [before, value];
}

function noteLeftOut(item: Readonly<Record<string, unknown>>, where: string, notes: string[]): void {
  const found = leftOut.filter((key) => key in item && item[key] !== false);
  if (found.length === 0) return;
  notes.push(`Of ${where}, ${found.join(', ')} was left out: no compiler is there, and no library of it is loaded.`);
}

/** A folder in a folder, without `.` and empty parts; parts with `..` stay, and fit no file. */
function joined(outer: string, inner: string): string {
  return `${outer}/${inner}`
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
