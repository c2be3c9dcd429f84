/**
 * `lean --json [-Dname=value] -o OLEAN FILE`: elaborates a module that others can import, see imported.mjs.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { compiled, imported } from './imported.mjs';
import { cut } from './text.mjs';

/** What Lean knows of options without any import. */
const options = /^(?:autoImplicit|relaxedAutoImplicit|maxHeartbeats|maxRecDepth|pp\..+|linter\..+|weak\..+)=/;

/** The arguments, as far as they matter here. */
export function moduleArguments(args) {
  const given = { out: undefined, file: undefined, options: [] };
  for (let i = 0; i < args.length; i += 1) {
    const word = args[i];
    if (word === '-o') given.out = args[(i += 1)];
    else if (word.startsWith('-D')) given.options.push(word.slice(2));
    else if (!word.startsWith('-')) given.file = word;
  }
  return given;
}

/**
 * @param {{out: string, file: string, options: string[]}} given
 * @param {{known: object, ownFolder: string, check: Function, report: (name: string, text: string) => Function}} lean
 * @returns {Promise<number>} the exit code
 */
export async function compileModule({ out, file, options: chosen }, { known, ownFolder, check, report }) {
  const document = cut(readFileSync(file, 'utf8'));
  const tell = report(file, document.text);
  const problem = optionProblem(chosen) ?? importProblem(document.imports, ownFolder);
  if (problem !== undefined) {
    const start = { line: 0, character: 0 };
    tell({ severity: 1, range: { start, end: start }, message: problem });
    return 1;
  }
  const state = await imported(document.imports, ownFolder, known);
  const { failed } = await check(document, state, tell);
  if (failed) return 1;
  const commands = document.commands.map(({ text }) => text).filter((text) => !text.startsWith('#'));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.tmp`, JSON.stringify({ imports: document.imports, commands }));
  renameSync(`${out}.tmp`, out);
  return 0;
}

function optionProblem(chosen) {
  const unknown = chosen.find((option) => !options.test(option));
  if (unknown === undefined) return undefined;
  return `invalid -D parameter, unknown configuration option '${unknown.split('=')[0]}'`;
}

function importProblem(imports, ownFolder) {
  for (const module of imports) {
    const found = compiled(module, ownFolder);
    const [root] = module.split('.');
    if (found === undefined) return `unknown module prefix '${root}'\n\nNo directory '${root}' or file '${root}.olean'`;
    if (found !== 'own' && !existsSync(found)) return `object file '${found}' of module ${module} does not exist`;
  }
  return undefined;
}
