import type { WiredApp } from '../app/wire-app.ts';
import type { Terminal } from './terminal.ts';

/** What a command that runs code works with. */
export interface CommandContext {
  readonly app: WiredApp;
  readonly terminal: Terminal;
  /** Fires when the person wants it to end. */
  readonly signal: AbortSignal;
}
