import type { JSX } from 'preact';
import type { Tone } from '../model/verdict.ts';

const strokes: Readonly<Record<Tone, string>> = {
  good: 'M3.5 8.5l3 3 6-7',
  bad: 'M4.5 4.5l7 7m0-7l-7 7',
  open: 'M8 3.5v5.2m0 3.2v.1',
  unknown: 'M5.6 6a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.1.8-1.1 1.6m0 2.6v.1',
  busy: 'M8 2.5a5.5 5.5 0 0 1 5.5 5.5',
};

/** What a verdict looks like; the words beside it say the same. */
export function Icon({ tone }: { readonly tone: Tone }): JSX.Element {
  return (
    <svg class={`icon ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={strokes[tone]} />
    </svg>
  );
}
