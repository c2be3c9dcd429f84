/*
 * `npm run examples`: makes the examples of the documentation, by calling the built program with the configured image, and keeps
 * what came of them in docs/examples.json; `npm run docs` then writes it into the pages. With --check nothing is written, and it
 * fails when something else comes of them now.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { attackProblems, carryOutShownAttacks } from './examples/attacks.ts';
import { exampleCalls } from './examples/calls.ts';
import {
  changedExamples,
  exampleProblems,
  settled,
  type RecordedCall,
  type RecordedExamples,
} from './examples/recorded-examples.ts';

const root = path.join(import.meta.dirname, '..');
const file = path.join(root, 'docs', 'examples.json');
const isCheck = process.argv.includes('--check');
/** The first call may have to build the image. */
const timeout = 3_600_000;

function definedVariables(): Record<string, string> {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

async function makeExamples(): Promise<RecordedExamples> {
  const client = new Client({ name: 'documentation', version: '0.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [path.join(root, 'dist', 'cli', 'main.js')],
      // No example is to tell of a slow machine.
      env: { LEAN_DOCKER_MCP_TIMEOUT: '300', ...definedVariables() },
      stderr: 'ignore',
    }),
  );
  try {
    const sessions = new Map<string, unknown>();
    const calls: RecordedCall[] = [];
    // So that no example tells of a first call's wait.
    await client.callTool({ name: 'execute-lean', arguments: { code: '' } }, { timeout });
    for (const { name, tool, arguments: given, session } of exampleCalls) {
      const id = session === undefined ? undefined : sessions.get(session);
      const sent = { ...(id !== undefined && { session_id: id }), ...given };
      const { structuredContent, content, isError } = await client.callTool(
        { name: tool, arguments: sent },
        { timeout },
      );
      const [first] = content;
      const text = first?.type === 'text' ? first.text : '';
      if (isError === true || structuredContent === undefined) throw new Error(`example ${name} failed: ${text}`);
      const structured = structuredContent as Readonly<Record<string, unknown>>;
      if (session !== undefined && !sessions.has(session)) sessions.set(session, structured['session_id']);
      calls.push({ name, tool, arguments: sent, structured, text });
    }
    const versions = calls.map(({ structured }) => structured['lean_version']);
    return {
      lean_version: versions.find((version) => typeof version === 'string') ?? 'unknown',
      calls: settled(calls),
      ...(!isCheck && { attacks: await carryOutShownAttacks() }),
    };
  } finally {
    await client.close();
  }
}

const made = await makeExamples();
const problems = exampleProblems(exampleCalls, made);
if (isCheck) {
  const kept = JSON.parse(await readFile(file, 'utf8')) as RecordedExamples;
  problems.push(...exampleProblems(exampleCalls, kept), ...attackProblems(kept.attacks));
  if (kept.lean_version !== made.lean_version)
    problems.push(`docs/examples.json is of Lean ${kept.lean_version}, this one is ${made.lean_version}`);
  problems.push(...changedExamples(kept, made).map((name) => `of example ${name} something else comes now`));
} else if (problems.push(...attackProblems(made.attacks)) === 0) {
  await writeFile(file, `${JSON.stringify(made, undefined, 2)}\n`);
  process.stderr.write(`docs/examples.json written, by Lean ${made.lean_version}. Now: npm run docs\n`);
}
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
