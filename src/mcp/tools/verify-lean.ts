import { z } from 'zod';
import { AppError } from '../../core/app-error.ts';
import { failures } from '../../core/failures/failures.ts';
import type { SessionId } from '../../core/ids.ts';
import { askedKernels, type SubmissionSource, type VerifyRequest } from '../../execution/verify-service.ts';
import { renderVerification, toVerification, verificationResult } from '../../report/verification-result.ts';
import { factsOfVerification } from '../call-facts.ts';
import { answer, defineTool, type ToolEnvironment } from '../tool.ts';
import { onlyReads } from '../tool-hints.ts';
import { environmentInput } from '../environment-input.ts';
import { limitsOfCall } from '../../projects/project.ts';
import { takeFiles } from '../../projects/take-files.ts';
import { filesInput, secondsInput, toCodeRequest } from './execution-input.ts';
import { sessionIdInput } from './session-output.ts';
import { statementText } from './statement-text.ts';

const names = z.array(z.string().min(1).max(1000)).max(1000).optional();

const input = z.strictObject({
  statement: z.string().optional().describe('A text that you trust, with sorry to prove'),
  name: z.string().min(1).max(1000).optional().describe('Instead of statement'),
  type: z.string().min(1).optional().describe('With name: its type'),
  header: z.string().optional().describe('With name: before it'),
  submission: z.string().optional().describe('The same, proved'),
  submissions: z.array(z.string()).max(256).optional().describe('Several'),
  session_id: sessionIdInput('Its text is the submission').optional(),
  files: filesInput.describe('Text by path, to import; trusted'),
  submission_files: filesInput.describe('More of submissions, not trusted'),
  theorem_names: names.describe('Default: what is left open'),
  holes: names.describe('Definitions to fill in'),
  allowed_axioms: names.describe('Default propext, Quot.sound, Classical.choice'),
  kernels: z.enum(askedKernels).optional().describe('all: others must accept it, too'),
  timeout: secondsInput('Limit'),
  environment: environmentInput,
});

export const verifyLean = defineTool({
  name: 'verify-lean',
  title: 'Verify a proof',
  description:
    'The last word on a proof: whether a submission proves exactly a statement, judged by Lean’s kernel in a container ' +
    'that no code under test has touched. For finished proofs, and those of others: what execute-lean accepts can still ' +
    'cheat (axioms, definitions, code that runs).',
  input,
  output: verificationResult,
  runsCode: true,
  annotations: onlyReads,
  subject: ({ session_id: sessionId, files = {}, submission_files: brought = {}, ...given }) => {
    const { statement, header, type, submission, submissions } = given;
    const texts = { statement, header, type, submission, submissions };
    return { texts: { ...texts, files: Object.values(files), submission_files: Object.values(brought) }, sessionId };
  },
  run: async (given, environment, context) => {
    const result = await environment.verify.verify(toRequest(given, environment), context);
    return answer(factsOfVerification(result), (limits) => toVerification(result, limits), renderVerification);
  },
});

/** @throws AppError `usage` */
function toRequest(given: z.output<typeof input>, environment: ToolEnvironment): VerifyRequest {
  const { theorem_names: theoremNames, holes, allowed_axioms: allowedAxioms, kernels, timeout } = given;
  const texts = { code: statementOf(given), timeout, files: given.files };
  const { code: statement, files, timeoutMs } = toCodeRequest(texts, environment);
  const submissions = submissionsOf(given);
  const brought = given.submission_files && takeFiles(given.submission_files, limitsOfCall);
  for (const source of submissions) if ('text' in source) toCodeRequest({ code: source.text }, environment);
  return {
    statement,
    files,
    submissions: submissions.map((source) =>
      'text' in source ? { text: source.text.toWellFormed(), files: brought } : source,
    ),
    ...(theoremNames !== undefined && { theoremNames }),
    ...(holes !== undefined && { holes }),
    ...(allowedAxioms !== undefined && { allowedAxioms }),
    ...(kernels !== undefined && { kernels }),
    ...(given.environment !== undefined && { environment: given.environment }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** @throws AppError `usage` when there is none, or more than one */
function statementOf({ statement, name, type, header }: z.output<typeof input>): string {
  const isInParts = name !== undefined && type !== undefined;
  if (statement === undefined && isInParts) return statementText({ name, type, header });
  if (statement !== undefined && [name, type, header].every((part) => part === undefined)) return statement;
  const given = Object.entries({ statement, name, type, header }).flatMap(([key, part]) =>
    part === undefined ? [] : [key],
  );
  const problem = given.length === 0 ? 'There is no statement' : `${given.join(' with ')} makes no statement`;
  throw new AppError(failures.usage.oneStatement, `${problem}.`);
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
