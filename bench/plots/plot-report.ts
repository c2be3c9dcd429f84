/* Pictures of what was measured. Legends are drawn inside them: those of the library are HTML, which no image holds. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { formatBytes } from '../../src/core/bytes.ts';
import { ways, wayTitles, type Way } from '../bench-report.ts';
import { appearances, type Colours } from './colours.ts';
import type { PlottedReport } from './plotted-report.ts';

/** The pictures as SVG, by the names of their files. */
export function plotReport(report: PlottedReport): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(appearances).flatMap(([appearance, colours]) => [
      [`programs-${appearance}.svg`, plotPrograms(report, colours)],
      [`callers-${appearance}.svg`, plotCallers(report, colours)],
    ]),
  );
}

const symbols = {
  lean: 'circle',
  docker_exec: 'square',
  docker_run: 'diamond',
  pool_off: 'triangle',
  kept: 'cross',
  warm: 'star',
} as const satisfies Readonly<Record<Way, string>>;
const width = 860;
const rowHeight = 24;
/** From one entry of the legend to the next. */
const legendStep = 112;

/** How long each program took, in each of the ways; each on a line of its own. */
function plotPrograms({ programs, ...report }: PlottedReport, colours: Colours): string {
  const measured = ways.filter((way) => programs.some(({ times: byWay }) => byWay[way] !== undefined));
  const times = programs.flatMap(({ name, times: byWay }) =>
    measured.flatMap((way) => {
      const { median, p95 } = byWay[way] ?? {};
      return median === undefined || p95 === undefined ? [] : [{ name, way, median, p95 }];
    }),
  );
  const shown = times.flatMap(({ median, p95 }) => [median, p95]);
  const ticks = ticksOf(Math.min(...shown), Math.max(...shown));
  return draw(colours, {
    height: programs.length * rowHeight + 130,
    marginTop: 84,
    marginLeft: 190,
    marginBottom: 46,
    x: { type: 'log', domain: [0.85 * Math.min(...shown), 1.1 * Math.max(...shown)] },
    y: { domain: programs.map(({ name }) => name), label: null },
    symbol: { domain: measured, range: measured.map((way) => symbols[way]) },
    color: { domain: measured, range: measured.map((way) => colours.ways[way]) },
    marks: [
      Plot.axisX(ticks, {
        text: String,
        label: 'time to the answer, ms (logarithmic)',
        labelAnchor: 'center',
        labelArrow: 'none',
        labelOffset: 38,
      }),
      Plot.gridX(ticks, { stroke: colours.grid, strokeOpacity: 1 }),
      Plot.gridY({ stroke: colours.grid, strokeOpacity: 1 }),
      Plot.link(times, { x1: 'median', x2: 'p95', y: 'name', stroke: 'way', strokeWidth: 1.5 }),
      Plot.dot(times, { x: 'median', y: 'name', stroke: 'way', fill: 'way', symbol: 'way', r: 4 }),
      ...measured.flatMap((way, index) => [
        Plot.dot([way], { ...inLegend(index), fill: colours.ways[way], symbol: symbols[way], r: 5 }),
        Plot.text([wayTitles[way]], { ...inLegend(index), dx: index * legendStep + 12, lineAnchor: 'middle' }),
      ]),
      caption('Median of each program, and a line to the 95th percentile', ground(report)),
    ],
  });
}

/** What a caller waits for when so many call at once, each again as soon as it has its answer. */
function plotCallers({ throughput, ...report }: PlottedReport, colours: Colours): string {
  const waits = throughput.map(({ callers, calls_per_second: { median } }) => ({
    callers: String(callers),
    seconds: callers / median,
    rate: `${median} calls a second`,
  }));
  return draw(colours, {
    height: 340,
    marginTop: 84,
    marginLeft: 70,
    marginBottom: 45,
    x: {
      type: 'band',
      domain: waits.map(({ callers }) => callers),
      label: 'callers at once',
      labelArrow: 'none',
      padding: 0.5,
    },
    y: { label: 'mean time of a call, s', labelAnchor: 'center', labelArrow: 'none', ticks: 5 },
    marks: [
      Plot.gridY({ stroke: colours.grid, strokeOpacity: 1 }),
      Plot.barY(waits, { x: 'callers', y: 'seconds', fill: colours.ways.warm }),
      Plot.text(waits, {
        x: 'callers',
        y: 'seconds',
        text: ({ seconds, rate }: (typeof waits)[number]) => `${seconds.toFixed(2)} s\n${rate}`,
        lineAnchor: 'bottom',
        lineHeight: 1.3,
        dy: -5,
      }),
      Plot.ruleY([0], { stroke: colours.text }),
      caption(
        'How long a call takes on average when so many callers never pause (callers divided by calls a second)',
        ground(report),
      ),
    ],
  });
}

function ground({ image, machine, limits, rounds }: Omit<PlottedReport, 'programs' | 'throughput'>): string {
  const sandbox = `sandboxes with ${limits.cpus} CPU and ${formatBytes(limits.memory)}`;
  return `Lean ${image.lean_version}, ${machine.cpus} CPUs (${machine.cpu_model}), ${sandbox}, ${rounds} rounds.`;
}

const inLegend = (index: number): Plot.DotOptions & Plot.TextOptions => ({
  frameAnchor: 'top-left',
  dx: index * legendStep,
  dy: -24,
});

const caption = (what: string, where: string): Plot.Text =>
  Plot.text([`${what}\n${where}`], { frameAnchor: 'top-left', dy: -74, lineAnchor: 'top', lineHeight: 1.4 });

/** 1, 2 and 5, and their tenfolds: the library labels too many places of a logarithmic axis, or too few. */
function ticksOf(least: number, most: number): number[] {
  const powers = Array.from({ length: Math.ceil(Math.log10(most)) + 1 }, (_, power) => 10 ** power);
  return powers.flatMap((power) => [power, 2 * power, 5 * power]).filter((tick) => least <= tick && tick <= most);
}

/** What of a drawn element is used; the library's own types are those of a browser. */
interface Drawn {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
}

function draw(colours: Colours, options: Plot.PlotOptions): string {
  const { document } = parseHTML('<!doctype html><html></html>') as unknown as { readonly document: object };
  const style = {
    background: colours.background,
    color: colours.text,
    fontFamily: 'system-ui, sans-serif',
    fontSize: '12px',
  };
  const svg = Plot.plot({ ...options, document, width, style }) as unknown as Drawn;
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${svg.outerHTML}\n`;
}
