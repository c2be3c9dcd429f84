/*
 * The imports of a Lean file, read the way Lean 4.27 reads them, before Lean sees it. The import policy stands on this,
 * so no import that any version of Lean would honour may be missing. Where versions disagree (the end of a comment, the
 * letters of a name), every reading counts: one gives the header, the others add disputed imports. Where Lean would stop
 * with an error, this notes the problem and goes on.
 */
import type { Position } from '../diagnostic.ts';
import {
  currentDialect,
  disputing,
  maxHeaderLength,
  scanHeader,
  type HeaderDialect,
  type ScannedImport,
} from './header-scanner.ts';
import { canonicalName } from './identifier.ts';
import { LineIndex } from './line-index.ts';

/** One import. */
export interface HeaderImport {
  /** The module, spelled in the one canonical way. */
  readonly module: string;
  /** Where its name stands, in UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
  /** Line of the name, from 1. */
  readonly line: number;
  readonly isPublic: boolean;
  readonly isMeta: boolean;
  readonly isAll: boolean;
  /** Whether Lean 4.27 does not see this import, but another version may. */
  readonly isDisputed: boolean;
}

/** The first part of a Lean file. */
export interface Header {
  /** Offset after its last token; 0 when there is none. */
  readonly end: number;
  readonly isModule: boolean;
  readonly isPrelude: boolean;
  /** In the order of the text, disputed ones last. The `Init` that every file without `prelude` gets is not in it. */
  readonly imports: readonly HeaderImport[];
  /** It was not read to its end, because it is longer than any header has to be. */
  readonly isCut?: true;
  /** Why Lean 4.27 would refuse the header; the first reason. */
  readonly problem?: { readonly message: string; readonly position: Position };
}

/** Reads the header of a Lean file. Takes any text, and looks at no more of it than a header may have. */
export function readHeader(code: string): Header {
  const scan = scanHeader(code, currentDialect);
  const { end, isModule, isPrelude, problem } = scan;
  let isCut = scan.isCut;
  const lines = new LineIndex(code.slice(0, maxHeaderLength));
  const imports = new Map<number, HeaderImport>();
  const add = (found: readonly ScannedImport[], isDisputed: boolean): void => {
    for (const item of found) {
      const key = item.start * (code.length + 1) + item.end;
      if (imports.has(key)) continue;
      const module = canonicalName(code.slice(item.start, item.end));
      const { start, end, isPublic, isMeta, isAll } = item;
      const { line } = lines.leanPosition(start);
      imports.set(key, { module, start, end, line, isPublic, isMeta, isAll, isDisputed });
    }
  };
  add(scan.imports, false);
  // One that reads further may come to what others are disputing about.
  const read = new Set<HeaderDialect>();
  let { reach } = scan;
  for (let next = disputing(code.slice(0, reach)); next.length > 0;) {
    for (const dialect of next) {
      const other = scanHeader(code, dialect);
      read.add(dialect);
      reach = Math.max(reach, other.reach);
      add(other.imports, true);
      isCut ||= other.isCut;
    }
    next = disputing(code.slice(0, reach)).filter((dialect) => !read.has(dialect));
  }
  return {
    end,
    isModule,
    isPrelude,
    imports: [...imports.values()],
    ...(isCut && { isCut }),
    ...(problem && { problem: { message: problem.message, position: lines.leanPosition(problem.offset) } }),
  };
}

/**
 * What a header means, as a header in plain form: equal texts mean equal environments. Comments, spacing, repeated
 * imports and needless « » are gone. The order stays: it decides, for instance, which of two instances Lean tries first.
 */
export function normaliseHeader(header: Header): string {
  const lines = header.imports
    .filter((item) => !item.isDisputed)
    .map(({ isPublic, isMeta, isAll, module }) =>
      [isPublic && 'public', isMeta && 'meta', 'import', isAll && 'all', quoteKeyword(module)]
        .filter(Boolean)
        .join(' '),
    );
  if (header.isPrelude) lines.unshift('prelude');
  if (header.isModule) lines.unshift('module');
  if (header.problem) lines.push(`-- ${header.problem.message}`);
  return [...new Set(lines)].map((line) => `${line}\n`).join('');
}

/** A module whose name may be a keyword needs its quotes back. */
function quoteKeyword(module: string): string {
  return /^(?:[a-z_]+|Prop|Sort|Type)$/.test(module) ? `«${module}»` : module;
}
