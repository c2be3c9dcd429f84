/* What came of a project, as data: what is to be mended with what Lean says about it, and the rest in a few words. */
import { z } from 'zod';
import { everyOf } from '../core/every-of.ts';
import { makeVisible, makeVisibleWithin } from '../core/visible-text.ts';
import type { ProjectResult } from '../execution/project-service.ts';
import type { Severity } from '../lean/diagnostic.ts';
import type { CheckedModule, ModuleOutcome, UnfinishedReason } from '../projects/project.ts';
import { fitDiagnostics } from './fit-diagnostics.ts';
import { countFitting } from './fit-list.ts';
import {
  diagnosticSchema,
  leanFields,
  omittedCount,
  showDiagnostic,
  timingsSchema,
  toLeanFields,
  toStatus,
  toTimings,
} from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';
import { toTruncated } from './truncated.ts';

const count = z.int().min(0).max(1e9);

const moduleSchema = z.looseObject({
  module: z.string(),
  path: z.string(),
  outcome: z.enum(everyOf<ModuleOutcome['outcome']>()('accepted', 'rejected', 'unfinished', 'not-checked')),
  reason: z
    .enum(
      everyOf<UnfinishedReason>()(
        'timed-out',
        'out-of-memory',
        'no-room',
        'output-limit',
        'crashed',
        'lost',
        'cancelled',
      ),
    )
    .optional(),
  error: z.string().optional(),
  because: z.array(z.string()).optional(),
  uses_sorry: z.boolean().optional(),
  diagnostics: z.array(diagnosticSchema).optional(),
  truncated: z.looseObject({ diagnostics: omittedCount.optional() }).optional(),
  elapsed_ms: count.optional(),
});
/** A module as callers see it. */
export type ShownModule = z.infer<typeof moduleSchema>;

/** What check-project returns. */
export const projectResult = z.looseObject({
  status: z.enum(['success', 'error']),
  error: z.string().optional(),
  accepted: count,
  with_sorry: count.optional(),
  rejected: count,
  unfinished: count,
  not_checked: count,
  elaborated: count,
  mend_first: z.array(z.looseObject({ module: z.string(), blocks: count })).optional(),
  modules: z.array(moduleSchema),
  accepted_modules: z.array(z.string()).optional(),
  notes: z.array(z.string()).optional(),
  truncated: z.looseObject({ modules: omittedCount.optional(), accepted_modules: omittedCount.optional() }).optional(),
  timings_ms: timingsSchema,
  ...leanFields,
});
export type StructuredProject = z.infer<typeof projectResult>;

/** Messages that may be told; errors always are. */
export const projectParts = ['warnings', 'information'] as const;
export type ProjectPart = (typeof projectParts)[number];

/** How many modules there are of each outcome. */
export interface ProjectCounts extends Readonly<Record<ModuleOutcome['outcome'], number>> {
  readonly withSorry: number;
}

export function countOutcomes(modules: readonly CheckedModule[]): ProjectCounts {
  const of = (wanted: ModuleOutcome['outcome']): number =>
    modules.filter(({ outcome }) => outcome.outcome === wanted).length;
  return {
    accepted: of('accepted'),
    rejected: of('rejected'),
    unfinished: of('unfinished'),
    'not-checked': of('not-checked'),
    withSorry: modules.filter(leavesOpen).length,
  };
}

/** Whether a module was accepted with a `sorry` in it. */
function leavesOpen({ outcome }: CheckedModule): boolean {
  return outcome.outcome === 'accepted' && outcome.messages.usesSorry === true;
}

/** The result as data. @param parts which messages are told besides errors */
export function toProjectResult(
  result: ProjectResult,
  parts: ReadonlySet<ProjectPart>,
  limits: ReportLimits,
): StructuredProject {
  const { modules, mendFirst, notes, timings } = result;
  const counts = countOutcomes(modules);
  const room = limits.messageCharacters;
  const told = modules.filter((checked) => isTold(checked, parts));
  const brief = told.map((checked) => showModule(checked, parts, 0, limits));
  const fitting = countFitting(brief, Math.ceil(room / 2), sizeOf);
  const left = room - brief.slice(0, fitting).reduce((sum, shown) => sum + sizeOf(shown), 0);
  const withMessages = told.slice(0, fitting).filter((checked) => messagesOf(checked, parts).length > 0);
  const share = Math.floor((left * 3) / 4 / Math.max(1, withMessages.length));
  const shown =
    share < leastShare
      ? brief.slice(0, fitting)
      : told.slice(0, fitting).map((checked) => showModule(checked, parts, share, limits));
  const accepted = modules
    .filter((checked) => checked.outcome.outcome === 'accepted' && !told.includes(checked))
    .map(({ module }) => makeVisible(module.name));
  const listed = accepted.slice(
    0,
    countFitting(accepted, Math.ceil(left / 4), (name) => name.length + 3),
  );
  return {
    ...toStatus(problemsOf(counts, modules.length)),
    accepted: counts.accepted,
    ...(counts.withSorry > 0 && { with_sorry: counts.withSorry }),
    rejected: counts.rejected,
    unfinished: counts.unfinished,
    not_checked: counts['not-checked'],
    elaborated: modules.filter(({ isKept, elapsedMs }) => !isKept && elapsedMs > 0).length,
    ...(mendFirst.length > 0 && {
      mend_first: mendFirst.map(({ module, blocks }) => ({ module: makeVisible(module), blocks })),
    }),
    modules: shown,
    ...(listed.length > 0 && { accepted_modules: listed }),
    ...(notes.length > 0 && { notes: fitNotes(notes, Math.ceil(room / 4)) }),
    ...toTruncated({ modules: told.length - shown.length, accepted_modules: accepted.length - listed.length }),
    timings_ms: toTimings(timings),
    ...toLeanFields(result),
  };
}

/** Least characters of a module's messages for telling any. */
const leastShare = 100;

function isTold(checked: CheckedModule, parts: ReadonlySet<ProjectPart>): boolean {
  return checked.outcome.outcome !== 'accepted' || leavesOpen(checked) || messagesOf(checked, parts).length > 0;
}

function messagesOf(
  { outcome }: CheckedModule,
  parts: ReadonlySet<ProjectPart>,
): Extract<ModuleOutcome, { outcome: 'accepted' }>['messages']['diagnostics'] {
  if (outcome.outcome === 'not-checked') return [];
  const tells = (severity: Severity): boolean =>
    severity === 'error' || parts.has(severity === 'warning' ? 'warnings' : 'information');
  return outcome.messages.diagnostics.filter(({ severity }) => tells(severity));
}

/** A module with as much of its messages as fits. @param share characters of messages; 0 for none */
export function showModule(
  checked: CheckedModule,
  parts: ReadonlySet<ProjectPart>,
  share: number,
  limits: ReportLimits,
): ShownModule {
  const { module, outcome, elapsedMs } = checked;
  const messages = messagesOf(checked, parts);
  const fitted = fitDiagnostics(messages, share);
  const omitted = fitted.omittedDiagnostics + (outcome.outcome === 'not-checked' ? 0 : outcome.messages.more);
  return {
    module: makeVisible(module.name),
    path: makeVisible(module.path),
    outcome: outcome.outcome,
    ...(outcome.outcome === 'unfinished' && { reason: outcome.reason, error: explainUnfinished(outcome, limits) }),
    ...(outcome.outcome === 'not-checked' && { because: outcome.because.map(makeVisible) }),
    ...(leavesOpen(checked) && { uses_sorry: true }),
    ...(fitted.diagnostics.length > 0 && { diagnostics: fitted.diagnostics.map(showDiagnostic) }),
    ...toTruncated({ diagnostics: omitted }),
    ...(elapsedMs > 0 && { elapsed_ms: Math.round(elapsedMs) }),
  };
}

/** Why nothing is known of a module, and what to do. */
export function explainUnfinished(
  { reason, detail }: Extract<ModuleOutcome, { outcome: 'unfinished' }>,
  { maxTimeoutMs }: Pick<ReportLimits, 'maxTimeoutMs'>,
): string {
  const said = makeVisibleWithin(detail, 1000).text.trim();
  return `It is not known whether Lean would accept it. ${said.endsWith('.') ? said : `${said}.`} ${advice[reason](maxTimeoutMs)}`;
}

const advice: Readonly<Record<UnfinishedReason, (maxTimeoutMs: number) => string>> = {
  'timed-out': (maxTimeoutMs) => `Make it cheaper, or ask for more with timeout (at most ${maxTimeoutMs / 1000} s).`,
  'out-of-memory': () => 'Use less, or have docker.memory_limit raised.',
  'no-room': () => 'Have docker.tmpfs_size raised.',
  'output-limit': () => 'Print less: what #eval and the like say counts, too.',
  crashed: () => 'Deep recursion and IO.Process.exit end it like this.',
  lost: () => 'Check again.',
  cancelled: () => 'Check again.',
};

function problemsOf({ rejected, unfinished, 'not-checked': notChecked }: ProjectCounts, all: number): string[] {
  return [
    ...(rejected > 0 ? [`${rejected} of ${all} modules were rejected`] : []),
    ...(unfinished > 0 ? [`${unfinished} unfinished, so that it is not known what Lean would say`] : []),
    ...(notChecked > 0 ? [`${notChecked} were not checked, since what they import is not accepted`] : []),
  ];
}

function fitNotes(notes: readonly string[], room: number): string[] {
  const shown = notes.map((note) => makeVisibleWithin(note, 1000).text);
  const fitting = countFitting(shown, room, (note) => note.length);
  if (fitting === shown.length) return shown;
  return [...shown.slice(0, fitting), `${shown.length - fitting} more notes were left out.`];
}

function sizeOf(shown: ShownModule): number {
  return JSON.stringify(shown).length + 1;
}
