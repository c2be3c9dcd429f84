/*
 * The same for clients whose file is TOML. Nothing but our own entry is rewritten: a new one goes to the end of the file,
 * and values of one that is there are replaced where they stand.
 */
import { isDeepStrictEqual } from 'node:util';
import { getStaticTOMLValue, parseTOML, ParseError, type AST } from 'toml-eslint-parser';
import { isObject } from '../core/is-object.ts';
import { presentEntry, requireNothingLost, unusable, type FileObject } from './client-file.ts';
import { failures } from '../core/failures/failures.ts';
import type { ServerEntry } from './server-entry.ts';

/** A change of a text: what stands between two places is replaced. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a client's file with the entry among the tables of a section. An entry of ours that is there already is
 * brought up to date; what else stands in it stays, also times that somebody has chosen.
 *
 * @param text the file's text; empty when there is none
 * @param file its path, for messages
 * @throws AppError `client-config-unusable` when the text is not such a file, or has another server under that name
 */
export function addTomlServer(text: string, file: string, section: string, name: string, entry: ServerEntry): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const { tree, value: before } = parsed(text, file);
  const present = presentEntry(before, section, name, entry, file);
  const after =
    present === undefined
      ? appended(text, [section, name], entry, eol)
      : applied(text, edits(text, tree, [section, name], entry, present, eol));
  requireNothingLost(before, parsed(after, file).value, { section, name, entry }, file);
  return after;
}

/** The entry as tables at the end of a text. */
function appended(text: string, path: readonly string[], { env, ...rest }: ServerEntry, eol: string): string {
  const tables = [table(path, rest, eol), ...(env === undefined ? [] : [table([...path, 'env'], env, eol)])];
  const kept = text.trim() === '' ? text : `${text}${text.endsWith('\n') ? '' : eol}${eol}`;
  return kept + tables.join(eol);
}

function edits(
  text: string,
  tree: AST.TOMLProgram,
  path: readonly string[],
  { env, ...rest }: ServerEntry,
  present: FileObject,
  eol: string,
): Edit[] {
  const own = tableAt(tree, path);
  const stays = (key: string): boolean => key.endsWith('_sec') && present[key] !== undefined;
  const changes = Object.entries(rest).flatMap(([key, value]) =>
    stays(key) || isDeepStrictEqual(present[key], value) ? [] : setValue(text, own, key, value, eol),
  );
  const presentEnv = isObject(present['env']) ? present['env'] : {};
  const missing = Object.entries(env ?? {}).filter(([variable, value]) => presentEnv[variable] !== value);
  if (missing.length === 0) return changes;
  const envTable = tableAt(tree, [...path, 'env']);
  if (envTable !== undefined) {
    return [...changes, ...missing.flatMap(([variable, value]) => setValue(text, envTable, variable, value, eol))];
  }
  if (present['env'] !== undefined) return [...changes, ...setValue(text, own, 'env', { ...presentEnv, ...env }, eol)];
  const begin = text.endsWith('\n') ? eol : `${eol}${eol}`;
  const end = {
    from: text.length,
    to: text.length,
    text: begin + table([...path, 'env'], Object.fromEntries(missing), eol),
  };
  return [...changes, end];
}

/** Sets a key of a table; nothing when there is no such table, which is found out when the result is read again. */
function setValue(text: string, own: AST.TOMLTable | undefined, key: string, value: unknown, eol: string): Edit[] {
  if (own === undefined) return [];
  const line = own.body.find(({ key: { keys } }) => keys.length === 1 && nameOf(keys[0]) === key);
  if (line !== undefined) {
    const [from, to] = line.value.range;
    return [{ from, to, text: written(value) }];
  }
  const headerEnd = text.indexOf('\n', own.key.range[1]) + 1 || text.length;
  const begin = text.slice(0, headerEnd).endsWith('\n') ? '' : eol;
  return [{ from: headerEnd, to: headerEnd, text: `${begin}${written(key, true)} = ${written(value)}${eol}` }];
}

function applied(text: string, changes: readonly Edit[]): string {
  // Later places first, so that earlier ones stay where they are; of several at one place the first comes first.
  const ordered = [...changes].reverse().sort((a, b) => b.from - a.from);
  return ordered.reduce((changed, { from, to, text: put }) => changed.slice(0, from) + put + changed.slice(to), text);
}

function tableAt(tree: AST.TOMLProgram, path: readonly string[]): AST.TOMLTable | undefined {
  const [top] = tree.body;
  return top.body.find(
    (node): node is AST.TOMLTable => node.type === 'TOMLTable' && isDeepStrictEqual(node.resolvedKey, path),
  );
}

function nameOf(key: AST.TOMLKey['keys'][number] | undefined): string | undefined {
  return key?.type === 'TOMLBare' ? key.name : key?.value;
}

function table(path: readonly string[], values: object, eol: string): string {
  const lines = Object.entries(values).map(([key, value]) => `${written(key, true)} = ${written(value)}`);
  return [`[${path.map((key) => written(key, true)).join('.')}]`, ...lines, ''].join(eol);
}

/** A value as TOML. Its strings may be written as those of JSON, whose escapes it has, too. */
function written(value: unknown, isKey = false): string {
  if (isKey && typeof value === 'string' && /^[\w-]+$/.test(value)) return value;
  if (Array.isArray(value)) return `[${value.map((item) => written(item)).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value).replaceAll('\u007f', '\\u007f');
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${written(key, true)} = ${written(item)}`)
    .join(', ')} }`;
}

/** @throws AppError */
function parsed(text: string, file: string): { readonly tree: AST.TOMLProgram; readonly value: FileObject } {
  try {
    const tree = parseTOML(text);
    return { tree, value: getStaticTOMLValue(tree) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { message, lineNumber, column } = error;
    throw unusable(
      file,
      `is not valid TOML: ${message} at line ${lineNumber}, column ${column}`,
      failures['client-config-unusable'].notReadable,
    );
  }
}
