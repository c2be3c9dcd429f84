/* Projects in the formats of others: what is written is held against the official schema, and read by a strict parser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { ProjectResult } from '../execution/project-service.ts';
import type { CheckedModule, ModuleOutcome } from '../projects/project.ts';
import { renderJunit } from './junit.ts';
import { toProjectResult } from './project-result.ts';
import { renderProject } from './render-project.ts';
import { renderSarif } from './sarif.ts';

const limits = { maxTimeoutMs: 300_000, messageCharacters: 16_000, outputCharacters: 1000 };
const require = createRequire(import.meta.url);
const schemaFile = require.resolve('@microsoft/jest-sarif').replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json');
const ajv = new draft04.default({ strict: false, allErrors: true, unicodeRegExp: false });
formats.default(ajv);
const isSarif = ajv.compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

const hostile = 'a\u0000\u001b[31m"<&>\'\u2028\ufffe\ud800\r\n]]>é😀';
const start = { line: 3, column: 4 };

function checked(path: string, outcome: ModuleOutcome): CheckedModule {
  const name = path.replace('.lean', '').replaceAll('/', '.');
  return { module: { name, path, text: '', options: [] }, outcome, isKept: false, elapsedMs: 12.3 };
}

function resultOf(modules: readonly CheckedModule[], notes: readonly string[] = []): ProjectResult {
  const timings = { queue: 0, sandbox: 1, elaborate: 2, run: 0, total: 3 };
  return { modules, mendFirst: [{ module: 'B', blocks: 1 }], notes, timings, leanVersion: '4.27.0' };
}

const error = { severity: 'error', start, end: { line: 3, column: 9 }, message: hostile, name: 'lean.x' } as const;
const warning = { severity: 'warning', start, end: { line: 2, column: 0 }, message: '' } as const;
const all = resultOf(
  [
    checked('A b/ü.lean', { outcome: 'accepted', messages: { diagnostics: [warning], more: 2, usesSorry: true } }),
    checked('B.lean', { outcome: 'rejected', messages: { diagnostics: [error, warning], more: 0 } }),
    checked('C.lean', {
      outcome: 'unfinished',
      reason: 'timed-out',
      detail: hostile,
      messages: { diagnostics: [], more: 0 },
    }),
    checked('D.lean', { outcome: 'not-checked', because: ['B', hostile] }),
  ],
  [hostile],
);

/** Throws for what is no well-formed XML. @returns the names of its elements */
function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (problem) => {
    throw problem;
  });
  parser.on('opentag', ({ name }) => names.push(name));
  parser.write(xml).close();
  return names;
}

const text = fc.string({ unit: 'binary', maxLength: 40 });

describe('a project’s result', () => {
  it('is a log of SARIF by the official schema', () => {
    const log = JSON.parse(renderSarif(all, '1.2.3', limits)) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: { region: object } }[] }[] }[];
    };
    expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
    const results = log.runs[0]?.results ?? [];
    expect(results.map(({ ruleId }) => ruleId)).toEqual([
      'lean.warning',
      'lean.x',
      'lean.warning',
      'unfinished.timed-out',
    ]);
    expect(results[1]?.locations[0]?.physicalLocation.region).toEqual({
      startLine: 3,
      startColumn: 5,
      endLine: 3,
      endColumn: 10,
    });
    expect(JSON.stringify(log)).toContain('A%20b/%C3%BC.lean');
    expect(isSarif({ ...log, version: '3' })).toBe(false);
  });

  it('is a JUnit report that a strict parser reads', () => {
    const xml = renderJunit(all, limits);
    expect(elementsOf(xml).filter((name) => name === 'testcase')).toHaveLength(4);
    expect(elementsOf(xml)).toEqual(expect.arrayContaining(['failure', 'error', 'skipped', 'system-out']));
    expect(xml).toContain('tests="4" failures="1" errors="1" skipped="1"');
    expect(() => elementsOf(xml.replace('</testsuites>', ''))).toThrow();
  });

  it('is written in both formats whatever names and messages hold', () => {
    fc.assert(
      fc.property(text, text, text, (name, message, detail) => {
        const modules = [
          checked(`${name}.lean`, { outcome: 'rejected', messages: { diagnostics: [{ ...error, message }], more: 0 } }),
          checked('B.lean', { outcome: 'not-checked', because: [name] }),
          checked('C.lean', {
            outcome: 'unfinished',
            reason: 'crashed',
            detail,
            messages: { diagnostics: [], more: 0 },
          }),
        ];
        const result = resultOf(modules, [message]);
        elementsOf(renderJunit(result, limits));
        expect(isSarif(JSON.parse(renderSarif(result, '1', limits))), JSON.stringify(isSarif.errors)).toBe(true);
      }),
    );
  });

  it('tells in little room what matters: the counts, what to mend first, and errors before the rest', () => {
    const many = Array.from({ length: 500 }, (_, index) =>
      checked(`Long/Name/Of/A/Module${index}.lean`, {
        outcome: index === 250 ? 'rejected' : 'accepted',
        messages: { diagnostics: index === 250 ? [{ ...error, message: 'x'.repeat(50_000) }] : [], more: 0 },
      }),
    );
    const shown = toProjectResult(resultOf(many), new Set(['warnings']), { ...limits, messageCharacters: 4000 });
    expect(shown).toMatchObject({ status: 'error', accepted: 499, rejected: 1 });
    expect(shown.modules).toHaveLength(1);
    expect(shown.modules[0]?.diagnostics?.[0]?.message).toContain('left out');
    expect(shown.truncated?.accepted_modules).toBeGreaterThan(400);
    expect(JSON.stringify(shown).length).toBeLessThan(6000);
    const rendered = renderProject(shown);
    expect(rendered.split('\n').slice(0, 2)).toEqual([
      '499 accepted, 1 rejected, 0 unfinished, 0 not checked.',
      '1. to mend: B (1 module waits for it)',
    ]);
  });

  it('shows no control character of anybody’s', () => {
    const shown = toProjectResult(all, new Set(['warnings']), limits);
    const everything = `${JSON.stringify(shown)}${renderProject(shown)}`;
    expect(everything.match(/(?![\n\t])\p{Cc}/gu) ?? []).toEqual([]);
  });
});

it('says in the text in which environment the project was checked', () => {
  const text = renderProject(toProjectResult({ ...all, environment: 'mathlib' }, new Set(), limits));
  expect(text.split('\n').at(-1)).toBe('[Lean 4.27.0 in mathlib; 4 modules elaborated; 3 ms]');
});
