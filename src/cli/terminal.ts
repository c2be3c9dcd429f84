/** Where a command writes: results to stdout, everything else to stderr. */
export interface Terminal {
  out(text: string): void;
  /** A line for the person. */
  say(line: string): void;
  /** What is going on now; shown only on a terminal, in one line that the next one replaces. */
  progress(line: string): void;
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
  const clear = (): void => {
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
    progress: (line) => {
      if (!stderr.isTTY) return;
      clear();
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
