import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { ShownDiagnostic } from '../../src/report/result-parts.ts';
import { moveCursor, nextPlace, withinText, type Cursor } from '../model/cursor.ts';
import { sourceLines, type Mark, type SourceLine, type Span } from '../model/source-lines.ts';
import { cursorUnderPointer, rectangleOf } from './places-on-screen.ts';

/** Lines that are laid out together, and only when they are in sight. */
const blockLines = 50;

interface SourceProps {
  readonly code: string;
  readonly diagnostics: readonly ShownDiagnostic[];
  /** What attempts replace, or where Lean was asked. */
  readonly place?: Span | undefined;
  readonly cursor: Cursor | undefined;
  readonly onCursor: (cursor: Cursor) => void;
  /** The user wants to know about the place of the cursor; absent where nobody can be asked. */
  readonly onAsk?: ((cursor: Cursor) => void) | undefined;
}

/** A text with Lean's messages at their places, and a cursor that keys and pointer move. */
export function Source({ code, diagnostics, place, cursor, onCursor, onAsk }: SourceProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(
    () => sourceLines(code.replace(/\r?\n$/, ''), marksOf(diagnostics), place),
    [code, diagnostics, place],
  );
  const lengths = lines.map(({ length }) => length);
  const byLine = useMemo(() => messagesByLine(diagnostics, lines.length), [diagnostics, lines.length]);
  const at = withinText(cursor ?? { line: 1, column: 0 }, lengths);
  const here = byLine.get(at.line) ?? [];

  const onKeyDown = (event: KeyboardEvent): void => {
    const key = (event.ctrlKey || event.metaKey ? 'Ctrl+' : '') + event.key;
    const next =
      event.key === 'F8' ? nextPlace(at, diagnostics, event.shiftKey ? -1 : 1) : moveCursor(at, key, lengths);
    if (next !== undefined) onCursor(withinText(next, lengths));
    else if (key === 'Enter' && onAsk !== undefined) onAsk(at);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent): void => {
    const isSelecting = document.getSelection()?.isCollapsed === false;
    const pointed = isSelecting ? undefined : cursorUnderPointer(event);
    if (pointed === undefined) return;
    onCursor(pointed);
    onAsk?.(pointed);
  };
  const says = `Source, ${lines.length} lines. Arrow keys move, F8 goes to the next message${onAsk ? ', Enter asks for the goals' : ''}.`;
  return (
    <div class="source" ref={box} role="group" tabIndex={0} aria-label={says} onKeyDown={onKeyDown} onClick={onClick}>
      <Caret box={box} at={cursor && at} />
      {blocksOf(lines).map((block) => (
        <div class="block" style={{ containIntrinsicHeight: `auto ${block.length * 20}px` }}>
          {block.map((line) => (
            <>
              <Line line={line} isCurrent={cursor !== undefined && line.number === at.line} />
              {(byLine.get(line.number) ?? []).map((message) => (
                <Message message={message} />
              ))}
            </>
          ))}
        </div>
      ))}
      <div class="aloud" aria-live="polite">
        {cursor !== undefined && `Line ${at.line}: ${lineText(lines[at.line - 1])}`}
        {cursor !== undefined && here.map(({ severity, message }) => ` ${severity}: ${makeVisible(message)}`)}
      </div>
    </div>
  );
}

function Line({ line, isCurrent }: { readonly line: SourceLine; readonly isCurrent: boolean }): JSX.Element {
  return (
    <div class={isCurrent ? 'line current' : 'line'} data-line={line.number}>
      {line.pieces.map(({ column, text, look, mark, isPlace, isHidden }) => (
        <span
          data-column={column}
          class={
            [look, mark && `mark ${mark}`, isPlace && 'place', isHidden && 'hidden'].filter(Boolean).join(' ') ||
            undefined
          }
          title={isHidden ? 'a character that cannot be seen' : undefined}
        >
          {text}
        </span>
      ))}
    </div>
  );
}

function Message({ message: { severity, message, line, column } }: { readonly message: ShownDiagnostic }): JSX.Element {
  return (
    <div class={`message ${severity}`} role="note" aria-label={`${severity} at line ${line}, column ${column}`}>
      {makeVisible(message)}
    </div>
  );
}

interface CaretProps {
  readonly box: { readonly current: HTMLDivElement | null };
  readonly at: Cursor | undefined;
}

/** The cursor, drawn over the text. */
function Caret({ box, at }: CaretProps): JSX.Element | null {
  const [style, setStyle] = useState<Readonly<Record<string, string>> | undefined>();
  const [line, column] = [at?.line, at?.column];
  useEffect(() => {
    if (box.current === null || line === undefined || column === undefined) return undefined;
    const { current } = box;
    const draw = (): void => {
      const rectangle = rectangleOf(current, { line, column });
      setStyle(
        rectangle && { left: `${rectangle.x}px`, top: `${rectangle.y}px`, height: `${Math.round(rectangle.height)}px` },
      );
    };
    draw();
    current.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: 'nearest' });
    const watch = new ResizeObserver(draw);
    watch.observe(current);
    return () => {
      watch.disconnect();
    };
  }, [box, line, column]);
  return style === undefined ? null : <div class="caret" style={style} />;
}

/** The gravest last, so that it is seen. */
function marksOf(diagnostics: readonly ShownDiagnostic[]): Mark[] {
  const weight = ({ as }: Mark): number => ['hint', 'information', 'warning', 'error'].indexOf(as);
  return diagnostics.map(({ severity, ...span }) => ({ ...span, as: severity })).sort((a, b) => weight(a) - weight(b));
}

/** The messages that stand below a line: those that begin there. */
function messagesByLine(diagnostics: readonly ShownDiagnostic[], last: number): Map<number, ShownDiagnostic[]> {
  const byLine = new Map<number, ShownDiagnostic[]>();
  for (const diagnostic of diagnostics) {
    const line = Math.min(diagnostic.line, last);
    byLine.set(line, [...(byLine.get(line) ?? []), diagnostic]);
  }
  return byLine;
}

function blocksOf(lines: readonly SourceLine[]): SourceLine[][] {
  const count = Math.ceil(lines.length / blockLines);
  return Array.from({ length: count }, (_, index) => lines.slice(index * blockLines, (index + 1) * blockLines));
}

function lineText(line: SourceLine | undefined): string {
  return (line?.pieces ?? []).map(({ text }) => text).join('');
}
