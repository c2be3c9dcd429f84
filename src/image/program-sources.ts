import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { elaboratorInContext, verifierInContext, type SourceFile } from './build-context.ts';

/** The programs in Lean that are compiled in an image: where they are in this package, and which of their files that takes. */
const elaborator = {
  folder: fileURLToPath(new URL('../../elaborator/', import.meta.url)),
  source: /^(?:build|channel\.c|(?:Elaborator\/)?\w+\.lean)$/,
  inContext: elaboratorInContext,
};
const verifier = {
  folder: fileURLToPath(new URL('../../verifier/', import.meta.url)),
  source: /^(?:build|(?:Verifier\/)?\w+\.lean)$/,
  inContext: verifierInContext,
};

/** The sources of all of them, and how to compile them. */
export async function programSources(): Promise<SourceFile[]> {
  return (await Promise.all([verifier, elaborator].map(sourcesOf))).flat();
}

async function sourcesOf({ folder, source, inContext }: typeof elaborator): Promise<SourceFile[]> {
  const all = await readdir(folder, { recursive: true });
  const files = all.map((file) => file.split(path.sep).join('/')).filter((file) => source.test(file));
  return await Promise.all(
    files.sort().map(async (file) => ({
      path: `${inContext}/${file}`,
      text: await readFile(path.join(folder, file), 'utf8'),
    })),
  );
}

/** What an elaborator is asked before it is used, and what its answers must contain, as JSON. */
export async function elaboratorSelfTest(): Promise<unknown> {
  return JSON.parse(await readFile(path.join(elaborator.folder, 'self-test.json'), 'utf8'));
}
