import { ProgressBar, type Amount } from './progress-bar.ts';

/** Where a command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  out(text: string): void;
  /** A line for the person. */
  say(line: string): void;
  /**
   * What is going on now; shown only on a terminal, in one line that the next one replaces.
   *
   * @param amount how far it is, where that is known: a bar shows it, and how long the rest will take
   */
  progress(line: string, amount?: Amount): void;
  /** Removes the line of progress. */
  endProgress(): void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process;
  // Whoever reads our output may stop early, as `head` does.
  stdout.on('error', onBrokenPipe);
  // What nobody reads about the work is no reason to end it: a server goes on without a reader of its log.
  stderr.on('error', () => undefined);
  let shown = false;
  const bar = new ProgressBar(stderr);
  const clear = (): void => {
    bar[Symbol.dispose]();
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  return {
    out: (text) => {
      clear();
      stdout.write(text);
    },
    say: (line) => {
      clear();
      stderr.write(`${line}\n`);
    },
    progress: (line, amount) => {
      if (!stderr.isTTY) return;
      if (amount === undefined || shown) clear();
      if (amount !== undefined) {
        bar.show(line, amount);
        return;
      }
      stderr.write(line.slice(0, Math.max(20, stderr.columns - 1)));
      shown = true;
    },
    endProgress: clear,
  };
}

function onBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(process.exitCode ?? 0);
}
