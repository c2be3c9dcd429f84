import type { JSX } from 'preact';
import { sourceLines } from '../model/source-lines.ts';

/** A piece of Lean in the colours of source. */
export function LeanText({ text }: { readonly text: string }): JSX.Element {
  return (
    <code class="lean">
      {sourceLines(text, []).map(({ number, pieces }) => (
        <>
          {number > 1 && '\n'}
          {pieces.map((piece) => (
            <span class={piece.look}>{piece.text}</span>
          ))}
        </>
      ))}
    </code>
  );
}
