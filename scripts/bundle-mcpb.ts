/*
 * `npm run bundle`: makes dist/lean-docker-mcp.mcpb, which Claude Desktop and other clients install with one click, and
 * which brings everything but Node and Docker. The official tool checks and packs it.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { neededFolders, type LockedPackage } from './bundled-packages.ts';
import { bundleManifest, type PackageFacts } from './bundle-manifest.ts';

const root = path.join(import.meta.dirname, '..');
const run = promisify(execFile);
const mcpb = path.join(root, 'node_modules', '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');

/** What the bundled command loads from packages while it runs; scripts/bundle-command.ts leaves the same ones out. */
const loadedPackages = ['dockerode', 'undici'];
const copied = ['dist/cli', 'elaborator', 'README.md', 'LICENSE'];

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(path.join(root, file), 'utf8'));
}

/** Puts the files of the bundle into a folder. */
async function fill(folder: string): Promise<void> {
  const facts = (await readJson('package.json')) as PackageFacts;
  const { packages } = (await readJson('package-lock.json')) as { packages: Record<string, LockedPackage> };
  for (const name of [...copied, ...neededFolders(loadedPackages, packages)]) {
    const inside = (file: string): boolean =>
      // Packages within packages are copied only where they are needed, tests and maps never.
      file === path.join(root, name) || !/[/\\](?:node_modules|tests?|examples?)$|\.(?:map|d\.[cm]?ts|md)$/.test(file);
    await cp(path.join(root, name), path.join(folder, name), { recursive: true, dereference: true, filter: inside });
  }
  const { name, version, license } = facts;
  const write = (file: string, value: unknown): Promise<void> =>
    writeFile(path.join(folder, file), `${JSON.stringify(value, undefined, 2)}\n`);
  await write('package.json', { name, version, license, type: 'module' });
  await write('manifest.json', await bundleManifest(facts));
}

const out = path.resolve(process.argv[2] ?? path.join(root, 'dist', 'lean-docker-mcp.mcpb'));
const folder = `${out}.files`;
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
await fill(folder);
for (const args of [
  ['validate', path.join(folder, 'manifest.json')],
  ['pack', folder, out],
]) {
  const { stdout } = await run(process.execPath, [mcpb, ...args]);
  process.stderr.write(stdout);
}
await rm(folder, { recursive: true });
