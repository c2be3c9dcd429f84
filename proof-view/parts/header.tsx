import type { JSX } from 'preact';
import { makeVisible } from '../../src/core/visible-text.ts';
import type { ShownResult } from '../model/shown-call.ts';
import { duration, verdictOf } from '../model/verdict.ts';
import { Icon } from './icon.tsx';

interface HeaderProps {
  readonly shown: ShownResult;
  /** Absent where the host shows the page in one way only. */
  readonly fullscreen?: { readonly isOn: boolean; readonly toggle: () => void } | undefined;
}

/** The verdict, and by whom and how fast. */
export function Header({ shown, fullscreen }: HeaderProps): JSX.Element {
  const { tone, title, detail } = verdictOf(shown);
  const result = 'result' in shown ? shown.result : undefined;
  const facts = [
    ...(result?.lean_version === undefined ? [] : [`Lean ${makeVisible(result.lean_version)}`]),
    ...(result === undefined ? [] : [duration(result.timings_ms.total)]),
  ];
  return (
    <header class={tone}>
      <Icon tone={tone} />
      <div role="status">
        <h1>{title}</h1>
        {detail !== undefined && <p class="detail">{makeVisible(detail)}</p>}
      </div>
      <p class="facts">{facts.join(' · ')}</p>
      {fullscreen && (
        <button class="quiet" aria-pressed={fullscreen.isOn} aria-label="Full screen" onClick={fullscreen.toggle}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d={fullscreen.isOn ? 'M6 2v4H2m8-4v4h4M6 14v-4H2m8 4v-4h4' : 'M2 6V2h4m4 0h4v4M2 10v4h4m8-4v4h-4'} />
          </svg>
        </button>
      )}
    </header>
  );
}
