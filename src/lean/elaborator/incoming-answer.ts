import { parseJson } from '../../core/parse-json.ts';
import { hasShape } from '../reading/json-shape.ts';
import { answerSchema, type ElaboratorAnswer } from './elaborator-protocol.ts';

/** What there is in the bytes of an answer: one of the elaborator's, more than it has to say, or something else. */
export type IncomingAnswer = ElaboratorAnswer | 'excessive' | 'strange';

/**
 * The most structure that an answer may have: fifteen times as much as a hundred declarations. Parsing that much takes up to
 * 25 ms, when each name in it is another, and collecting the garbage of that as long again.
 */
const maxShape = { parts: 64 * 1024, depth: 16 };

/** Reads an answer. Takes any bytes; its work is bounded by {@link maxShape} and linear in their length. */
export function readAnswer(bytes: Buffer): IncomingAnswer {
  if (!hasShape(bytes, maxShape)) return 'excessive';
  const { success, data } = answerSchema.safeParse(parseJson(bytes.toString('utf8')));
  return success ? data : 'strange';
}
