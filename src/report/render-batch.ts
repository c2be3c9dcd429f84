import type { ShownItem } from './batch-item-result.ts';
import type { StructuredBatch } from './batch-result.ts';
import { renderGoals } from './goals.ts';
import { indentLines } from './indent-lines.ts';
import { renderFooter } from './render-footer.ts';
import { renderOmitted } from './render-omitted.ts';
import { describeLean } from './result-parts.ts';

/** A batch as text: the verdicts together, then what there is to say about single items. */
export function renderBatch(batch: StructuredBatch): string {
  const { items, accepted, with_sorry: withSorry = 0, rejected, undecided } = batch;
  const unfinished = withSorry > 0 ? ` (${withSorry} unfinished: sorry)` : '';
  const blocks = [
    `${accepted} accepted${unfinished}, ${rejected} rejected, ${undecided} undecided.`,
    ...listAccepted(items),
    ...items.filter(({ verdict }) => verdict !== 'accepted').map(headline),
    ...items.flatMap(renderDetails),
    ...renderOmitted(batch.truncated),
    renderFooter([...describeLean(batch), `${batch.elapsed_ms} ms`]),
  ];
  return blocks.join('\n');
}

/** An item in one line. */
export function headline({ id, verdict, outcome, error, uses_sorry: usesSorry }: ShownItem): string {
  const why = outcome === undefined ? '' : ` (${outcome})`;
  const unfinished = usesSorry === true ? ', but unfinished: sorry' : '';
  return `${id}: ${verdict}${why}${unfinished}${error === undefined ? '' : `: ${error}`}`;
}

function listAccepted(items: readonly ShownItem[]): string[] {
  const ids = items
    .filter(({ verdict }) => verdict === 'accepted')
    .map(({ id, uses_sorry: usesSorry }) => (usesSorry === true ? `${id} (sorry)` : id));
  return ids.length === 0 ? [] : [`Accepted: ${ids.join(', ')}`];
}

function renderDetails(item: ShownItem): string[] {
  const { id, diagnostics = [], goals = [], stdout, stderr, truncated } = item;
  const lines = [
    ...diagnostics.map(({ line, column, severity, message }) => `${line}:${column}: ${severity}: ${message}`),
    ...(goals.length === 0 ? [] : [`leaves:\n${indentLines(renderGoals(goals), '  ')}`]),
    ...(stdout === undefined ? [] : [`stdout:\n${stdout.trimEnd()}`]),
    ...(stderr === undefined ? [] : [`stderr:\n${stderr.trimEnd()}`]),
    ...renderOmitted(truncated),
  ];
  return lines.length === 0 ? [] : [`${id}:`, ...lines.map((line) => indentLines(line, '  '))];
}
