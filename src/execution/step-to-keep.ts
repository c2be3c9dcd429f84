/*
 * What a session keeps of an accepted call: its text without `main`, which is run and not kept. So Lean looks at that text, too,
 * before the step is accepted.
 */
import type { Deadline } from '../core/deadline.ts';
import { firstError, headlineOf, type Diagnostic } from '../lean/diagnostic.ts';
import type { Declaration } from '../lean/declaration.ts';
import { isCut, type Lean } from '../lean/lean.ts';
import { endOfSource } from '../lean/source/end-of-source.ts';
import { findMain } from '../lean/source/main-definition.ts';
import { blankInLastStep, documentText, type SessionSource } from '../sessions/session-source.ts';
import type { AcceptedStep } from '../sessions/session.ts';
import type { CallInSession, CallLimits } from './call.ts';
import { definedNames } from './defined-names.ts';
import type { Outcome } from './execution-service.ts';
import { mainCommand } from './main-command.ts';
import { outcomeOfCut } from './outcomes.ts';
import type { Workplace } from './workplace.ts';

export type KeptStep = Omit<AcceptedStep, 'acceptedAt'>;

/** What is kept of the call's text, which Lean has accepted; or why nothing can be. */
export async function stepToKeep(
  { session }: CallInSession,
  workplace: Workplace,
  limits: CallLimits,
): Promise<KeptStep | Outcome> {
  const { code: own } = workplace.extension.placed;
  if ((await endOfSource(own)) < own.length) return cannotKeep(hidesTheRest);
  const kept = await withoutMain(workplace, limits);
  if ('outcome' in kept) return kept;
  const code = kept.steps.at(-1) ?? '';
  const declarations = await declarationsOf(workplace.lean, limits.deadline);
  const { image, toolchain } = workplace.launch;
  const acceptedBy = { version: toolchain.version, image };
  return { header: kept.header, code, acceptedBy, ...(await definedNames(declarations, session.steps, code)) };
}

/** The session's text with the command that defines `main` blanked out, and accepted like that; or why that cannot be. */
async function withoutMain(workplace: Workplace, limits: CallLimits): Promise<SessionSource | Outcome> {
  const { source, placed, newFrom, toCall } = workplace.extension;
  const main = await findMain(placed.code);
  if (main === undefined) return source;
  if (main.isMutual) return cannotKeep(mutualMain);
  const range = await mainCommand(await declarationsOf(workplace.lean, limits.deadline), placed, main);
  if (range === undefined) return cannotKeep(unclearMain);
  const kept = blankInLastStep(source, range.start, range.end);
  const text = { text: documentText(kept), newFrom, goesOn: true, wanted: ['declarations'] as const };
  const elaboration = await workplace.elaborate(text, limits.deadline);
  if (isCut(elaboration)) return outcomeOfCut(elaboration, limits);
  const error = firstError(elaboration.diagnostics);
  return error === undefined ? kept : cannotKeep(dependsOnMain((toCall(error) ?? error).start.line, error));
}

/** What the code declares; nothing when Lean does not say it in time. */
async function declarationsOf(lean: Lean, deadline: Deadline): Promise<readonly Declaration[]> {
  const told = await deadline.race(lean.declarations().catch(() => []));
  return 'value' in told ? told.value : [];
}

function cannotKeep(problem: string): Outcome {
  return { outcome: 'completed', problem };
}

const hidesTheRest = 'a session cannot keep #exit, because Lean reads nothing that comes behind it: leave it out';

const mutualMain =
  'a session does not keep main, and cannot take it out of a mutual block: define main outside of it, and let it call what the block defines';
const unclearMain =
  'a session does not keep main, and it is not clear where its definition ends: begin it, and each other command, on a line of its own in the first column';

function dependsOnMain(line: number, error: Diagnostic): string {
  return (
    `a session does not keep main, and without it line ${line} is rejected (${headlineOf(error)}): ` +
    'define what other code needs under another name, and let main call it'
  );
}
