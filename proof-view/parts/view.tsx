import type { JSX } from 'preact';
import { useEffect, useErrorBoundary, useState } from 'preact/hooks';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { Host } from '../host/host-connection.ts';
import type { Cursor } from '../model/cursor.ts';
import { askForGoals, sessionOf, sessionSource, type Answer } from '../model/questions.ts';
import type { ShownInput, ShownResult } from '../model/shown-call.ts';
import type { Span } from '../model/source-lines.ts';
import { Attempts, Messages } from './attempts.tsx';
import { Goals } from './goals.tsx';
import { Header } from './header.tsx';
import { Inspection } from './inspection.tsx';
import { Output } from './output.tsx';
import { SessionSteps } from './session-steps.tsx';
import { Source } from './source.tsx';

interface ViewProps {
  readonly host: Host | undefined;
  readonly input: ShownInput;
  readonly shown: ShownResult;
  readonly fullscreen?: { readonly isOn: boolean; readonly toggle: () => void } | undefined;
}

/** All of the page; a result that it cannot draw, as text. */
export function Page({ text, ...view }: ViewProps & { readonly text: string }): JSX.Element {
  const [error] = useErrorBoundary() as [unknown, () => void];
  return error === undefined ? <View {...view} /> : <pre class="failure">{makeVisible(text)}</pre>;
}

function View({ host, input, shown, fullscreen }: ViewProps): JSX.Element {
  const code = useText(host, input);
  const [cursor, setCursor] = useState<Cursor | undefined>();
  const [answers, setAnswers] = useState<ReadonlyMap<string, Answer>>(new Map());
  const [rewoundTo, setRewoundTo] = useState<number | undefined>();
  const at = cursor ?? (shown.kind === 'inspection' ? input.place : undefined);
  const canAsk = host?.capabilities.serverTools !== undefined && shown.kind !== 'none';
  const ask = (place: Cursor): void => {
    const key = keyOf(place);
    if (host === undefined || answers.has(key)) return;
    const put = (answer: Answer): void => {
      setAnswers((known) => new Map(known).set(key, answer));
    };
    put({ state: 'asking' });
    void askForGoals({ host, input, shown }, place).then(put);
  };
  const session = sessionOf(shown);
  const step = shown.kind === 'execution' ? shown.result.step : undefined;
  const diagnostics = diagnosticsOf(shown);
  const answer = cursor && answers.get(keyOf(cursor));
  return (
    <>
      <Header shown={shown} fullscreen={fullscreen} />
      {rewoundTo !== undefined && step !== undefined && rewoundTo < step && (
        <p class="notice">This step was taken back.</p>
      )}
      <main>
        <div class="text">
          {code === undefined ? (
            <Messages title={undefined} messages={diagnostics} />
          ) : (
            <Source
              code={code}
              diagnostics={diagnostics.filter(({ file }) => file === undefined)}
              place={placeOf(shown)}
              cursor={at}
              onCursor={setCursor}
              onAsk={canAsk ? ask : undefined}
            />
          )}
          {canAsk && code !== undefined && /\bby\b/.test(code) && (
            <p class="hint">
              Click a place, or press <kbd>Enter</kbd> at it, for the goals there. <kbd>F8</kbd> goes to the next
              message.
            </p>
          )}
          {code !== undefined && (
            <Messages
              title="In files that it imports"
              messages={diagnostics.filter(({ file }) => file !== undefined)}
            />
          )}
          {shown.kind === 'failure' && <pre class="failure">{makeVisible(shown.text)}</pre>}
          {shown.kind === 'execution' && <Output result={shown.result} />}
        </div>
        <Aside shown={shown} cursor={cursor} answer={answer} onCursor={setCursor} />
      </main>
      {host && session !== undefined && (
        <Session host={host} sessionId={session} step={step} onRewound={setRewoundTo} />
      )}
    </>
  );
}

interface AsideProps {
  readonly shown: ShownResult;
  readonly cursor: Cursor | undefined;
  readonly answer: Answer | undefined;
  readonly onCursor: (cursor: Cursor) => void;
}

/** What stands beside the text: the answer about the cursor, or else what the call was about. */
function Aside({ shown, cursor, answer, onCursor }: AsideProps): JSX.Element | null {
  if (answer !== undefined && cursor !== undefined) {
    return (
      <aside aria-live="polite">
        <h2>
          At line {cursor.line}, column {cursor.column}
        </h2>
        {answer.state === 'asking' && <p class="dim">Asking Lean…</p>}
        {answer.state === 'failed' && <p>{makeVisible(answer.why)}</p>}
        {answer.state === 'answered' && <Inspection result={answer.result} />}
        {shown.kind === 'attempts' && <Attempts result={shown.result} />}
      </aside>
    );
  }
  if (shown.kind === 'inspection') {
    return (
      <aside>
        <Inspection result={shown.result} />
      </aside>
    );
  }
  if (shown.kind === 'attempts') {
    const { goals = [], attempts = [] } = shown.result;
    return (
      <aside>
        {goals.length > 0 && <h2>To prove</h2>}
        {goals.length > 0 && <Goals goals={goals} />}
        {attempts.length > 0 && <h2>Attempts</h2>}
        {attempts.length > 0 && <Attempts result={shown.result} />}
      </aside>
    );
  }
  const goals = shown.kind === 'execution' ? (shown.result.goals ?? []) : [];
  if (goals.length === 0) return null;
  return (
    <aside>
      <h2>Left to prove</h2>
      {goals.map((goal) => (
        <section>
          <button
            class="place"
            onClick={() => {
              onCursor(goal);
            }}
          >
            {goal.sorry === undefined ? 'unsolved goals' : `sorry ${goal.sorry}`}, line {goal.line}
          </button>
          <Goals goals={[goal]} />
        </section>
      ))}
    </aside>
  );
}

interface SessionProps {
  readonly host: Host;
  readonly sessionId: string;
  readonly step: number | undefined;
  readonly onRewound: (step: number) => void;
}

/** The steps are asked for when somebody wants to see them: a host may ask its user before each call. */
function Session({ host, sessionId, step, onRewound }: SessionProps): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  if (host.capabilities.serverTools === undefined) return null;
  return (
    <footer>
      <button
        class="quiet"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        Session{step === undefined ? '' : `, step ${step}`}
      </button>
      {isOpen && <SessionSteps host={host} sessionId={sessionId} onRewound={onRewound} />}
    </footer>
  );
}

/** The text of the call: its own, or all that its session has accepted. */
function useText(host: Host | undefined, { code, sessionId }: ShownInput): string | undefined {
  const [text, setText] = useState<string | undefined>();
  useEffect(() => {
    if (code !== undefined || sessionId === undefined || host?.capabilities.serverResources === undefined) return;
    host.readResource(sessionSource(sessionId)).then(setText, () => undefined);
  }, [host, code, sessionId]);
  return code ?? text;
}

function diagnosticsOf(
  shown: ShownResult,
): NonNullable<Extract<ShownResult, { kind: 'execution' }>['result']['diagnostics']> {
  return shown.kind === 'execution' || shown.kind === 'attempts' ? (shown.result.diagnostics ?? none) : none;
}
const none: [] = [];

function placeOf(shown: ShownResult): Span | undefined {
  if (shown.kind !== 'attempts' && shown.kind !== 'inspection') return undefined;
  return shown.result.place;
}

function keyOf({ line, column }: Cursor): string {
  return `${line}:${column}`;
}
