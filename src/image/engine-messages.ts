import { createInterface } from 'node:readline';
import { z } from 'zod';
import { parseJson } from '../core/parse-json.ts';

const engineMessage = z.object({
  /** Text of the builder, ends in a line feed. */
  stream: z.string().optional(),
  /** What a pull is doing with the layer `id`. */
  status: z.string().optional(),
  id: z.string().optional(),
  progressDetail: z.object({ current: z.number().optional(), total: z.number().optional() }).optional(),
  /** What came of a build. */
  aux: z.object({ ID: z.string().optional() }).optional().catch(undefined),
  /** The work has failed; nothing follows. */
  error: z.string().optional(),
});

/** One message of the engine about a build or a pull. */
export type EngineMessage = z.infer<typeof engineMessage>;

/** Reads what the engine says about a build or a pull: JSON values, one a line. What is none is passed over. */
export async function* engineMessages(stream: NodeJS.ReadableStream): AsyncGenerator<EngineMessage> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    const { success, data } = engineMessage.safeParse(parseJson(line));
    if (success) yield data;
  }
}
