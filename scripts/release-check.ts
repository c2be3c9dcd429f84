/*
 * `npm run release:check [-- v1.2.3]`: everything of a release but publishing it. The package is packed as npm would, the
 * bundle is made and checked by its own tool, and what names a version is compared, also with the tag when one is given.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageProblems, versionProblems } from './release-problems.ts';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, file), 'utf8'));
}

/** The files that npm would publish of what is built. */
async function packedFiles(): Promise<string[]> {
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json'];
  const { stdout } = await run('npm', args, { cwd: root, maxBuffer: 64 * 1024 ** 2 });
  const packed = JSON.parse(stdout) as readonly { readonly files: readonly { readonly path: string }[] }[];
  return packed.flatMap(({ files }) => files.map((file) => file.path));
}

/** Makes the bundle in a folder that is thrown away; its tool refuses one that is not right. @returns its size */
async function bundleSize(): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'release-'));
  try {
    const out = path.join(folder, 'lean-docker-mcp.mcpb');
    const jiti = path.join(root, 'node_modules', 'jiti', 'lib', 'jiti-cli.mjs');
    await run(process.execPath, [jiti, path.join(root, 'scripts', 'bundle-mcpb.ts'), out], { cwd: root });
    return (await stat(out)).size;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const facts = await readJson('package.json');
const problems = [
  ...versionProblems(facts, await readJson('server.json'), process.argv[2]),
  ...packageProblems(facts, await packedFiles()),
];
for (const problem of problems) process.stderr.write(`${problem}\n`);
if (problems.length > 0) process.exitCode = 1;
else process.stderr.write(`Ready to be released; the bundle has ${await bundleSize()} bytes.\n`);
