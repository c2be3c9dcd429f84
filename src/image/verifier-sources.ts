import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that an image gets beside its toolchain. */
export interface SourceFile {
  /** Relative to the folder of the verifier, with forward slashes. */
  readonly path: string;
  readonly content: Buffer;
  readonly executable: boolean;
}

/** In the package, beside what is compiled. */
const folder = fileURLToPath(new URL('../../verifier/', import.meta.url));

/** The verifier's programs as they are compiled for each image, with what compiles them. */
export async function verifierSources(): Promise<SourceFile[]> {
  const names = await readdir(folder, { recursive: true });
  const wanted = names
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name === 'build' || (name.endsWith('.lean') && !name.startsWith('test/')))
    .sort();
  return await Promise.all(
    wanted.map(async (name) => ({
      path: name,
      content: await readFile(path.join(folder, name)),
      executable: name === 'build',
    })),
  );
}
