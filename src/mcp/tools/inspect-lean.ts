import { z } from 'zod';
import { inspectionResult, renderInspection, toInspection } from '../../report/inspection-result.ts';
import { defineTool } from '../tool.ts';
import { textInput, toTextRequest } from './text-input.ts';

export const inspectLean = defineTool({
  name: 'inspect-lean',
  title: 'Ask Lean about a place',
  description:
    'Asks Lean about a place in a text, without running or keeping anything. what says which question: goal is the state of ' +
    'a proof before and after the tactic there; term-goal the type that is expected of a term there, with the hypotheses at ' +
    'hand; hover the type and documentation of a name; completions what could stand there, with types (put the place right ' +
    'behind what is to be completed, for instance behind `Nat.`); definition the text that defines a name. Code that Lean ' +
    'rejects can be asked about, too. line counts from 1, column from 0 in Unicode code points, as in diagnostics; they are ' +
    'in code, or without code in the whole accepted text of the session. To try proofs at a place, use try-tactics.',
  input: z.strictObject({
    ...textInput,
    line: z.int().min(1).max(1e7).describe('From 1'),
    column: z.int().min(0).max(1e7).describe('From 0, in Unicode code points'),
    what: z.enum(['goal', 'term-goal', 'hover', 'completions', 'definition']).describe('The question'),
  }),
  output: inspectionResult,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async ({ line, column, what, ...input }, environment, context) => {
    const request = { ...toTextRequest(input, environment), position: { line, column }, what };
    const result = await environment.proofs.inspect(request, context);
    const structured = toInspection(result, what, environment.report);
    return { structured, text: renderInspection(structured) };
  },
});
