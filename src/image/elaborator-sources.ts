import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { elaboratorInContext, type SourceFile } from './build-context.ts';

/** The elaborator's folder in this package. */
const folder = fileURLToPath(new URL('../../elaborator/', import.meta.url));
const source = /^(?:build|channel\.c|(?:Elaborator\/)?\w+\.lean)$/;

/** What is compiled in an image: the elaborator's sources and how to compile them. */
export async function elaboratorSources(): Promise<SourceFile[]> {
  const all = await readdir(folder, { recursive: true });
  const files = all.map((file) => file.split(path.sep).join('/')).filter((file) => source.test(file));
  return await Promise.all(
    files.sort().map(async (file) => ({
      path: `${elaboratorInContext}/${file}`,
      text: await readFile(path.join(folder, file), 'utf8'),
    })),
  );
}

/** What an elaborator is asked before it is used, and what its answers must contain, as JSON. */
export async function elaboratorSelfTest(): Promise<unknown> {
  return JSON.parse(await readFile(path.join(folder, 'self-test.json'), 'utf8'));
}
