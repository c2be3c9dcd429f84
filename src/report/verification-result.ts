/* Verdicts as data and as text. */
import { z } from 'zod';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import type { VerifiedSubmission, VerifyResult } from '../execution/verify-service.ts';
import { isError } from '../lean/diagnostic.ts';
import { isVerified, verdicts, type KernelOpinion, type StatedDeclaration } from '../verify/verification.ts';
import { fitDiagnostics } from './fit-diagnostics.ts';
import { renderProofFooter } from './proof-parts.ts';
import {
  diagnosticSchema,
  leanFields,
  showDiagnostic,
  timingsSchema,
  toLeanFields,
  toTimings,
} from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';

const verification = z.looseObject({
  verdict: z.enum(verdicts),
  reason: z.string().optional(),
  message: z.string().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
  axioms: z.array(z.string()).optional(),
  holes: z.array(z.string()).optional(),
  statement: z.record(z.string(), z.array(z.string())).optional().describe('As Lean elaborated it'),
  adversary_proof: z.boolean(),
  kernels: z.record(z.string(), z.string()).optional().describe('What others than Lean’s say'),
  diagnostics: z.array(diagnosticSchema).optional(),
  receipt: z.looseObject({}),
});
export type ShownVerification = z.infer<typeof verification>;

/** What verify-lean returns. */
export const verificationResult = z.looseObject({
  status: z.enum(['success', 'error']),
  results: z.array(verification),
  timings_ms: timingsSchema,
  ...leanFields,
});
export type StructuredVerification = z.infer<typeof verificationResult>;

/** Verdicts as data. `success`: every submission is verified. */
export function toVerification(
  { verifications, timings, ...lean }: VerifyResult,
  limits: ReportLimits,
): StructuredVerification {
  const share = Math.floor(limits.messageCharacters / Math.max(1, verifications.length));
  const results = verifications.map((item) => show(item, share));
  return {
    status: results.every(isVerified) ? 'success' : 'error',
    results,
    timings_ms: toTimings(timings),
    ...toLeanFields(lean),
  };
}

function show(item: VerifiedSubmission, share: number): ShownVerification {
  const { verdict, reason, message, expected, found, axioms, holes, kernels, statement, diagnostics, receipt } = item;
  const side = Math.floor(share / 4);
  const cut = (text: string): string => makeVisibleWithin(text, side).text;
  // The submission's warnings and what it printed say nothing about the verdict.
  const fitted = fitDiagnostics(diagnostics.filter(isError), side);
  const stated =
    statement &&
    Object.entries(statement).flatMap(([what, list]: [string, readonly StatedDeclaration[]]) =>
      list.length === 0 ? [] : [[what, list.map(({ signature }) => cut(signature))] as const],
    );
  return {
    verdict,
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && { message: cut(message) }),
    ...(expected !== undefined && { expected: cut(expected) }),
    ...(found !== undefined && { found: cut(found) }),
    ...(axioms.length > 0 && { axioms: axioms.map(makeVisible) }),
    ...(holes.length > 0 && { holes: holes.map(({ name, value }) => cut(`${name} := ${value}`)) }),
    ...(stated && { statement: Object.fromEntries(stated) }),
    adversary_proof: receipt.adversary_proof,
    ...(kernels !== undefined && { kernels: Object.fromEntries(kernels.map(showOpinion)) }),
    ...(fitted.diagnostics.length > 0 && { diagnostics: fitted.diagnostics.map(showDiagnostic) }),
    receipt: { ...receipt },
  };
}

function showOpinion({ name, accepts, exitCode, milliseconds }: KernelOpinion): readonly [string, string] {
  return [name, `${accepts ? 'accepts' : `does not accept (exit code ${exitCode})`} in ${milliseconds} ms`];
}

/** Verdicts as text. */
export function renderVerification(result: StructuredVerification): string {
  const isOne = result.results.length === 1;
  const blocks = result.results.map((item, index) => renderOne(item, isOne ? '' : `${index + 1}: `));
  return [...blocks, renderProofFooter(result)].join('\n');
}

function renderOne(item: ShownVerification, prefix: string): string {
  const {
    verdict,
    reason,
    message,
    expected,
    found,
    axioms,
    holes,
    kernels = {},
    statement,
    adversary_proof: proof,
    diagnostics,
  } = item;
  const stated = Object.entries(statement ?? {}).flatMap(([what, list]) =>
    Array.isArray(list) ? [`${what} of the statement:`, ...list.map((text) => `  ${text}`)] : [],
  );
  const bugs = item.receipt['kernel_bugs'];
  return [
    `${prefix}${verdict}${reason === undefined ? '' : ` (${reason})`}${message === undefined ? '' : `: ${message}`}`,
    ...(expected === undefined ? [] : [`in the statement: ${expected}`]),
    ...(found === undefined ? [] : [`in the submission: ${found}`]),
    ...(diagnostics ?? []).map(
      ({ file, line, column, message: said }) =>
        `${file === undefined ? '' : `${file}:`}${line}:${column}: error: ${said}`,
    ),
    ...(axioms === undefined ? [] : [`rests on ${axioms.join(', ')}`]),
    ...Object.entries(kernels).map(([name, says]) => `the kernel ${name} ${says}`),
    ...(holes ?? []).map((hole) => `filled in: ${hole}`),
    ...stated,
    ...(proof ? [] : [`not proof against an adversary: this Lean’s kernel has known bugs (${String(bugs)})`]),
  ].join('\n');
}
