/* A project's result in the Static Analysis Results Interchange Format, 2.1.0, which code hosts show beside the code. */
import type { ProjectResult } from '../execution/project-service.ts';
import type { Diagnostic } from '../lean/diagnostic.ts';
import { makeVisible } from '../core/visible-text.ts';
import type { CheckedModule } from '../projects/project.ts';
import { explainUnfinished } from './project-result.ts';
import type { ReportLimits } from './structured-result.ts';

const levels = { error: 'error', warning: 'warning', information: 'note', hint: 'note' } as const;
const schemaAddress = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const home = 'https://github.com/lean-docker-mcp/lean-docker-mcp';

/** The result as a log with one run: errors, warnings, and modules of which nothing is known. */
export function renderSarif(
  { modules, notes, leanVersion }: ProjectResult,
  version: string,
  limits: ReportLimits,
): string {
  const results = modules.flatMap((checked) => resultsOf(checked, limits));
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({ id }));
  const driver = { name: 'lean-docker-mcp', version, informationUri: home, rules };
  const unchecked = modules.flatMap(({ module, outcome }) =>
    outcome.outcome === 'not-checked'
      ? [`${module.name} was not checked: it imports ${outcome.because.join(', which imports ')}.`]
      : [],
  );
  const log = {
    $schema: schemaAddress,
    version: '2.1.0',
    runs: [
      {
        tool: { driver, extensions: [{ name: 'Lean', version: leanVersion }] },
        columnKind: 'unicodeCodePoints',
        invocations: [
          {
            executionSuccessful: modules.every(({ outcome }) => outcome.outcome !== 'unfinished'),
            toolExecutionNotifications: [...notes, ...unchecked].map((text) => ({
              level: 'note',
              message: { text: makeVisible(text) },
            })),
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function resultsOf({ module, outcome }: CheckedModule, limits: ReportLimits) {
  const uri = module.path.split('/').map(encodeURIComponent).join('/');
  const artifactLocation = { uri, uriBaseId: '%SRCROOT%' };
  if (outcome.outcome === 'not-checked') return [];
  const about = outcome.messages.diagnostics
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map((diagnostic) => ({
      ruleId: diagnostic.name ?? `lean.${diagnostic.severity}`,
      level: levels[diagnostic.severity],
      message: { text: messageOf(diagnostic) },
      locations: [{ physicalLocation: { artifactLocation, region: regionOf(diagnostic) } }],
    }));
  if (outcome.outcome !== 'unfinished') return about;
  const unknown = {
    ruleId: `unfinished.${outcome.reason}`,
    level: levels.error,
    message: { text: explainUnfinished(outcome, limits) },
    locations: [
      { physicalLocation: { artifactLocation, region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } } },
    ],
  };
  return [...about, unknown];
}

/** No message may be empty. */
function messageOf({ message, severity }: Diagnostic): string {
  const text = makeVisible(message);
  return text.trim() === '' ? severity : text;
}

/** Columns from 1. */
function regionOf({
  start,
  end,
}: Diagnostic): Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>> {
  const isForward = end.line > start.line || (end.line === start.line && end.column >= start.column);
  const to = isForward ? end : start;
  return { startLine: start.line, startColumn: start.column + 1, endLine: to.line, endColumn: to.column + 1 };
}
