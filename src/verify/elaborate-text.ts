/*
 * Has a text elaborated in a sandbox of its own, which is destroyed before anybody looks at what came out of it.
 */
import { randomBytes } from 'node:crypto';
import { AppError } from '../core/app-error.ts';
import type { Bytes } from '../core/bytes.ts';
import { Deadline } from '../core/deadline.ts';
import type { Principal } from '../core/ids.ts';
import { abortReason } from '../core/abortable.ts';
import type { LeanLaunch } from '../lean/lean-launch.ts';
import { plainHeader } from '../lean/source/plain-header.ts';
import { importedModules, type CompiledFiles } from '../projects/compiled-files.ts';
import {
  firstUnfinished,
  messagesOf,
  type CheckedModule,
  type ProjectFiles,
  type UnfinishedReason,
} from '../projects/project.ts';
import { AnswerEnd, hex, nameToWord, readAnswer, type Answer } from './answer.ts';
import type { UndecidedReason } from './verification.ts';
import { afterColon, VerifierSandbox, type VerifierEnd } from './verifier-sandbox.ts';
import type { VerifierSupply } from './verifier-supply.ts';

/** What is to be printed of a text. */
export interface Elaborating {
  readonly part: 'statement' | 'submission';
  readonly text: string;
  /** Of a statement: names as people write them. Of a submission: words of the programs'. */
  readonly targets: readonly string[];
  readonly holes: readonly string[];
  /** Files that the text can import. */
  readonly files?: ProjectFiles | undefined;
}

/** Where, for whom and within which limits. */
export interface ElaborationContext {
  readonly supply: VerifierSupply;
  readonly launch: LeanLaunch;
  readonly principal: Principal;
  /** For Lean's work, in milliseconds. */
  readonly timeoutMs: number;
  readonly maxExport: Bytes;
  readonly signal: AbortSignal;
  /** What files are compiled with; absent where there are none. */
  readonly newCompiledFiles?: () => CompiledFiles;
}

/** That nothing is known, and why. */
export interface Undecided {
  readonly kind: 'undecided';
  readonly reason: UndecidedReason;
  readonly message: string;
}

/** Besides the export, what an answer may have: messages and declarations. */
const maxBesides = 8 * 1024 * 1024;

/** What the program that elaborates is sent. */
export function elaborateRequest({ part, text, targets, holes }: Elaborating, nonce: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const names = [...targets, ...holes].map(hex);
  const request = ['elaborate', nonce, part, bytes.length, targets.length, ...names].join(' ');
  return [Buffer.from(`${request}\n`), bytes];
}

/** @throws AppError when no sandbox can be had; the signal's reason */
export async function elaborateText(
  elaborating: Elaborating,
  context: ElaborationContext,
): Promise<Answer | Undecided> {
  const { maxExport, signal } = context;
  const { part } = elaborating;
  const nonce = randomBytes(16).toString('hex');
  const end = await printed(elaborating, context, nonce);
  if ('kind' in end) return end;
  if (end.end === 'cancelled') throw abortReason(signal);
  if (end.end !== 'finished') return undecided(part, end, context);
  const answer = readAnswer(end.stdout, nonce);
  if (answer === undefined) return undecided(part, end, context);
  if (answer.kind === 'elaborated' && answer.export.length > maxExport) {
    return undecided(part, { ...end, end: 'output-limit' }, context);
  }
  return answer;
}

/** What the program has printed; its sandbox is gone by then. */
async function printed(
  elaborating: Elaborating,
  context: ElaborationContext,
  nonce: string,
): Promise<VerifierEnd | Answer | Undecided> {
  const { supply, launch, principal, timeoutMs, maxExport, signal, newCompiledFiles } = context;
  const { part, text, files = new Map() } = elaborating;
  const header = plainHeader(text) ?? '';
  const answerEnd = new AnswerEnd(nonce);
  const limits = { bytes: maxExport + maxBesides, isWhole: (bytes: Buffer) => answerEnd.take(bytes) };
  const ask = async (sandbox: VerifierSandbox): Promise<VerifierEnd> => {
    await using asked = sandbox;
    using deadline = new Deadline(timeoutMs, signal);
    return await asked.ask(elaborateRequest(elaborating, nonce), limits, deadline);
  };
  const targets = importedModules(text, files);
  if (targets.length === 0) {
    return await ask((await supply.lease(launch, { program: 'elaborate', header }, principal, signal)).item);
  }
  if (newCompiledFiles === undefined) throw new TypeError('files came with a text, and nothing compiles them');
  await using compiled = newCompiledFiles();
  const modules = await compiled.compile({ files, targets, launch, timeoutMs, signal });
  const problem = problemWith(modules, part);
  if (problem !== undefined) return problem;
  const own = modules.map(({ module }) => nameToWord(module.name));
  using deadline = new Deadline(timeoutMs, signal);
  const role = { program: 'elaborate', header, own } as const;
  const sandbox = await VerifierSandbox.start(compiled.driver, launch, role, deadline, signal).catch(
    (error: unknown) => {
      // Code of files runs when they are imported, and may end what imports them.
      if (!(error instanceof AppError) || error.code !== 'engine-failed') throw error;
      return because('sandbox-failed', `What the ${part} brings could not be imported. ${error.message}`);
    },
  );
  return 'kind' in sandbox ? sandbox : await ask(sandbox);
}

/** Why a text cannot be elaborated whose files came out like this. */
function problemWith(modules: readonly CheckedModule[], part: string): Answer | Undecided | undefined {
  const diagnostics = messagesOf(modules.filter(({ outcome }) => outcome.outcome === 'rejected'));
  if (diagnostics.length > 0) return { kind: 'rejected', diagnostics };
  const unfinished = firstUnfinished(modules);
  if (unfinished === undefined) return undefined;
  const { path, reason, detail } = unfinished;
  return because(reasons[reason] ?? 'sandbox-failed', `${path}, which the ${part} imports: ${detail}.`);
}

const reasons: Partial<Readonly<Record<UnfinishedReason, UndecidedReason>>> = {
  'timed-out': 'time-limit',
  'out-of-memory': 'memory-limit',
  'no-room': 'memory-limit',
};

function undecided(part: string, { end, exitCode, stderr }: VerifierEnd, context: ElaborationContext): Undecided {
  const { timeoutMs, launch, maxExport } = context;
  switch (end) {
    case 'timed-out':
      return because('time-limit', `Lean took longer than ${timeoutMs / 1000} s for the ${part}.`);
    case 'out-of-memory':
      return because(
        'memory-limit',
        `Lean used up its memory (${launch.jail.limits.memory} bytes) while it elaborated the ${part}.`,
      );
    case 'output-limit':
      return because('export-too-large', `What the ${part} consists of is larger than ${maxExport} bytes.`);
    case 'killed':
    case 'lost':
      return because('sandbox-failed', `The sandbox of the ${part} was lost; this has nothing to do with it.`);
    default:
      return because(
        'sandbox-failed',
        `Lean ended with exit code ${exitCode ?? 'none'} in the ${part}${afterColon(stderr)}`,
      );
  }
}

/** That nothing is known, for this reason. */
export function because(reason: UndecidedReason, message: string): Undecided {
  return { kind: 'undecided', reason, message };
}
