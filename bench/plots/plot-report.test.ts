import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { ways, wayTitles } from '../bench-report.ts';
import { picturesFolder, readPlottedReport } from './plotted-report.ts';
import { plotReport } from './plot-report.ts';

const report = await readPlottedReport();
const pictures = plotReport(report);

/** All text in a picture; throws when it is no XML, which an image has to be. */
function textsOf(svg: string): string[] {
  const texts: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('text', (text) => texts.push(text.trim()));
  parser.write(svg).close();
  return texts;
}

describe('the pictures of a report', () => {
  it.each([...pictures])('%s is the one in the documentation (npm run bench:plots)', async (name, svg) => {
    expect(await readFile(path.join(picturesFolder, name), 'utf8')).toBe(svg);
  });

  it.each(['light', 'dark'])('name every program and every way that was measured, %s', (appearance) => {
    const texts = textsOf(pictures.get(`programs-${appearance}.svg`) ?? '');
    for (const { name } of report.programs) expect(texts).toContain(name);
    const measured = new Set(report.programs.flatMap(({ times }) => Object.keys(times)));
    expect(measured.size).toBeGreaterThan(4);
    for (const way of ways) expect(texts.includes(wayTitles[way])).toBe(measured.has(way));
  });

  it.each(['light', 'dark'])('tell the numbers of callers and what each waits for, %s', (appearance) => {
    const texts = textsOf(pictures.get(`callers-${appearance}.svg`) ?? '');
    for (const { callers, calls_per_second: rate } of report.throughput) {
      expect(texts).toContain(String(callers));
      expect(texts).toContain(`${(callers / rate.median).toFixed(2)} s`);
    }
  });

  it('leave out what was not measured', () => {
    const [first, ...others] = report.programs;
    if (first === undefined) throw new Error('no program');
    const partly = plotReport({ ...report, programs: [{ ...first, times: {} }, ...others] });
    expect(textsOf(partly.get('programs-light.svg') ?? '')).toContain(first.name);
  });
});
