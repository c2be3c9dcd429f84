/* A project's result as a JUnit report, which continuous integrations show: one test case a module. */
import { makeVisible } from '../core/visible-text.ts';
import type { ProjectResult } from '../execution/project-service.ts';
import { isError, headlineOf } from '../lean/diagnostic.ts';
import type { CheckedModule } from '../projects/project.ts';
import { countOutcomes, explainUnfinished } from './project-result.ts';
import { renderDiagnostic } from './render-messages.ts';
import { showDiagnostic } from './result-parts.ts';
import type { ReportLimits } from './structured-result.ts';

/** The report. `failure`: Lean rejects the module; `error`: nothing is known; `skipped`: what it imports is not accepted. */
export function renderJunit(result: ProjectResult, limits: ReportLimits): string {
  const { modules, timings } = result;
  const counts = countOutcomes(modules);
  const sums = `tests="${modules.length}" failures="${counts.rejected}" errors="${counts.unfinished}" skipped="${counts['not-checked']}" time="${seconds(timings.total)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lean-docker-mcp" ${sums}>`,
    `  <testsuite name="Lean ${attribute(result.leanVersion)}" ${sums}>`,
    ...modules.flatMap((checked) => testCase(checked, limits)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(checked: CheckedModule, limits: ReportLimits): string[] {
  const { module, outcome, elapsedMs } = checked;
  const open = `    <testcase name="${attribute(module.name)}" classname="${attribute(module.path)}" file="${attribute(module.path)}" time="${seconds(elapsedMs)}"`;
  const parts = partsOf(outcome, module.path, limits);
  return parts.length === 0 ? [`${open}/>`] : [`${open}>`, ...parts, '    </testcase>'];
}

function partsOf(outcome: CheckedModule['outcome'], path: string, limits: ReportLimits): string[] {
  if (outcome.outcome === 'not-checked') {
    return [`      <skipped message="${attribute(`it imports ${outcome.because.join(', which imports ')}`)}"/>`];
  }
  const { diagnostics } = outcome.messages;
  const said = diagnostics.map((diagnostic) => renderDiagnostic(path, showDiagnostic(diagnostic)));
  const output = said.length === 0 ? [] : [`      <system-out>${content(said.join('\n'))}</system-out>`];
  if (outcome.outcome === 'unfinished') {
    const why = explainUnfinished(outcome, limits);
    return [`      <error type="${outcome.reason}" message="${attribute(why)}"/>`, ...output];
  }
  if (outcome.outcome === 'accepted') return output;
  const errors = diagnostics.filter(isError);
  const [first] = errors;
  const texts = errors.map((diagnostic) => renderDiagnostic(path, showDiagnostic(diagnostic))).join('\n');
  const headline = first === undefined ? 'rejected' : headlineOf(first);
  return [`      <failure message="${attribute(headline)}">${content(texts)}</failure>`, ...output];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text without characters that XML has no way to write. */
function content(text: string): string {
  return makeVisible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

function attribute(text: string): string {
  return content(text).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
}
