import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import type { SessionId } from '../../core/ids.ts';
import type { SubmissionSource, VerifyRequest } from '../../execution/verify-service.ts';
import { renderVerification, toVerification, verificationResult } from '../../report/verification-result.ts';
import { factsOfVerification } from '../call-facts.ts';
import { defineTool, type ToolEnvironment } from '../tool.ts';
import { secondsInput, toCodeRequest } from './execution-input.ts';
import { sessionIdInput } from './session-output.ts';

const names = z.array(z.string().min(1).max(1000)).max(1000).optional();

const input = z.strictObject({
  statement: z.string().describe('With sorry for what to prove'),
  submission: z.string().optional().describe('The proof'),
  submissions: z.array(z.string()).max(256).optional().describe('Several'),
  session_id: sessionIdInput().optional(),
  theorem_names: names.describe('Default all'),
  holes: names.describe('To fill in'),
  allowed_axioms: names.describe('Default 3 usual'),
  timeout: secondsInput('Limit'),
});

export const verifyLean = defineTool({
  name: 'verify-lean',
  title: 'Verify a proof',
  description:
    'The last word on a proof: whether a submission proves a statement, judged by Lean’s kernel in a container no code ' +
    'under test touched.',
  input,
  output: verificationResult,
  runsCode: true,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  subject: ({ statement, submission, submissions, session_id: sessionId }) => ({
    texts: { statement, submission, submissions },
    sessionId,
  }),
  run: async (given, environment, context) => {
    const result = await environment.verify.verify(toRequest(given, environment), context);
    return {
      facts: factsOfVerification(result),
      show: (limits) => {
        const structured = toVerification(result, limits);
        return { structured, text: renderVerification(structured) };
      },
    };
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
  throw new AppError('usage', 'There is no submission to verify.', {
    hint: 'Give submission, submissions, or the session_id of a session that has accepted the proof.',
  });
}
