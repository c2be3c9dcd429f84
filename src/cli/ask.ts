import { createInterface } from 'node:readline/promises';

/** Asks on stderr, and reads one line from stdin. @returns `undefined` when stdin ends, or the signal fires, before one */
export async function ask(question: string, signal: AbortSignal): Promise<boolean | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const end = new Promise<undefined>((resolve) => {
      lines.once('close', () => {
        resolve(undefined);
      });
    });
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal }), end]);
    if (answer === undefined) process.stderr.write('\n');
    return answer === undefined ? undefined : /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
