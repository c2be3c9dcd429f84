/*
 * A result that is longer than its client takes never reaches the model. So all of it together, as data and as text, gets
 * so many bytes; the parts that are long share the room, and those that are short stay whole. Each try is a turn of its own
 * of the event loop: others do not wait for all of them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReportLimits } from './structured-result.ts';

/** A result as callers see it. */
export interface Shown {
  readonly structured: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Shows a result with so much room for each of its parts. */
export type Show<Result extends Shown = Shown> = (limits: ReportLimits) => Result;

/** How often the room is adjusted: to within a hundredth. */
const adjustments = 7;

/**
 * The result with as much in it as fits.
 *
 * @param limits what every part may have at most, however much room there is
 * @param bytes what data and text may take together
 */
export async function fitResult<Result extends Shown>(
  show: Show<Result>,
  limits: ReportLimits,
  bytes: number,
): Promise<Result> {
  const whole = show(limits);
  if (sizeOf(whole) <= bytes) return whole;
  const withRoom = async (characters: number): Promise<Result> => {
    await nextTurn();
    return show({
      ...limits,
      messageCharacters: Math.min(limits.messageCharacters, characters),
      outputCharacters: Math.min(limits.outputCharacters, characters),
    });
  };
  let best = await withRoom(0);
  let enough = 0;
  let tooMuch = bytes;
  for (let step = 0; step < adjustments; step += 1) {
    const room = Math.floor((enough + tooMuch) / 2);
    const shown = await withRoom(room);
    if (sizeOf(shown) > bytes) tooMuch = room;
    else [best, enough] = [shown, room];
  }
  return best;
}

function sizeOf({ structured, text }: Shown): number {
  return Buffer.byteLength(JSON.stringify(structured)) + Buffer.byteLength(JSON.stringify(text));
}
