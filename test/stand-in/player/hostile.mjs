/**
 * A Lean that is nobody's friend: a text with the line `-- hostile {"seed": 1, "frames": 1000}` has it write so many random
 * frames to its stdout before it goes on as usual. It reads its input as Lean does, so it knows ids and versions. With
 * `"polite": true` it says only what Lean could say.
 */
import { writeAll } from './frames.mjs';

const wish = /^-- hostile (\{.*\})$/m;
/** So many different frames are made for a text; they are then written again and again, in random order. */
const repertoire = 256;
const writeBytes = 64 * 1024;

/**
 * @param {string} text the document
 * @param {{uri: string, version: number, ids: string[]}} facts what Lean knows by now
 */
export function beHostile(text, facts) {
  const wanted = wishOf(text);
  if (wanted === undefined) return;
  const random = randomFrom(wanted.seed + facts.version);
  const kinds = wanted.polite ? politeKinds : [...politeKinds, ...rudeKinds];
  writeRandomly(1, wanted.frames, random, () => pick(kinds, random)(facts, random));
}

/** What a text wishes for, if anything. */
export function wishOf(text) {
  const wanted = wish.exec(text)?.[1];
  return wanted === undefined ? undefined : { polite: false, ...JSON.parse(wanted) };
}

/** Writes so many random frames. @param {() => Buffer} make one of those of which there are a few only */
export function writeRandomly(descriptor, frames, random, make) {
  const made = Array.from({ length: repertoire }, make);
  let waiting = [];
  let length = 0;
  for (let written = 0; written < frames; written += 1) {
    const frame = pick(made, random);
    waiting.push(frame);
    length += frame.length;
    if (length < writeBytes && written < frames - 1) continue;
    writeAll(descriptor, Buffer.concat(waiting));
    waiting = [];
    length = 0;
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pick = (list, random) => list[Math.floor(random() * list.length)];
export const upTo = (limit, random) => Math.floor(random() * limit);
/** Small as a rule, and seldom as large as it may be. */
export const size = (limit, random) => Math.floor(limit ** random());

const framed = (json) => Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
const message = (value) => framed(JSON.stringify({ jsonrpc: '2.0', ...value }));

const place = (random) => {
  const line = upTo(4, random);
  return { start: { line, character: 0 }, end: { line, character: upTo(9, random) } };
};
const near = (version, random) => version + pick([0, 0, 0, -1, 1], random);

/** Any JSON, not deep. */
export function anything(random, depth = 3) {
  const kind = upTo(depth > 0 ? 8 : 6, random);
  if (kind === 0) return null;
  if (kind === 1) return random() < 0.5;
  if (kind === 2) return pick([0, -1, 1e308, 2 ** 53, 0.1], random);
  if (kind < 6) return pick(['', 'error', '⊢', '__proto__', '\u0000', 'x'.repeat(size(2000, random))], random);
  const length = size(20, random);
  if (kind === 6) return Array.from({ length }, () => anything(random, depth - 1));
  const names = ['uri', 'version', 'diagnostics', 'processing', 'id', '__proto__', 'constructor'];
  return Object.fromEntries(Array.from({ length }, () => [pick(names, random), anything(random, depth - 1)]));
}

const politeKinds = [
  ({ uri, version }, random) => {
    const diagnostics = Array.from({ length: size(30, random) }, () => ({
      range: place(random),
      severity: 1 + upTo(4, random),
      message: `unsolved goals\n${'⊢ False\n\n'.repeat(size(50, random))}`,
    }));
    return message({
      method: 'textDocument/publishDiagnostics',
      params: { uri, version: near(version, random), diagnostics },
    });
  },
  ({ uri, version }, random) =>
    message({
      method: '$/lean/fileProgress',
      params: {
        textDocument: { uri, version: near(version, random) },
        processing: Array.from({ length: size(5, random) }, () => ({ range: place(random) })),
      },
    }),
  () => message({ method: '$/lean/ileanInfoUpdate', params: { references: {} } }),
  (_, random) => message({ id: upTo(9, random), method: 'workspace/semanticTokens/refresh' }),
];

const rudeKinds = [
  (_, random) => message({ method: '$/cancelRequest', ...(random() < 0.5 && { params: { id: null } }) }),
  (_, random) => message({ id: anything(random), result: anything(random) }),
  ({ ids }, random) => message({ id: pick([...ids, 'x'], random), result: anything(random) }),
  ({ ids }, random) =>
    message({ id: pick([...ids, 0], random), error: pick([null, {}, { code: 1, message: 'no' }], random) }),
  (_, random) =>
    message({ method: pick(['$/setTrace', '$/progress', 'exit', '', '__proto__'], random), params: anything(random) }),
  (_, random) => message({ method: 'textDocument/publishDiagnostics', params: anything(random) }),
  (_, random) => message({ method: '$/lean/fileProgress', params: anything(random) }),
  ({ uri, version }, random) =>
    message({
      method: 'textDocument/publishDiagnostics',
      params: { uri, version, diagnostics: Array.from({ length: size(20_000, random) }, () => anything(random, 1)) },
    }),
  (_, random) => {
    const depth = size(20_000, random);
    return framed(`{"jsonrpc":"2.0","id":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  },
  (_, random) => framed(`[${'{},'.repeat(size(200_000, random))}{}]`),
  (_, random) => message({ method: 'x', params: '⊢ a\n'.repeat(size(200_000, random)) }),
  (_, random) => {
    const whole = message({ method: 'x', params: anything(random) });
    return whole.subarray(0, upTo(whole.length, random));
  },
  (_, random) => Buffer.from(`Content-Length: ${size(10_000_000, random)}\r\n\r\n{}`),
  (_, random) => Buffer.from(Array.from({ length: size(5000, random) }, () => upTo(256, random))),
  () => Buffer.from('Content-Length: \r\nContent-Length: 1'),
];
