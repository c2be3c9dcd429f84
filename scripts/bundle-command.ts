/*
 * Bundles the command into a few files: reading the hundreds of files of its packages one by one would take longer than
 * everything else in its start. What a command does not need stays in files of its own, which are loaded on demand.
 */
import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { bundleProofView } from './bundle-proof-view.ts';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'dist', 'cli');
const main = path.join(folder, 'main.js');
/** Programs that are running may still load files of the build before. */
const keepOldFilesMs = 3_600_000;

/** Some packages ask for Node's modules with `require`, which modules do not have. */
const defineRequire = `import { createRequire as createRequire$ } from 'node:module';
const require = createRequire$(import.meta.url);`;

/** Leaves out what is large, would be loaded at every start, and is not used by this program. */
const withoutBallast: Plugin = {
  name: 'without-ballast',
  setup: (bundling) => {
    // zod's messages in fifty languages, of which English is not one: it is always there.
    bundling.onLoad({ filter: /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({ contents: 'export {};' }));
    // The larger of the protocol library's two validators of JSON schemas; tools here have schemas of zod.
    bundling.onLoad({ filter: /[/\\]server[/\\]dist[/\\]shimsNode\.mjs$/ }, ({ path: file }) => ({
      contents: [
        "export { default as process } from 'node:process';",
        "export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';",
      ].join('\n'),
      resolveDir: path.dirname(file),
    }));
  },
};

/** Leaves the rest of the program where it is. */
function startingFrom(command: string): Plugin {
  return {
    name: 'starting-from',
    setup: (bundling) => {
      bundling.onResolve({ filter: /main\.ts$/ }, () => ({ path: command, external: true }));
    },
  };
}

/** The licences of the packages whose code is in the bundle. */
async function notices(inputs: Metafile['inputs']): Promise<string> {
  const inPackage = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
  const folders = new Set(Object.keys(inputs).flatMap((file) => inPackage.exec(file)?.[0] ?? []));
  const texts = [...folders].sort().map(async (name) => {
    const files = await readdir(path.join(root, name));
    const legal = files.filter((file) => /^(?:licen[cs]e|notice|thirdpartynotices)/i.test(file)).sort();
    if (legal.length === 0) throw new Error(`${name} has no licence file; may its code be in the bundle?`);
    const contents = await Promise.all(legal.map((file) => readFile(path.join(root, name, file), 'utf8')));
    const { version } = JSON.parse(await readFile(path.join(root, name, 'package.json'), 'utf8')) as {
      version: string;
    };
    const title = `${name.split('node_modules/').at(-1) ?? name} ${version}`;
    return [title, ...contents.map((text) => text.trim())].join('\n\n');
  });
  const line = '-'.repeat(80);
  return `The files in this folder contain code of these packages.\n${line}\n${(await Promise.all(texts)).join(`\n${line}\n`)}\n`;
}

/** Removes files of earlier builds. */
async function removeOldFiles(current: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (!current.has(file) && Date.now() - (await stat(file)).mtimeMs > keepOldFilesMs)
      await rm(file, { recursive: true });
  }
}

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [{ in: 'src/cli/main.ts', out: 'command' }],
  outdir: folder,
  // All in one folder: how far away the package's other files are is then the same from each of them and from src/cli.
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Large, loaded on demand, and the first one reads files that lie beside its code.
  external: ['dockerode', 'undici'],
  // Its other form has imports that a bundler cannot see.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  plugins: [withoutBallast],
  banner: { js: defineRequire },
  metafile: true,
});
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/start.ts'],
  outfile: main,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es5',
  supported: { 'dynamic-import': true },
  plugins: [startingFrom('./command.js')],
});
const noticesFile = path.join(folder, 'THIRD-PARTY-NOTICES.txt');
const view = await bundleProofView();
const viewFile = path.join(folder, 'proof-view.html');
await writeFile(viewFile, view.html);
await writeFile(noticesFile, await notices({ ...metafile.inputs, ...view.inputs }));
await chmod(main, 0o755);
await removeOldFiles(
  new Set([main, noticesFile, viewFile, ...Object.keys(metafile.outputs).map((file) => path.join(root, file))]),
);
