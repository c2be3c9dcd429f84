import { z } from 'zod';
import { everyOf } from '../../core/every-of.ts';
import type { InspectionKind } from '../../execution/proof-service.ts';
import { inspectionResult, renderInspection, toInspection } from '../../report/inspection-result.ts';
import { factsOfInspection } from '../call-facts.ts';
import { proofViewUri } from '../resources/proof-view-resource.ts';
import { answer, defineTool } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { textInput, toTextRequest } from './text-input.ts';

export const inspectLean = defineTool({
  name: 'inspect-lean',
  title: 'Ask Lean about a place',
  description:
    'Asks Lean about a place in a text, also one that Lean rejects, without running or keeping it. what: goal (proof ' +
    'state around the tactic there), term-goal (type expected of a term, hypotheses), hover (type and ' +
    'documentation), completions (right behind what is to be completed, as `Nat.`), definition.',
  input: z.strictObject({
    ...textInput,
    line: z.int().min(1).max(1e7).describe('From 1'),
    column: z.int().min(0).max(1e7).describe('From 0'),
    what: z.enum(everyOf<InspectionKind>()('goal', 'term-goal', 'hover', 'completions', 'definition')),
  }),
  output: inspectionResult,
  runsCode: true,
  view: proofViewUri,
  annotations: onlyReads,
  subject: ({ code, files = {}, session_id: sessionId }) => ({
    texts: { code, files: Object.values(files) },
    sessionId,
  }),
  run: async ({ line, column, what, ...input }, environment, context) => {
    const request = { ...toTextRequest(input, environment), position: { line, column }, what };
    const result = await environment.proofs.inspect(request, context);
    return answer(factsOfInspection(result), (limits) => toInspection(result, what, limits), renderInspection);
  },
});
