/* Writes the generated sections of the documentation. With --check it writes nothing, and fails when one is stale. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { configReference } from '../src/config/config-reference.ts';
import { replaceSection } from './generated-section.ts';

interface GeneratedSection {
  readonly file: string;
  readonly marker: string;
  readonly render: () => string | Promise<string>;
}

const sections: readonly GeneratedSection[] = [
  { file: 'docs/configuration.md', marker: 'config', render: configReference },
];

const root = join(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');

for (const file of new Set(sections.map((section) => section.file))) {
  const path = join(root, file);
  const before = await readFile(path, 'utf8');
  let text = before;
  for (const { marker, render } of sections.filter((section) => section.file === file))
    text = replaceSection(text, marker, await render());
  text = await format(text, { ...(await resolveConfig(path)), filepath: path });
  if (text === before) continue;
  if (checkOnly) {
    process.stderr.write(`${file} is out of date. Run: npm run docs\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    process.stderr.write(`${file} written\n`);
  }
}
