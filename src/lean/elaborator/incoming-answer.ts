import { hasShape } from '../reading/json-shape.ts';
import { answerSchema, type ElaboratorAnswer } from './elaborator-protocol.ts';

/** What there is in the bytes of an answer: one of the elaborator's, more than it has to say, or something else. */
export type IncomingAnswer = ElaboratorAnswer | 'excessive' | 'strange';

/** The most structure that an answer may have; parsing that much takes some ten milliseconds. */
const largestShape = { parts: 512 * 1024, depth: 16 };

/** Reads an answer. Takes any bytes; its work is bounded by {@link largestShape} and linear in their length. */
export function readAnswer(bytes: Buffer): IncomingAnswer {
  if (!hasShape(bytes, largestShape)) return 'excessive';
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'strange';
  }
  const { success, data } = answerSchema.safeParse(value);
  return success ? data : 'strange';
}
