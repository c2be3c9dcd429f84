import { z } from 'zod';
import { observeRefusal } from './observed-call.ts';
import type { ToolEnvironment } from './tool.ts';
import { allTools } from './tools/all-tools.ts';

const toolCall = z.object({
  method: z.literal('tools/call'),
  params: z.object({
    name: z.string(),
    arguments: z.object({ code: z.string().optional() }).catch({}).optional(),
  }),
});
const known: ReadonlySet<string> = new Set(allTools.map(({ name }) => name));

/**
 * Tells observers of calls of tools that there are not: the protocol refuses them before any tool of ours hears of it. Their
 * names are not repeated, because callers could make up any number of them.
 *
 * @param body a message, or several
 */
export function observeUnknownTools(body: unknown, environment: ToolEnvironment): void {
  for (const message of Array.isArray(body) ? (body as unknown[]) : [body]) {
    const { data } = toolCall.safeParse(message);
    if (data !== undefined && !known.has(data.params.name)) {
      observeRefusal('unknown', { texts: { code: data.params.arguments?.code } }, environment);
    }
  }
}
