/*
 * The lines of an index, as the elaborator writes them: see docs/finding.md. They come out of a sandbox, so nothing about
 * them is taken for granted.
 */
import { declarationKinds, kindNumbers, type DeclarationKind } from './declaration-kinds.ts';

/** What an index may have at most; several times what Mathlib takes. */
export const indexLimits = {
  bytes: 1024 ** 3,
  lineBytes: 64 * 1024,
  modules: 200_000,
  declarations: 2_000_000,
} as const;

/** The bytes are no index. The message says why, without anything that the bytes hold. */
export class IndexDamage extends Error {
  override readonly name = 'IndexDamage';
}

/** How many lines of which kind follow. */
export interface IndexHeader {
  readonly modules: number;
  readonly declarations: number;
}

/** A declaration as its line tells it. */
export interface IndexedDeclaration {
  readonly kind: DeclarationKind;
  /** By its number among the module lines. */
  readonly module: number;
  readonly name: string;
  /** What the type mentions, by their numbers among the declaration lines. */
  readonly constants: readonly number[];
  /** As Lean prints it; cut where it is very long, and empty where Lean cannot print it. */
  readonly type: string;
  /** What stands behind every `∀` and `→`; empty where nobody knows. */
  readonly conclusion: string;
  /** The first line of the doc string; empty when there is none. */
  readonly doc: string;
}

const control = /\p{Cc}/u;
const format = '1';
export const endLine = 'end';

/** @throws IndexDamage */
export function parseHeaderLine(line: string): IndexHeader {
  const [magic, version, modules, declarations, ...rest] = line.split(' ');
  if (magic !== 'lean-docker-mcp-index' || rest.length > 0) throw new IndexDamage('it does not begin as an index');
  if (version !== format) throw new IndexDamage('it is of another format');
  return {
    modules: numberBelow(modules, indexLimits.modules + 1, 'the number of modules'),
    declarations: numberBelow(declarations, indexLimits.declarations + 1, 'the number of declarations'),
  };
}

/** @returns the module's name. @throws IndexDamage */
export function parseModuleLine(line: string): string {
  const [letter, name = '', ...rest] = line.split('\t');
  if (letter !== 'm' || name === '' || rest.length > 0 || control.test(name))
    throw new IndexDamage('a module has no name');
  return name;
}

/** @throws IndexDamage */
export function parseDeclarationLine(line: string, header: IndexHeader): IndexedDeclaration {
  const fields = line.split('\t');
  const [letter, kindWord = '', module, name = '', constants = '', conclusionBytes, type = '', doc = ''] = fields;
  if (letter !== 'd' || fields.length !== 8) throw new IndexDamage('a declaration has other fields');
  const kind = declarationKinds[kindNumbers.get(kindWord) ?? -1];
  if (kind === undefined) throw new IndexDamage('a declaration is of no known kind');
  if (name === '') throw new IndexDamage('a declaration has no name');
  if (control.test(name + type + doc)) throw new IndexDamage('a declaration holds control characters');
  return {
    kind,
    module: numberBelow(module, header.modules, 'the module of a declaration'),
    name,
    constants:
      constants === ''
        ? []
        : constants.split(' ').map((digits) => numberBelow(digits, header.declarations, 'a constant of a type')),
    type,
    conclusion: endOf(type, conclusionBytes),
    doc,
  };
}

/** The last bytes of a type. */
function endOf(type: string, digits: string | undefined): string {
  const size = Buffer.byteLength(type);
  const wanted = numberBelow(digits, size + 1, 'the length of a conclusion');
  if (wanted === 0 || wanted === size) return wanted === 0 ? '' : type;
  return Buffer.from(type).toString('utf8', size - wanted);
}

function numberBelow(digits: string | undefined, limit: number, what: string): number {
  const number = digits !== undefined && /^\d{1,9}$/.test(digits) ? Number(digits) : NaN;
  if (!(number < limit)) throw new IndexDamage(`${what} is not a number below ${limit}`);
  return number;
}
