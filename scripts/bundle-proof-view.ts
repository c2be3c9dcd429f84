/*
 * Makes the page that shows results: one HTML file that loads nothing. Its policy lets run what is in it now, and nothing that
 * a text of a sandbox could bring in.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform, type Metafile } from 'esbuild';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, 'proof-view');

/** The page, and what it was made from. */
export async function bundleProofView(): Promise<{ readonly html: string; readonly inputs: Metafile['inputs'] }> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [path.join(folder, 'main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome123', 'firefox120', 'safari17.5'],
    legalComments: 'none',
    // The characters of Lean's notation stay as they are: escaped they would be longer.
    charset: 'utf8',
    define: { packageVersion: JSON.stringify(version) },
    metafile: true,
  });
  const script = (outputFiles[0]?.text ?? '').trim();
  const styles = await readFile(path.join(folder, 'proof-view.css'), 'utf8');
  const style = (await transform(styles, { loader: 'css', minify: true })).code.trim();
  if (/<\/script|<!--/i.test(script)) throw new Error('The script of the proof view would end its element.');
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
    // No text becomes markup, whoever tries.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const template = (await readFile(path.join(folder, 'page.html'), 'utf8')).replaceAll(/\n\s*/g, '');
  const parts: Readonly<Record<string, string>> = {
    '(policy)': policy,
    '<!-- (style) -->': `<style>${style}</style>`,
    '<!-- (script) -->': `<script>${script}</script>`,
  };
  const html = template.replace(/\(policy\)|<!-- \(\w+\) -->/g, (part) => parts[part] ?? part);
  return { html, inputs: metafile.inputs };
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
