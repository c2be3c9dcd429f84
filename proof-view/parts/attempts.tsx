import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { ShownAttempt, StructuredAttempts } from '../../src/report/attempts-result.ts';
import type { ShownDiagnostic } from '../../src/report/result-parts.ts';
import { duration, type Tone } from '../model/verdict.ts';
import { Goals } from './goals.tsx';
import { Icon } from './icon.tsx';
import { LeanText } from './lean-text.tsx';

type AttemptVerdict = ShownAttempt['result'];

const verdicts: Readonly<Record<AttemptVerdict, { readonly tone: Tone; readonly says: string }>> = {
  closed: { tone: 'good', says: 'proves it' },
  'goals-left': { tone: 'open', says: 'leaves goals' },
  failed: { tone: 'bad', says: 'fails' },
  'breaks-other': { tone: 'bad', says: 'breaks something else' },
  'uses-sorry': { tone: 'open', says: 'uses sorry' },
  'timed-out': { tone: 'unknown', says: 'out of time' },
  'out-of-memory': { tone: 'unknown', says: 'out of memory' },
  'output-limit': { tone: 'unknown', says: 'too much output' },
  crashed: { tone: 'unknown', says: 'crashed' },
  'not-tried': { tone: 'unknown', says: 'not tried' },
};

/** The attempts in a list, and what came of the one that is chosen. */
export function Attempts({ result }: { readonly result: StructuredAttempts }): JSX.Element {
  const { attempts = [], goals = [] } = result;
  const [chosen, choose] = useState(() => best(attempts));
  const current = attempts[chosen];
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = attempts.length - 1;
    const moves: Readonly<Record<string, number>> = { ArrowUp: chosen - 1, ArrowDown: chosen + 1, Home: 0, End: last };
    const next = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (next === undefined) return;
    event.preventDefault();
    choose(Math.min(Math.max(next, 0), last));
  };
  return (
    <div class="attempts">
      <ul
        role="listbox"
        tabIndex={0}
        aria-label="Attempts"
        aria-activedescendant={`attempt-${chosen}`}
        onKeyDown={onKeyDown}
      >
        {attempts.map((attempt, index) => (
          <li
            id={`attempt-${index}`}
            role="option"
            aria-selected={index === chosen}
            onClick={() => {
              choose(index);
            }}
          >
            <Icon tone={verdicts[attempt.result].tone} />
            <LeanText text={attempt.tactic} />
            <span class={`says ${verdicts[attempt.result].tone}`}>{saysOf(attempt)}</span>
            <span class="elapsed">{duration(attempt.elapsed_ms)}</span>
          </li>
        ))}
      </ul>
      {current && <Outcome attempt={current} before={goals} />}
    </div>
  );
}

interface OutcomeProps {
  readonly attempt: ShownAttempt;
  readonly before: StructuredAttempts['goals'];
}

function Outcome({ attempt, before }: OutcomeProps): JSX.Element {
  const { diagnostics = [], new_errors: elsewhere = [], goals, detail, result } = attempt;
  return (
    <div class="outcome" aria-live="polite">
      {result === 'closed' && <p class="no-goals">Nothing is left to prove.</p>}
      {detail !== undefined && <p>{makeVisible(detail)}</p>}
      {attempt.declaration_uses_sorry === true && <p>The declaration still rests on a sorry elsewhere.</p>}
      {goals && goals.length > 0 && <Goals goals={goals} before={before} />}
      <Messages title={undefined} messages={diagnostics} />
      <Messages title="Elsewhere in the text" messages={elsewhere} />
    </div>
  );
}

interface MessagesProps {
  readonly title: string | undefined;
  readonly messages: readonly ShownDiagnostic[];
}

/** Messages that are not shown at their place. */
export function Messages({ title, messages }: MessagesProps): JSX.Element | null {
  if (messages.length === 0) return null;
  return (
    <section>
      {title !== undefined && <h3>{title}</h3>}
      {messages.map(({ severity, line, column, message, file }) => (
        <div class={`message ${severity}`} role="note" aria-label={`${severity} at line ${line}, column ${column}`}>
          <span class="at">
            {file !== undefined && `${makeVisible(file)}:`}
            {line}:{column}
          </span>{' '}
          {makeVisible(message)}
        </div>
      ))}
    </section>
  );
}

function saysOf({ result, goals = [], truncated }: ShownAttempt): string {
  const count = goals.length + (truncated?.goals ?? 0);
  if (result !== 'goals-left' || count === 0) return verdicts[result].says;
  return count === 1 ? 'leaves 1 goal' : `leaves ${count} goals`;
}

/** The one to look at first: a proof, or else the next best. */
function best(attempts: readonly ShownAttempt[]): number {
  const wanted: readonly AttemptVerdict[] = ['closed', 'goals-left'];
  const found = wanted.map((verdict) => attempts.findIndex(({ result }) => result === verdict));
  return found.find((index) => index >= 0) ?? 0;
}
