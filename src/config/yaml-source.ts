import { isMap, isScalar, LineCounter, parseDocument, visit, type ParsedNode, type YAMLMap } from 'yaml';
import { nearestKey } from './nearest-name.ts';
import { describeOrigin, type Origin } from './origin.ts';
import { sections } from './schema.ts';
import { settingKeys } from './setting-keys.ts';
import { show, showName, type GivenValue, type SourceReading } from './sources.ts';

type FileOrigin = Extract<Origin, { source: 'file' }>;
type FileMap = YAMLMap<ParsedNode, ParsedNode | null>;

/** For mistakes that the parser tells in terms of its own options. */
const plainMessages: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'a second document begins here'],
  ['NON_STRING_KEY', 'a list or a map cannot be a key'],
]);

/**
 * Settings in the text of a configuration file. An empty text gives none.
 *
 * @param path the file that the text is from, for messages
 */
export function fromYaml(text: string, path: string): SourceReading {
  const lines = new LineCounter();
  const originAt = (offset: number): FileOrigin => ({ source: 'file', path, line: lines.linePos(offset).line });
  // Repeated keys are found below, to name them; the parser would only say where the second is.
  const options = { lineCounter: lines, prettyErrors: false, stringKeys: true, uniqueKeys: false };
  const document = parseDocument(text, options);

  const unreadable = new Map<number, string>();
  const refuse = (offset: number, what: string): void => {
    const origin = originAt(offset);
    // What follows a mistake on the same line is mostly its consequence.
    if (!unreadable.has(origin.line)) unreadable.set(origin.line, `${describeOrigin(origin)}: ${showName(what)}`);
  };
  for (const { code, message, pos } of [...document.errors, ...document.warnings])
    refuse(pos[0], `not valid YAML: ${plainMessages.get(code) ?? message}`);
  // A few aliases of aliases can stand for gigabytes, and settings need none.
  visit(document, {
    Alias: (_key, { source, range }) => {
      refuse(range?.[0] ?? 0, `*${source}: aliases cannot be used here. Write the value itself`);
    },
  });
  if (unreadable.size > 0) return { given: [], problems: [...unreadable.values()] };

  const root: ParsedNode | null = document.contents;
  if (isEmpty(root)) return { given: [], problems: [] };
  if (!isFileMap(root)) {
    const problem = `${describeOrigin(originAt(root.range[0]))}: expected sections such as docker:, got ${show(root.toJS(document))}`;
    return { given: [], problems: [problem] };
  }
  return readSections(root, { originAt, valueOf: (node) => node.toJS(document) as unknown });
}

interface FileContext {
  readonly originAt: (offset: number) => FileOrigin;
  readonly valueOf: (node: ParsedNode) => unknown;
}

interface Entry {
  /** The name within its map. */
  readonly shortName: string;
  readonly name: string;
  readonly node: ParsedNode | null;
  readonly origin: FileOrigin;
}

function readSections(root: FileMap, context: FileContext): SourceReading {
  const given: GivenValue[] = [];
  const problems: string[] = [];

  const take = ({ shortName, name, node, origin }: Entry, section: string | undefined): void => {
    const place = `(${describeOrigin(origin)})`;
    const key = settingKeys.find((candidate) => candidate.shortName === shortName && candidate.section === section);
    if (key === undefined) problems.push(`${showName(name)}: unknown key ${place}${suggestion(name)}`);
    else if (isEmpty(node)) problems.push(`${name}: has no value ${place}. Give it one, or remove the line`);
    else given.push({ key, value: context.valueOf(node), origin });
  };

  for (const entry of entriesOf(root, '', context, problems)) {
    const { shortName: section, node, origin } = entry;
    if (!Object.hasOwn(sections, section)) take(entry, undefined);
    else if (isFileMap(node))
      for (const inner of entriesOf(node, `${section}.`, context, problems)) take(inner, section);
    else if (!isEmpty(node))
      problems.push(
        `${section}: expected keys below it, got ${show(context.valueOf(node))} (${describeOrigin(origin)})`,
      );
  }
  return { given, problems };
}

function entriesOf(map: FileMap, prefix: string, { originAt }: FileContext, problems: string[]): Entry[] {
  const entries = new Map<string, Entry>();
  for (const { key, value: node } of map.items) {
    const shortName = isScalar(key) ? String(key.value) : '';
    const entry = { shortName, name: `${prefix}${shortName}`, node, origin: originAt(key.range[0]) };
    const first = entries.get(shortName);
    if (first === undefined) entries.set(shortName, entry);
    else
      problems.push(
        `${showName(entry.name)}: given twice (${describeOrigin(first.origin)} and line ${entry.origin.line}). Remove one`,
      );
  }
  return [...entries.values()];
}

function suggestion(name: string): string {
  const nearest = nearestKey(name);
  if (nearest === undefined) return '';
  // The full name of a key, written as if it were one word at the top of the file.
  if (nearest === name) return `. Write ${name.replace('.', ':, and below it ')}`;
  return `. Did you mean ${nearest}?`;
}

function isFileMap(node: ParsedNode | null): node is YAMLMap.Parsed {
  return isMap(node);
}

function isEmpty(node: ParsedNode | null): node is null {
  return node === null || (isScalar(node) && node.value === null);
}
