/*
 * Adds an entry to a client's list of servers, as an edit of its text: comments, order, indentation and everything that is
 * not ours stay as they are. The files are JSON, which VS Code and people extend by comments and trailing commas.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  modify,
  parse,
  parseTree,
  printParseErrorCode,
  type FormattingOptions,
  type ParseError,
} from 'jsonc-parser';
import { isObject } from '../core/is-object.ts';
import { failures } from '../core/failures/failures.ts';
import { appendProperty } from './append-property.ts';
import { presentEntry, requireNothingLost, unusable, type FileObject } from './client-file.ts';
import type { ServerEntry } from './server-entry.ts';

const reading = { allowTrailingComma: true };
const byteOrderMark = '\uFEFF';

/**
 * The text of a client's file with the entry in its list. An entry of ours that is there already is brought up to date;
 * what else stands in it stays.
 *
 * @param text the file's text; empty when there is none
 * @param file its path, for messages
 * @throws AppError `client-config-unusable` when the text is not such a file, or has another server under that name
 */
export function addServer(text: string, file: string, section: string, name: string, entry: ServerEntry): string {
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const json = text.slice(mark.length);
  if (json.trim() === '') {
    return `${mark}${JSON.stringify({ [section]: { [name]: entry } }, undefined, 2)}\n`;
  }
  const before = parsed(json, file);
  const present = presentEntry(before, section, name, entry, file);
  const after =
    mark +
    (present === undefined ? inserted(json, section, name, entry) : updated(json, section, name, entry, present));
  requireNothingLost(before, parsed(after.slice(mark.length), file), { section, name, entry }, file);
  return after;
}

function inserted(json: string, section: string, name: string, entry: ServerEntry): string {
  const style = formattingOf(json);
  return (
    appendProperty(json, [section], name, entry, style) ??
    appendProperty(json, [], section, { [name]: entry }, style) ??
    edited(json, [section, name], entry)
  );
}

function updated(json: string, section: string, name: string, entry: ServerEntry, present: FileObject): string {
  let text = json;
  for (const [key, value] of Object.entries(entry)) {
    if (key === 'env' || isDeepStrictEqual(present[key], value)) continue;
    text = edited(text, [section, name, key], value);
  }
  for (const [variable, value] of Object.entries(entry.env ?? {})) {
    text = edited(text, [section, name, 'env', variable], value);
  }
  return text;
}

function edited(json: string, path: readonly string[], value: unknown): string {
  return applyEdits(json, modify(json, [...path], value, { formattingOptions: formattingOf(json) }));
}

/** @throws AppError */
function parsed(json: string, file: string): FileObject {
  const errors: ParseError[] = [];
  const value: unknown = parse(json, errors, reading);
  const [first] = errors;
  if (first !== undefined) {
    const lines = json.slice(0, first.offset).split('\n');
    const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
    throw unusable(
      file,
      `is not valid JSON: ${printParseErrorCode(first.error)} at ${place}`,
      failures['client-config-unusable'].notReadable,
    );
  }
  if (!isObject(value) || parseTree(json, [], reading)?.type !== 'object') {
    throw unusable(file, 'does not hold a JSON object', failures['client-config-unusable'].notReadable);
  }
  return value;
}

/** Indentation and line ends as the text has them. */
function formattingOf(json: string): FormattingOptions {
  const [, indent = '  '] = /\n([ \t]+)\S/.exec(json) ?? [];
  return { insertSpaces: !indent.startsWith('\t'), tabSize: indent.length, eol: json.includes('\r\n') ? '\r\n' : '\n' };
}
