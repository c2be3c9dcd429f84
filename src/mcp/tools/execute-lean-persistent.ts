import { z } from 'zod';
import type { SessionId } from '../../core/ids.ts';
import { renderText } from '../../report/render-text.ts';
import { structuredResult, toStructured } from '../../report/structured-result.ts';
import { factsOfExecution } from '../call-facts.ts';
import { proofViewUri } from '../resources/proof-view-resource.ts';
import { answer, defineTool } from '../tool.ts';
import { adds } from '../tool-hints.ts';
import { executionInput, toCodeRequest } from './execution-input.ts';
import { sessionIdInput } from './session-output.ts';

export const executeLeanPersistent = defineTool({
  name: 'execute-lean-persistent',
  title: 'Run Lean 4 code in a session',
  description:
    'Like execute-lean, in a session: later calls see what earlier ones define (notations, open, variable, instances ' +
    'too). Without session_id it opens one. A call that Lean accepts becomes a ' +
    'numbered step; another changes nothing. Send only what is new: names cannot be defined ' +
    'twice. Imports may come in any call. main is run and not kept. A session ends with cleanup-session and, unless ' +
    'kept on disk, by idling or with the server.',
  input: z.strictObject({
    ...executionInput,
    session_id: sessionIdInput('To continue it').optional(),
  }),
  output: structuredResult,
  runsCode: true,
  view: proofViewUri,
  annotations: adds,
  subject: ({ code, files = {}, session_id: sessionId }) => ({
    texts: { code, files: Object.values(files) },
    sessionId,
  }),
  run: async ({ session_id: sessionId, ...input }, environment, context) => {
    const request = toCodeRequest(input, environment);
    const session = sessionId === undefined ? {} : { sessionId: sessionId as SessionId };
    const result = await environment.service.runInSession({ ...request, ...session }, context);
    return answer(factsOfExecution(result), (limits) => toStructured(result, limits), renderText);
  },
});
