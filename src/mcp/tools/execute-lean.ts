import { z } from 'zod';
import { renderText } from '../../report/render-text.ts';
import { structuredResult, toStructured } from '../../report/structured-result.ts';
import { factsOfExecution } from '../call-facts.ts';
import { proofViewUri } from '../resources/proof-view-resource.ts';
import { answer, defineTool } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { executionInput, toCodeRequest } from './execution-input.ts';

export const executeLean = defineTool({
  name: 'execute-lean',
  title: 'Run Lean 4 code',
  description:
    'Checks Lean 4 code in a fresh locked-down container (nothing kept), and runs main, if any. Returns ' +
    'messages, and what main printed. status is success exactly when Lean reported no error and main, if any, ' +
    'returned 0; sorry is only a warning.',
  input: z.strictObject(executionInput),
  output: structuredResult,
  runsCode: true,
  view: proofViewUri,
  annotations: onlyReads,
  subject: ({ code, files = {} }) => ({ texts: { code, files: Object.values(files) } }),
  run: async (input, environment, context) => {
    const result = await environment.service.runCode(toCodeRequest(input, environment), context);
    return answer(factsOfExecution(result), (limits) => toStructured(result, limits), renderText);
  },
});
