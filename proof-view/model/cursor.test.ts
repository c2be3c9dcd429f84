import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moveCursor, nextPlace } from './cursor.ts';

const keys = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown', 'Ctrl+Home'];

describe('the cursor', () => {
  it('stays in the text, whatever keys are pressed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(8), { minLength: 1 }),
        fc.array(fc.constantFrom(...keys, 'Ctrl+End')),
        (lengths, pressed) => {
          let at = { line: 1, column: 0 };
          for (const key of pressed) {
            at = moveCursor(at, key, lengths) ?? at;
            expect(at.line).toBeGreaterThanOrEqual(1);
            expect(at.line).toBeLessThanOrEqual(lengths.length);
            expect(at.column).toBeGreaterThanOrEqual(0);
            expect(at.column).toBeLessThanOrEqual(lengths[at.line - 1] ?? 0);
          }
        },
      ),
    );
  });

  it('visits every place from one end to the other', () => {
    const lengths = [2, 0, 1];
    const visited: string[] = [];
    let at = { line: 1, column: 0 };
    for (let step = 0; step < 6; step += 1) {
      visited.push(`${at.line}:${at.column}`);
      at = moveCursor(at, 'ArrowRight', lengths) ?? at;
    }
    expect(visited).toEqual(['1:0', '1:1', '1:2', '2:0', '3:0', '3:1']);
    for (let step = 0; step < 6; step += 1) at = moveCursor(at, 'ArrowLeft', lengths) ?? at;
    expect(at).toEqual({ line: 1, column: 0 });
  });

  it('leaves other keys alone', () => {
    for (const key of ['a', 'Tab', 'Enter', 'constructor', 'Ctrl+c'])
      expect(moveCursor({ line: 1, column: 0 }, key, [3])).toBeUndefined();
  });

  it('goes from message to message, and round', () => {
    const places = [
      { line: 3, column: 1 },
      { line: 1, column: 4 },
    ];
    expect(nextPlace({ line: 1, column: 0 }, places, 1)).toEqual(places[1]);
    expect(nextPlace({ line: 1, column: 4 }, places, 1)).toEqual(places[0]);
    expect(nextPlace({ line: 3, column: 1 }, places, 1)).toEqual(places[1]);
    expect(nextPlace({ line: 1, column: 0 }, places, -1)).toEqual(places[0]);
    expect(nextPlace({ line: 1, column: 0 }, [], 1)).toBeUndefined();
  });
});
