/**
 * An elaborator that is nobody's friend: a text with the line `-- hostile {"seed": 1, "frames": 1000}` has it
 * write so many random answers to its channel before it goes on as usual. It knows the key, as code that has taken the
 * process over does. With `"polite": true` it says only what the elaborator could say.
 */
import { anything, pick, randomFrom, size, upTo, wishOf, writeRandomly } from './hostile.mjs';

/** @param {{id: number, key: Buffer, socket: number}} facts what the elaborator knows */
export function beHostileElaborator(text, { id, key, socket }) {
  const wanted = wishOf(text);
  if (wanted === undefined) return;
  const random = randomFrom(wanted.seed);
  const framed = (json) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(json));
    return Buffer.concat([key, length, Buffer.from(json)]);
  };
  const answer = (value) => framed(JSON.stringify({ id, ...value }));
  const kinds = wanted.polite ? [politeMessage(answer)] : [politeMessage(answer), ...rudeKinds(answer, framed, key)];
  writeRandomly(socket, wanted.frames, random, () => pick(kinds, random)(random));
}

const place = (random) => ({ line: 1 + upTo(4, random), column: upTo(9, random) });

const politeMessage = (answer) => (random) =>
  answer({
    event: 'message',
    message: {
      severity: pick(['error', 'warning', 'information'], random),
      pos: place(random),
      endPos: place(random),
      text: `unsolved goals\n${'⊢ False\n\n'.repeat(size(50, random))}`,
    },
  });

const rudeKinds = (answer, framed, key) => [
  (random) => answer({ event: 'message', message: anything(random) }),
  (random) => answer({ event: pick(['verdict', 'done', 'goals', '__proto__', 'hello'], random), verdict: 'accepted' }),
  (random) =>
    answer({ event: 'goals', goals: { items: Array.from({ length: size(20_000, random) }, () => 1), omitted: 0 } }),
  (random) => framed(JSON.stringify(anything(random))),
  (random) => {
    const depth = size(20_000, random);
    return framed(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  },
  (random) => framed(`[${'{},'.repeat(size(200_000, random))}{}]`),
  (random) => Buffer.concat([key, Buffer.from([upTo(256, random), 0, 0, 1])]),
  (random) => Buffer.from(Array.from({ length: size(5000, random) }, () => upTo(256, random))),
];
