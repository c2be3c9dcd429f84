import type { Way } from '../bench-report.ts';

/** Colours of one appearance of a page. */
export interface Colours {
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  readonly ways: Readonly<Record<Way, string>>;
}

/** By what `prefers-color-scheme` asks for. Colour-blind readers can tell them apart, too (Okabe and Ito). */
export const appearances = {
  light: {
    background: '#ffffff',
    text: '#1f2328',
    grid: '#d1d9e0',
    ways: {
      lean: '#0072b2',
      docker_exec: '#56a0c8',
      docker_run: '#b07aa1',
      pool_off: '#c28500',
      kept: '#009e73',
      warm: '#c93c00',
    },
  },
  dark: {
    background: '#0d1117',
    text: '#e6edf3',
    grid: '#30363d',
    ways: {
      lean: '#58a6ff',
      docker_exec: '#9ecbff',
      docker_run: '#d2a8ff',
      pool_off: '#e3b341',
      kept: '#3fb950',
      warm: '#ff8a5c',
    },
  },
} as const satisfies Readonly<Record<string, Colours>>;
