/* What came of a project, as text. */
import { counted } from '../core/counted.ts';
import { indentLines } from './indent-lines.ts';
import type { ShownModule, StructuredProject } from './project-result.ts';
import { renderFooter } from './render-footer.ts';
import { renderDiagnostic } from './render-messages.ts';
import { renderOmitted } from './render-omitted.ts';
import { describeLean } from './result-parts.ts';

/** The counts and what to mend first, then what there is to say about single modules. */
export function renderProject(project: StructuredProject): string {
  const { modules, accepted_modules: accepted = [], mend_first: mendFirst = [], notes = [], truncated } = project;
  return [
    summaryOf(project),
    ...mendFirst.map(toMend),
    ...modules.flatMap(renderModule),
    ...(accepted.length === 0 ? [] : [`Accepted: ${accepted.join(', ')}`]),
    ...renderOmitted(truncated),
    ...notes.map(renderNote),
    footerOf(project),
  ].join('\n');
}

/** What is left to tell when each module has been told: the counts, and what to mend first. */
export function renderProjectEnd(project: StructuredProject): string {
  const { notes = [], mend_first: mendFirst = [] } = project;
  return [...notes.map(renderNote), ...mendFirst.map(toMend), summaryOf(project), footerOf(project)].join('\n');
}

type Obstacle = NonNullable<StructuredProject['mend_first']>[number];

function toMend({ module, blocks }: Obstacle, index: number): string {
  return `${index + 1}. to mend: ${module}${waiting(blocks)}`;
}

function renderNote(note: string): string {
  return `Note: ${note}`;
}

function footerOf(project: StructuredProject): string {
  const { timings_ms: timings, elaborated } = project;
  return renderFooter([...describeLean(project), `${counted(elaborated, 'module')} elaborated`, `${timings.total} ms`]);
}

/** How many modules there are of each outcome, in a line. */
function summaryOf({
  accepted,
  with_sorry: withSorry = 0,
  rejected,
  unfinished,
  not_checked: notChecked,
}: Pick<StructuredProject, 'accepted' | 'with_sorry' | 'rejected' | 'unfinished' | 'not_checked'>): string {
  const open = withSorry > 0 ? ` (${withSorry} with sorry)` : '';
  return `${accepted} accepted${open}, ${rejected} rejected, ${unfinished} unfinished, ${notChecked} not checked.`;
}

function waiting(blocks: number): string {
  if (blocks === 0) return '';
  return blocks === 1 ? ' (1 module waits for it)' : ` (${blocks} modules wait for it)`;
}

/** A module in a line. */
export function moduleHeadline({
  module,
  outcome,
  reason,
  error,
  because,
  uses_sorry: usesSorry,
}: ShownModule): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  const chain = because === undefined ? '' : `: it imports ${because.join(', which imports ')}`;
  const open = usesSorry === true ? ', with sorry' : '';
  return `${module}: ${outcome}${why}${open}${chain}${error === undefined ? '' : `: ${error}`}`;
}

/** A module, and Lean's messages as its command line prints them. */
export function renderModule(shown: ShownModule): string[] {
  const { path, diagnostics = [], truncated } = shown;
  return [
    moduleHeadline(shown),
    ...diagnostics.map((diagnostic) => indentLines(renderDiagnostic(path, diagnostic), '  ')),
    ...renderOmitted(truncated).map((line) => `  ${line}`),
  ];
}
