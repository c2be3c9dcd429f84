/*
 * Calls whose Lean writes random frames, valid and broken ones, to a server that has a canary beside them: something that
 * needs no sandbox is asked for all the time, and must be answered as if nothing was going on. Only the stand-in toolchain
 * is hostile on demand.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SoakServer } from '../soak/soak-server.ts';

export interface HostileCalls {
  /** Frames in all, as far as the server reads them: of some calls it reads few. */
  readonly frames: number;
  readonly framesPerCall: number;
  readonly callsAtOnce: number;
  readonly seed: number;
}

/** What was seen. */
export interface HostileReport {
  readonly frames: number;
  /** How many calls ended in which way. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Waits of the canary, in milliseconds, the shortest first. */
  readonly waits: readonly number[];
  /** Live memory in bytes: when a fifth of the calls was made, so that what is kept of results is kept, and at the end. */
  readonly liveBytes: readonly [number, number];
  /** What must not be: an exit, an answer that is none, a canary that died. */
  readonly problems: readonly string[];
}

const canaryRestMs = 10;
const readingsOfMemory = 5;
const readingRestMs = 1000;

/** The text that has a stand-in for Lean be hostile; for a real Lean it has a comment. */
function hostileText(seed: number, frames: number, polite: boolean): string {
  return `-- hostile ${JSON.stringify({ seed, frames, polite })}\ndef answer : Nat := 42\n`;
}

/** Makes the calls. */
export async function makeHostileCalls(
  server: SoakServer,
  { frames, framesPerCall, callsAtOnce, seed }: HostileCalls,
): Promise<HostileReport> {
  const outcomes = new Map<string, number>();
  const problems: string[] = [];
  const waits: number[] = [];
  const state = { isOver: false, isMeasuring: false };
  void server.ended.then(() => {
    if (!state.isOver) problems.push('the server ended');
    state.isOver = true;
  });
  // The first calls load what all later ones use, in the canary too.
  await server.touch();
  for (const tool of ['execute-lean', 'inspect-lean'] as const) await call(server, tool, hostileText(seed, 100, false));

  const canary = (async () => {
    while (!state.isOver) {
      await pause(canaryRestMs);
      // A measurement has the server collect its garbage, all at once, which it never does by itself.
      if (state.isMeasuring) continue;
      waits.push(await server.touch());
    }
  })().catch((error: unknown) => problems.push(`the canary: ${String(error)}`));

  let begun = 0;
  const caller = async (until: number): Promise<void> => {
    while (begun * framesPerCall < until && !state.isOver) {
      begun += 1;
      const mine = begun;
      const text = hostileText(seed + mine * 7919, framesPerCall, mine % 2 === 0);
      const tool = tools[mine % tools.length] ?? 'execute-lean';
      const outcome = await call(server, tool, text).catch((error: unknown) => {
        problems.push(`${tool}: ${String(error)}`);
        return 'no answer';
      });
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  const makeCalls = async (until: number): Promise<number> => {
    await Promise.race([Promise.all(Array.from({ length: callsAtOnce }, () => caller(until))), server.ended]);
    return state.isOver ? Infinity : await leastLiveBytes();
  };
  /** What is on its way from sandboxes that are being removed is no leak: the least of some moments counts. */
  const leastLiveBytes = async (): Promise<number> => {
    const readings: number[] = [];
    state.isMeasuring = true;
    for (let nth = 0; nth < readingsOfMemory; nth += 1) {
      await pause(readingRestMs);
      readings.push((await server.vitals()).liveBytes);
    }
    state.isMeasuring = false;
    return Math.min(...readings);
  };
  const liveBytes = [await makeCalls(frames / 5), await makeCalls(frames)] as const;
  state.isOver = true;
  await canary;
  return {
    frames: begun * framesPerCall,
    outcomes,
    waits: waits.sort((a, b) => a - b),
    liveBytes,
    problems,
  };
}

const tools = ['execute-lean', 'execute-lean-persistent', 'inspect-lean', 'try-tactics'] as const;

async function call(server: SoakServer, tool: (typeof tools)[number], code: string): Promise<string> {
  const place = { line: 2, column: 4 };
  const more = {
    'execute-lean': {},
    'execute-lean-persistent': {},
    'inspect-lean': { ...place, what: 'hover' },
    'try-tactics': { line: 3, column: 0, attempts: ['rfl'] },
  }[tool];
  const { isError, structuredContent, content } = await server.call(tool, { code, ...more });
  if (isError === true) return `refused: ${JSON.stringify(content).slice(0, 120)}`;
  const { outcome, session_id: id } = structuredContent as { outcome?: unknown; session_id?: unknown };
  if (typeof id === 'string') await server.call('cleanup-session', { session_id: id });
  return typeof outcome === 'string' ? outcome : 'no outcome';
}
