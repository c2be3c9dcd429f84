import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { verifierInContext, type SourceFile } from './build-context.ts';

/** The verifier's folder in this package. */
const folder = fileURLToPath(new URL('../../verifier/', import.meta.url));
const source = /^(?:build|(?:Verifier\/)?\w+\.lean)$/;

/** What is compiled in an image: the verifier's programs and how to compile them. */
export async function verifierSources(): Promise<SourceFile[]> {
  const all = await readdir(folder, { recursive: true });
  const files = all.map((file) => file.split(path.sep).join('/')).filter((file) => source.test(file));
  return await Promise.all(
    files.sort().map(async (file) => ({
      path: `${verifierInContext}/${file}`,
      text: await readFile(path.join(folder, file), 'utf8'),
    })),
  );
}
