import type { BuildProgress } from '../build-progress.ts';

/** How far a step is, by a line of what it printed. */
export type StepProgress = Pick<BuildProgress, 'detail' | 'done' | 'total'>;

const maxDetail = 100;

/**
 * Reads a line of `lake` or of Mathlib’s cache.
 *
 * @returns `undefined` when it does not tell how far the work is
 */
export function readProgress(line: string): StepProgress | undefined {
  const built = /^\S{1,4} \[(\d{1,9})\/(\d{1,9})\] (?:\(Optional\) )?(\S.*)$/u.exec(line.trim());
  if (built !== null) return progress(built[3] ?? '', built[1], built[2]);
  const fetched = /\battempted (\d{1,9})\/(\d{1,9})\b/.exec(line);
  if (fetched !== null) return progress('downloading compiled modules', fetched[1], fetched[2]);
  const said =
    /^(?:info: )?([\w«».-]{1,100}: (?:cloning|checking out) .*|Decompressing \d.*|installing leantar.*)$/.exec(
      line.trim(),
    );
  return said === null ? undefined : { detail: short(said[1] ?? '') };
}

function progress(detail: string, done: string | undefined, total: string | undefined): StepProgress {
  return { detail: short(detail), done: Number(done), total: Number(total) };
}

function short(text: string): string {
  return text.length <= maxDetail ? text : `${text.slice(0, maxDetail)}…`;
}
