import { readFile } from 'node:fs/promises';

/** The page that shows results, as the build made it. Rejects when it was not built. */
export async function readProofView(): Promise<string> {
  return await readFile(new URL('../../dist/cli/proof-view.html', import.meta.url), 'utf8');
}
