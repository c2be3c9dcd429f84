/*
 * Writes the generated sections of the documentation. With --check it writes nothing, and fails when one is stale, when a
 * package is not explained, or when a link leads nowhere.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { plotReport } from '../bench/plots/plot-report.ts';
import { readPlottedReport } from '../bench/plots/plotted-report.ts';
import { configReference } from '../src/config/config-reference.ts';
import { brokenLinks } from './broken-links.ts';
import { clientPages, clientSnippets } from './client-snippets.ts';
import { commandReference, exitCodeTable } from './command-reference.ts';
import { replaceSection } from './generated-section.ts';
import { attackProblems, renderAttackLines } from './examples/attacks.ts';
import { exampleCalls } from './examples/calls.ts';
import {
  exampleProblems,
  renderExample,
  type ExamplePart,
  type RecordedExamples,
} from './examples/recorded-examples.ts';
import { dependencyProblems } from './listed-dependencies.ts';
import { resultReference, toolReference, toolTable } from './tool-reference.ts';

interface GeneratedSection {
  readonly file: string;
  readonly marker: string;
  readonly render: () => string | Promise<string>;
}

/** What the pages show of examples, by their names. */
const examplePages: readonly (readonly [string, Readonly<Record<string, readonly ExamplePart[]>>])[] = [
  ['README.md', { wrong: ['code', 'text'] }],
  [
    'docs/tools.md',
    {
      greet: ['arguments', 'structured'],
      gap: ['arguments', 'structured', 'text'],
      'session-first': ['arguments', 'structured'],
      'session-second': ['arguments', 'structured'],
      'session-rejected': ['arguments', 'text'],
      definition: ['arguments', 'text'],
      cleanup: ['structured'],
      'cleanup-again': ['structured'],
      wrong: ['arguments', 'structured'],
    },
  ],
  [
    'docs/proofs.md',
    {
      sorry: ['arguments', 'text'],
      'sorry-goal': ['goal'],
      attempts: ['arguments', 'text'],
      goal: ['arguments', 'text'],
      'declared-before': ['arguments', 'text'],
      rewind: ['arguments', 'text'],
      fork: ['arguments', 'text'],
    },
  ],
];
const recordedExamples = async (): Promise<RecordedExamples> =>
  JSON.parse(await read('docs/examples.json')) as RecordedExamples;

const sections: readonly GeneratedSection[] = [
  { file: 'docs/clients.md', marker: 'client-snippets', render: clientSnippets },
  { file: 'docs/tools.md', marker: 'tools', render: toolTable },
  { file: 'docs/clients.md', marker: 'clients', render: clientPages },
  { file: 'docs/tools.md', marker: 'execute-lean', render: () => toolReference('execute-lean') },
  { file: 'docs/tools.md', marker: 'execute-lean-persistent', render: () => toolReference('execute-lean-persistent') },
  { file: 'docs/tools.md', marker: 'inspect-lean', render: () => toolReference('inspect-lean') },
  { file: 'docs/tools.md', marker: 'inspect-lean-result', render: () => resultReference('inspect-lean') },
  { file: 'docs/tools.md', marker: 'try-tactics', render: () => toolReference('try-tactics') },
  { file: 'docs/tools.md', marker: 'try-tactics-result', render: () => resultReference('try-tactics') },
  { file: 'docs/tools.md', marker: 'find-declarations', render: () => toolReference('find-declarations') },
  { file: 'docs/tools.md', marker: 'find-declarations-result', render: () => resultReference('find-declarations') },
  { file: 'docs/tools.md', marker: 'check-batch', render: () => toolReference('check-batch') },
  { file: 'docs/tools.md', marker: 'check-batch-result', render: () => resultReference('check-batch') },
  { file: 'docs/tools.md', marker: 'check-project', render: () => toolReference('check-project') },
  { file: 'docs/tools.md', marker: 'check-project-result', render: () => resultReference('check-project') },
  { file: 'docs/tools.md', marker: 'verify-lean', render: () => toolReference('verify-lean') },
  { file: 'docs/tools.md', marker: 'verify-lean-result', render: () => resultReference('verify-lean') },
  { file: 'docs/tools.md', marker: 'list-sessions', render: () => toolReference('list-sessions') },
  { file: 'docs/tools.md', marker: 'describe-session', render: () => toolReference('describe-session') },
  { file: 'docs/tools.md', marker: 'rewind-session', render: () => toolReference('rewind-session') },
  { file: 'docs/tools.md', marker: 'fork-session', render: () => toolReference('fork-session') },
  { file: 'docs/tools.md', marker: 'session-result', render: () => resultReference('fork-session') },
  { file: 'docs/tools.md', marker: 'cleanup-session', render: () => toolReference('cleanup-session') },
  { file: 'docs/tools.md', marker: 'cleanup-session-result', render: () => resultReference('cleanup-session') },
  { file: 'docs/tools.md', marker: 'result', render: () => resultReference('execute-lean-persistent') },
  { file: 'docs/command-line.md', marker: 'exit-codes', render: exitCodeTable },
  { file: 'docs/command-line.md', marker: 'commands', render: commandReference },
  { file: 'docs/configuration.md', marker: 'config', render: configReference },
  { file: 'docs/embedding.md', marker: 'embed', render: async () => inFence('js', await read('examples/embed.mjs')) },
  {
    file: 'docs/doctor.md',
    marker: 'example-attacks',
    render: async () => renderAttackLines((await recordedExamples()).attacks),
  },
  ...examplePages.flatMap(([file, examples]) =>
    Object.entries(examples).map(([name, parts]) => ({
      file,
      marker: `example-${name}`,
      render: async () => renderExample(await recordedExamples(), name.replace(/-goal$/, ''), parts),
    })),
  ),
];

const inFence = (language: string, text: string): string => `\`\`\`${language}\n${text.trim()}\n\`\`\``;
const root = join(import.meta.dirname, '..');
const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');
const complain = (problem: string): void => {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
};

async function update(file: string, checkOnly: boolean): Promise<void> {
  const path = join(root, file);
  const before = await read(file);
  let text = before;
  for (const { marker, render } of sections.filter((section) => section.file === file))
    text = replaceSection(text, marker, await render());
  text = await format(text, { ...(await resolveConfig(path)), filepath: path });
  if (text === before) return;
  if (checkOnly) {
    complain(`${file} is out of date. Run: npm run docs`);
  } else {
    await writeFile(path, text);
    process.stderr.write(`${file} written\n`);
  }
}

/** In bytes: more is read by nobody. */
const maxReadme = 9000;

async function check(): Promise<void> {
  const { length } = Buffer.from(await read('README.md'));
  if (length > maxReadme) complain(`README.md has ${length} bytes; at most ${maxReadme}. Move something to docs/`);
  const names = (await readdir(join(root, 'docs')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const pages = new Map(
    await Promise.all(['README.md', ...names].map(async (name) => [name, await read(name)] as const)),
  );
  const packageJson: unknown = JSON.parse(await read('package.json'));
  const explained = dependencyProblems(pages.get('docs/dependencies.md') ?? '', packageJson);
  for (const problem of explained) complain(`docs/dependencies.md: ${problem}`);
  for (const [name, svg] of plotReport(await readPlottedReport())) {
    const file = `docs/bench/${name}`;
    if (!existsSync(join(root, file)) || (await read(file)) !== svg)
      complain(`${file} shows something else than docs/bench/report.json. Run: npm run bench:plots`);
  }
  const recorded = await recordedExamples();
  for (const problem of [...exampleProblems(exampleCalls, recorded), ...attackProblems(recorded.attacks)])
    complain(`${problem}. Run: npm run examples`);
  for (const problem of brokenLinks(pages, (path) => existsSync(join(root, path)))) complain(problem);
}

const checkOnly = process.argv.includes('--check');
for (const file of new Set(sections.map((section) => section.file))) await update(file, checkOnly);
if (checkOnly) await check();
