import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What is at a path: a file with this content, a program (`executable`), or a symbolic link. */
export type TreeEntry = string | Buffer | { readonly executable: string | Buffer } | { readonly link: string };

/** Writes files and links below a folder; folders are made as needed. */
export async function writeTree(folder: string, tree: Readonly<Record<string, TreeEntry>>): Promise<void> {
  for (const [name, entry] of Object.entries(tree)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof entry === 'string' || Buffer.isBuffer(entry)) await writeFile(file, entry);
    else if ('link' in entry) await symlink(entry.link, file);
    else {
      await writeFile(file, entry.executable);
      await chmod(file, 0o755);
    }
  }
}
