import type { JSX } from 'preact';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { StructuredInspection } from '../../src/report/inspection-result.ts';
import { Goals } from './goals.tsx';
import { LeanText } from './lean-text.tsx';

/** What Lean has at a place. */
export function Inspection({ result }: { readonly result: StructuredInspection }): JSX.Element {
  const { goals_before: before, goals_after: after, goal, text, completions, definitions, note, error } = result;
  return (
    <>
      {error !== undefined && <p>{makeVisible(error)}</p>}
      {note !== undefined && <p class="dim">{makeVisible(note)}</p>}
      {before && (
        <section>
          {after && <h3>Before</h3>}
          <Goals goals={before} />
        </section>
      )}
      {after && (
        <section>
          <h3>After</h3>
          <Goals goals={after} before={before} />
        </section>
      )}
      {goal && (
        <section>
          <h3>Expected here</h3>
          <Goals goals={[goal]} />
        </section>
      )}
      {definitions?.map(({ where, file, line, text: definition }) => (
        <section>
          <h3>
            {file === undefined ? `In the ${where === 'code' ? 'text' : where}` : makeVisible(file)}, line {line}
          </h3>
          {definition !== undefined && (
            <pre>
              <LeanText text={definition} />
            </pre>
          )}
        </section>
      ))}
      {text !== undefined && <Prose text={text} />}
      {completions && (
        <ul class="completions">
          {completions.map(({ label, detail }) => (
            <li>
              <b>{makeVisible(label)}</b>
              {detail !== undefined && (
                <>
                  {' : '}
                  <LeanText text={detail} />
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Documentation in Markdown, of which only fenced code is made out; the rest reads well as it is. */
function Prose({ text }: { readonly text: string }): JSX.Element {
  const parts = makeVisible(text)
    // Lines between its sections, and emphasis of a whole line.
    .replaceAll(/^\*\*\*$/gm, '')
    .replaceAll(/^\*([^*\n]+)\*$/gm, '$1')
    .split(/^```.*\n?/m);
  return (
    <>
      {parts.map((part, index) => {
        const content = part.trim();
        if (content === '') return null;
        if (index % 2 === 0) return <p class="prose">{content}</p>;
        return (
          <pre>
            <LeanText text={content} />
          </pre>
        );
      })}
    </>
  );
}
