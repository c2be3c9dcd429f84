import type { JSX } from 'preact';
import type { StructuredResult } from '../../src/report/structured-result.ts';
import { makeVisible } from '../../src/core/visible-text.ts';

/** What the program wrote. */
export function Output({ result: { stdout, stderr } }: { readonly result: StructuredResult }): JSX.Element {
  return (
    <>
      <Stream name="stdout" text={stdout} />
      <Stream name="stderr" text={stderr} />
    </>
  );
}

function Stream({ name, text }: { readonly name: string; readonly text: string | undefined }): JSX.Element | null {
  if (text === undefined) return null;
  return (
    <section class={`output ${name}`}>
      <h3>{name}</h3>
      <pre tabIndex={0}>{makeVisible(text)}</pre>
    </section>
  );
}
