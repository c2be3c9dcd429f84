import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { SessionId } from '../../core/ids.ts';
import type { SubmissionSource, VerifyRequest } from '../../execution/verify-service.ts';
import { renderVerification, toVerification, verificationResult } from '../../report/verification-result.ts';
import { factsOfVerification } from '../call-facts.ts';
import { answer, defineTool, type ToolEnvironment } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { environmentInput } from '../environment-input.ts';
import { secondsInput, toCodeRequest } from './execution-input.ts';
import { sessionIdInput } from './session-output.ts';

const names = z.array(z.string().min(1).max(1000)).max(1000).optional();

const input = z.strictObject({
  statement: z.string().describe('With sorry for what to prove'),
  submission: z.string().optional(),
  submissions: z.array(z.string()).max(256).optional(),
  session_id: sessionIdInput('Its text is the proof').optional(),
  theorem_names: names.describe('Default all'),
  holes: names.describe('To fill in'),
  allowed_axioms: names.describe('Default 3 usual'),
  timeout: secondsInput('Limit'),
  environment: environmentInput,
});

export const verifyLean = defineTool({
  name: 'verify-lean',
  title: 'Verify a proof',
  description:
    'The last word on a proof: whether a submission (each of submissions) proves a statement, judged by Lean’s kernel in a container no code ' +
    'under test touched.',
  input,
  output: verificationResult,
  runsCode: true,
  annotations: onlyReads,
  subject: ({ statement, submission, submissions, session_id: sessionId }) => ({
    texts: { statement, submission, submissions },
    sessionId,
  }),
  run: async (given, environment, context) => {
    const result = await environment.verify.verify(toRequest(given, environment), context);
    return answer(factsOfVerification(result), (limits) => toVerification(result, limits), renderVerification);
  },
});

/** @throws AppError `usage` */
function toRequest(given: z.output<typeof input>, environment: ToolEnvironment): VerifyRequest {
  const { theorem_names: theoremNames, holes, allowed_axioms: allowedAxioms, timeout } = given;
  const { code: statement, timeoutMs } = toCodeRequest({ code: given.statement, timeout }, environment);
  const submissions = submissionsOf(given);
  for (const source of submissions) if ('text' in source) toCodeRequest({ code: source.text }, environment);
  return {
    statement,
    submissions: submissions.map((source) => ('text' in source ? { text: source.text.toWellFormed() } : source)),
    ...(theoremNames !== undefined && { theoremNames }),
    ...(holes !== undefined && { holes }),
    ...(allowedAxioms !== undefined && { allowedAxioms }),
    ...(given.environment !== undefined && { environment: given.environment }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function submissionsOf({
  submission,
  submissions = [],
  session_id: sessionId,
}: z.output<typeof input>): SubmissionSource[] {
  const sources: SubmissionSource[] = [
    ...(submission === undefined ? [] : [{ text: submission }]),
    ...submissions.map((text) => ({ text })),
    ...(sessionId === undefined ? [] : [{ sessionId: sessionId as SessionId }]),
  ];
  if (sources.length > 0) return sources;
  throw new AppError(failures.usage.noSubmission, 'There is no submission to verify.');
}
