/* Lean's messages as its command line prints them with `--json`: one object a line. */
import { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';
import { namedError, type Diagnostic } from '../lean/diagnostic.ts';
import { hasShape } from '../lean/reading/json-shape.ts';

const place = z.object({ line: z.int().min(1).max(1e7), column: z.int().min(0).max(1e7) });

const message = z.object({
  severity: z.enum(['error', 'warning', 'information']),
  pos: place,
  endPos: place.nullish(),
  data: z.string(),
  caption: z.string().optional(),
  kind: z.string().optional(),
  isSilent: z.boolean().optional(),
});

/** More structure than a message has. */
const maxShape = { parts: 1000, depth: 8 };
/** What Lean appends to the name of an error to tell it from other kinds of messages. */
const nameSuffix = '._namedError';

/** What a line of Lean's output is: one of its messages, one that is not shown, or what something else has written. */
export type LeanLine = Diagnostic | 'silent' | 'other';

/** Understands a line. Takes any bytes. */
export function readLeanLine(line: Buffer): LeanLine {
  if (line[0] !== openBrace || !hasShape(line, maxShape)) return 'other';
  const { success, data: said } = message.safeParse(parseJson(line.toString('utf8')));
  if (!success) return 'other';
  if (said.isSilent === true) return 'silent';
  const { severity, pos, endPos, data, caption = '', kind = '' } = said;
  return {
    severity,
    start: pos,
    end: endPos ?? pos,
    message: `${caption === '' ? '' : `${caption}:\n`}${data}`.trimEnd(),
    ...(kind.endsWith(nameSuffix) && namedError(kind.slice(0, -nameSuffix.length))),
  };
}

const openBrace = 0x7b;
