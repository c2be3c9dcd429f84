import { z } from 'zod';
import { findLimits } from '../../execution/find-service.ts';
import { declarationKinds } from '../../finding/declaration-kinds.ts';
import { findingsResult, renderFindings, toFindings } from '../../report/findings-result.ts';
import { environmentInput } from '../environment-input.ts';
import { answer, defineTool } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';

export const findDeclarations = defineTool({
  name: 'find-declarations',
  title: 'Find declarations',
  description:
    'Finds theorems, definitions and the like in the installed libraries: name, type, module to import. query: parts of ' +
    'the name or words of the documentation (add comm), constants of the type (List.map), or the form of the conclusion, ' +
    '_ for anything (_ + _ = _ + _); both: append |- List.length _ = _. All must hold.',
  input: z.strictObject({
    query: z.string().min(1).max(1000).describe('"add_comm" in quotes: occurs so in the name'),
    kind: z.enum(declarationKinds).optional().describe('Default all'),
    module: z.string().min(1).max(1000).optional().describe('This one and those below it, as Init.Data'),
    limit: z
      .int()
      .min(1)
      .max(findLimits.most)
      .optional()
      .describe(`Default ${findLimits.usual}, at most ${findLimits.most}`),
    environment: environmentInput,
  }),
  output: findingsResult,
  runsCode: false,
  annotations: onlyReads,
  subject: () => ({}),
  run: async ({ limit = findLimits.usual, query, module, ...rest }, environment, context) => {
    const request = { ...rest, query: query.toWellFormed(), module: module?.toWellFormed(), limit };
    const result = await environment.finding.find(request, context);
    return answer(
      { outcome: 'success', environment: result.environment },
      (limits) => toFindings(result, limits),
      renderFindings,
    );
  },
});
