import { z } from 'zod';
import { renderText } from '../../report/render-text.ts';
import { structuredResult, toStructured } from '../../report/structured-result.ts';
import { defineTool } from '../tool.ts';
import { executionInput, toCodeRequest } from './execution-input.ts';

export const executeLean = defineTool({
  name: 'execute-lean',
  title: 'Run Lean 4 code',
  description:
    'Checks Lean 4 code, and runs it when it defines main, in a fresh locked-down container that is thrown away afterwards ' +
    '(no network, nothing kept). Returns Lean’s messages with positions, and the program’s stdout, stderr and exit code. ' +
    'status is success exactly when Lean reported no error and main, if there is one, returned 0; code with sorry is a ' +
    'success with a warning. Use #eval and #check to see values and types, or def main : IO Unit to run a program. ' +
    'For definitions that later calls should see, use execute-lean-persistent.',
  input: z.strictObject(executionInput),
  output: structuredResult,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  run: async (input, environment, context) => {
    const result = await environment.service.runCode(toCodeRequest(input, environment), context);
    const structured = toStructured(result, environment.report);
    return { structured, text: renderText(structured) };
  },
});
