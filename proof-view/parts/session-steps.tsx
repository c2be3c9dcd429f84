import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { Host } from '../host/host-connection.ts';
import { callForStructured, readSteps, type Step } from '../model/session.ts';
import { LeanText } from './lean-text.tsx';

interface SessionStepsProps {
  readonly host: Host;
  readonly sessionId: string;
  /** Tells that steps behind one are gone. */
  readonly onRewound: (step: number) => void;
}

/** The steps of a session; the session can go back to any of them. */
export function SessionSteps({ host, sessionId, onRewound }: SessionStepsProps): JSX.Element {
  const [steps, setSteps] = useState<readonly Step[] | undefined>();
  const [sure, setSure] = useState<number | undefined>();
  const [says, setSays] = useState('');
  const load = async (): Promise<void> => {
    setSteps(readSteps(await callForStructured(host, 'describe-session', { session_id: sessionId })));
  };
  const fail = (error: unknown): void => {
    setSays(error instanceof Error ? error.message : String(error));
  };
  useEffect(() => {
    load().catch(fail);
  }, [host, sessionId]);

  const goBack = async (step: number): Promise<void> => {
    setSure(undefined);
    await callForStructured(host, 'rewind-session', { session_id: sessionId, step });
    setSays(step === 0 ? 'The session is empty again.' : `The session is back at step ${step}.`);
    onRewound(step);
    await load();
    const gone = 'What later steps defined is gone from it.';
    await host.tellModel(`The user took the Lean session ${sessionId} back to step ${step}. ${gone}`);
  };
  const last = steps?.at(-1)?.step ?? 0;
  return (
    <section class="steps" aria-label="Steps of the session">
      <p class="says" role="status">
        {makeVisible(says)}
      </p>
      <ol>
        {steps?.map(({ step, names, code }) => (
          <li value={step} class={step === last ? 'last' : undefined}>
            <details>
              <summary>
                <span class="number">{step}</span>
                <span class="names">{names.length > 0 ? names.map(makeVisible).join(', ') : <i>no new names</i>}</span>
              </summary>
              <pre>
                <LeanText text={code} />
              </pre>
            </details>
            {step === last ? (
              <span class="dim">now</span>
            ) : sure === step ? (
              <span class="sure">
                <button class="strong" ref={(button) => button?.focus()} onClick={() => void goBack(step).catch(fail)}>
                  Drop {last - step === 1 ? `step ${last}` : `steps ${step + 1} to ${last}`}
                </button>
                <button
                  onClick={() => {
                    setSure(undefined);
                  }}
                >
                  Keep
                </button>
              </span>
            ) : (
              <button
                onClick={() => {
                  setSure(step);
                }}
                aria-label={`Go back to step ${step}`}
              >
                Go back here
              </button>
            )}
          </li>
        ))}
      </ol>
      {steps?.length === 0 && <p class="dim">No steps.</p>}
    </section>
  );
}
