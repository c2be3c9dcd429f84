import { buffer } from 'node:stream/consumers';
import { pack, type Headers } from 'tar-stream';
import { zstdStored } from './zstd-stored.ts';

/** An entry of an archive; a file unless its type says otherwise. */
export type ArchiveEntry = Headers & { readonly content?: string | Buffer };

/** A tar archive of these entries. */
export async function tarArchive(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...header } of entries) {
    if (content === undefined) archive.entry(header);
    else archive.entry(header, content);
  }
  archive.finalize();
  return await buffer(archive);
}

/** A small archive, laid out like a release of Lean; its program is a script. */
export async function toolchainArchive(version: string, ballast = Buffer.alloc(0)): Promise<Buffer> {
  const top = `lean-${version}-linux`;
  const archive = await tarArchive([
    { name: `${top}/`, type: 'directory' },
    { name: `${top}/bin/lean`, mode: 0o755, content: `#!/bin/sh\necho "Lean (version ${version}, Release)"\n` },
    { name: `${top}/bin/clang`, mode: 0o755, content: 'a compiler' },
    { name: `${top}/include/lean/lean.h`, content: 'a header' },
    { name: `${top}/lib/lean/Init.olean`, mode: 0o644, content: 'a module' },
    { name: `${top}/lib/lean/libInit.a`, content: 'a static library' },
    { name: `${top}/lib/lean/Lean/Ballast.olean`, mode: 0o644, content: ballast },
  ]);
  return zstdStored(archive);
}
