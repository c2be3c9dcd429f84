/* Plots of the last hour as SVG, drawn here: the page needs no script and nothing from elsewhere. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

/** What one mark of a plot stands for: one value a minute, absent where there is none. */
export interface Series {
  readonly label: string;
  /** Of the page's colours. */
  readonly colour: string;
  readonly values: readonly (number | undefined)[];
}

export interface Plot {
  readonly title: string;
  readonly series: readonly Series[];
  readonly startedAt: readonly Date[];
  readonly format: (value: number) => string;
}

const width = 600;
const height = 170;
const margin = { left: 52, right: 8, top: 10, bottom: 22 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

/** Values on top of each other, a bar a minute. */
export function stackedBars(plot: Plot): Markup {
  const totals = plot.startedAt.map((_, index) =>
    plot.series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  const top = niceTop(Math.max(...totals));
  const step = inner.width / plot.startedAt.length;
  const base = totals.map(() => 0);
  const bars = plot.series.flatMap(({ values, colour }) =>
    values.map((value = 0, index) => {
      if (value === 0) return '';
      const from = base[index] ?? 0;
      base[index] = from + value;
      const y = yOf(from + value, top);
      return `<rect x="${fixed(margin.left + index * step + 0.75)}" y="${fixed(y)}" width="${fixed(step - 1.5)}" height="${fixed(yOf(from, top) - y)}" rx="1" fill="var(--${colour})"/>`;
    }),
  );
  return frame(plot, top, bars.join(''));
}

/** A line for each series, broken where there is no value. */
export function lines(plot: Plot): Markup {
  const top = niceTop(Math.max(0, ...plot.series.flatMap(({ values }) => values.map((value = 0) => value))));
  const marks = plot.series.map(({ values, colour }) => {
    const points = values.map((value, index) =>
      value === undefined ? undefined : `${fixed(xOf(index, values.length))},${fixed(yOf(value, top))}`,
    );
    const paths = runs(points).map((run) =>
      run.length === 1
        ? `<circle cx="${run[0]?.split(',')[0] ?? ''}" cy="${run[0]?.split(',')[1] ?? ''}" r="2.5" fill="var(--${colour})"/>`
        : `<polyline points="${run.join(' ')}" fill="none" stroke="var(--${colour})" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`,
    );
    return paths.join('');
  });
  return frame(plot, top, marks.join(''));
}

/** A plot with its title, legend, axes, and the values of each minute where the pointer rests. */
function frame(plot: Plot, top: number, marks: string): Markup {
  const levels = [0, top / 2, top];
  const grid = levels.map((level) => {
    const y = fixed(yOf(level, top));
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" class="grid"/><text x="${margin.left - 8}" y="${y}" dy="0.35em" text-anchor="end">${plot.format(level)}</text>`;
  });
  const count = plot.startedAt.length;
  const hours = plot.startedAt.map((at, index) =>
    at.getUTCMinutes() % 15 === 0
      ? `<text x="${fixed(xOf(index, count))}" y="${height - 5}" text-anchor="middle">${timeOf(at)}</text>`
      : '',
  );
  const step = inner.width / count;
  const tips = plot.startedAt.map((at, index) => {
    const values = plot.series.map(({ label, values: of }) => {
      const value = of[index];
      return value === undefined ? '' : `\n${label}: ${plot.format(value)}`;
    });
    return `<rect x="${fixed(margin.left + index * step)}" y="${margin.top}" width="${fixed(step)}" height="${inner.height}" class="tip"><title>${timeOf(at)} UTC${values.join('')}</title></rect>`;
  });
  const svg = [...grid, ...hours, marks, ...tips].join('');
  return html`<figure>
    <figcaption>
      <h2>${plot.title}</h2>
      <ul class="legend">
        ${plot.series.map(({ label, colour }) => html`<li><i class="${colour}"></i>${label}</li>`)}
      </ul>
    </figcaption>
    <svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${plot.title}">${raw(svg)}</svg>
  </figure>`;
}

function xOf(index: number, count: number): number {
  return margin.left + ((index + 0.5) * inner.width) / count;
}

function yOf(value: number, top: number): number {
  return margin.top + inner.height * (1 - value / top);
}

/** The least of 2, 4, 6, 8, 10, 20, 40 and so on that is not below; half of it is a round number too. */
function niceTop(value: number): number {
  for (let unit = 1; ; unit *= 10) {
    for (const factor of [2, 4, 6, 8, 10]) if (factor * unit >= value) return factor * unit;
  }
}

/** The parts of a list between what is missing. */
function runs(points: readonly (string | undefined)[]): string[][] {
  const found: string[][] = [[]];
  for (const point of points) {
    if (point === undefined) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((run) => run.length > 0);
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, 16);
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
