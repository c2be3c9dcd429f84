/* Between places of a text and where they are on the screen. Lines have `data-line`, their pieces `data-column`. */
import type { Cursor } from '../model/cursor.ts';

/** The place under the pointer; behind the end of a line it is its end. */
export function cursorUnderPointer(event: MouseEvent): Cursor | undefined {
  const line = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-line]') : null;
  if (line === null) return undefined;
  const number = Number(line.dataset['line']);
  const found = caretAt(event.clientX, event.clientY);
  const piece = found?.node.parentElement?.closest<HTMLElement>('[data-column]');
  if (found === undefined || !piece || !line.contains(piece)) return { line: number, column: lengthOf(line) };
  const before = (found.node.textContent ?? '').slice(0, found.offset);
  return { line: number, column: Number(piece.dataset['column']) + Array.from(before).length };
}

/** Where a place is, in the box that scrolls. */
export function rectangleOf(
  box: HTMLElement,
  { line, column }: Cursor,
): { readonly x: number; readonly y: number; readonly height: number } | undefined {
  const element = box.querySelector<HTMLElement>(`[data-line="${line}"]`);
  if (element === null) return undefined;
  const pieces = [...element.querySelectorAll<HTMLElement>('[data-column]')];
  const piece = pieces.findLast((candidate) => Number(candidate.dataset['column']) <= column);
  const range = document.createRange();
  const text = piece?.firstChild;
  if (piece && text) {
    const characters = Array.from(piece.textContent).slice(0, column - Number(piece.dataset['column']));
    range.setStart(text, characters.join('').length);
  } else {
    range.setStart(element, 0);
  }
  range.collapse(true);
  // A range at the very end of a line has no rectangle everywhere.
  const found = range.getClientRects()[0] ?? (piece ?? element).getBoundingClientRect();
  const outer = box.getBoundingClientRect();
  return {
    x: found.left - outer.left + box.scrollLeft,
    y: found.top - outer.top + box.scrollTop,
    height: found.height,
  };
}

/** Nothing where the browser is too old to tell. */
function caretAt(x: number, y: number): { readonly node: Node; readonly offset: number } | undefined {
  const position = 'caretPositionFromPoint' in document ? document.caretPositionFromPoint(x, y) : null;
  return position === null ? undefined : { node: position.offsetNode, offset: position.offset };
}

function lengthOf(line: HTMLElement): number {
  const pieces = line.querySelectorAll('[data-column]');
  return Array.from(pieces).reduce((sum, { textContent }) => sum + Array.from(textContent).length, 0);
}
