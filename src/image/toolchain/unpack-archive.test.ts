import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { tarArchive, toolchainArchive, type ArchiveEntry } from '../../../test/support/toolchain-archive.ts';
import { zstdStored } from '../../../test/support/zstd-stored.ts';
import { unpackToolchain } from './unpack-archive.ts';

async function setUp(archive: Buffer) {
  const folder = await temporaryFolder();
  const file = path.join(folder.path, 'archive.tar.zst');
  const into = path.join(folder.path, 'a', 'b');
  await writeFile(file, archive);
  await mkdir(into, { recursive: true });
  const unpack = (signal?: AbortSignal): Promise<void> =>
    unpackToolchain({ archive: file, into, onBytes: () => undefined, signal });
  const files = async (): Promise<string[]> =>
    (await readdir(folder.path, { recursive: true, withFileTypes: true }))
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(folder.path, path.join(entry.parentPath, entry.name)))
      .filter((name) => name !== 'archive.tar.zst')
      .sort();
  return { into, unpack, files, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

async function archiveOf(...entries: ArchiveEntry[]): Promise<Buffer> {
  return zstdStored(await tarArchive(entries));
}

describe('unpackToolchain', () => {
  it('unpacks what making an image needs, its compiler too, without the top folder, and leaves out the rest', async () => {
    const ballast = randomBytes(700_000);
    await using test = await setUp(await toolchainArchive('4.27.0', ballast));
    await test.unpack();
    const needed = [
      'bin/clang',
      'bin/lean',
      'include/lean/lean.h',
      'lib/lean/Init.olean',
      'lib/lean/Lean/Ballast.olean',
    ];
    expect(await test.files()).toEqual(needed.map((file) => `a/b/${file}`));
    expect((await stat(path.join(test.into, 'bin/lean'))).mode & 0o777).toBe(0o755);
    expect((await stat(path.join(test.into, 'lib/lean/Init.olean'))).mode & 0o777).toBe(0o644);
    expect(ballast.equals(await readFile(path.join(test.into, 'lib/lean/Lean/Ballast.olean')))).toBe(true);
  });

  it('keeps links inside, symbolic and hard', async () => {
    await using test = await setUp(
      await archiveOf(
        { name: 'lean/lib/libuv.so', type: 'symlink', linkname: 'libuv.so.1' },
        { name: 'lean/lib/libuv.so.1', content: 'code' },
        { name: 'lean/lib/lean/libuv.so.1', type: 'link', linkname: 'lean/lib/libuv.so.1' },
      ),
    );
    await test.unpack();
    expect(await readlink(path.join(test.into, 'lib/libuv.so'))).toBe('libuv.so.1');
    expect(await readFile(path.join(test.into, 'lib/lean/libuv.so.1'), 'utf8')).toBe('code');
  });

  it.each<[string, ArchiveEntry[]]>([
    ['a name that climbs up', [{ name: 'lean/../../bin/lean', content: 'x' }]],
    ['a name that climbs up in the middle', [{ name: 'lean/lib/lean/../../../../Init.olean', content: 'x' }]],
    ['an absolute name', [{ name: '/lean/bin/lean', content: 'x' }]],
    ['a name with a backslash', [{ name: 'lean/lib/lean/..\\..\\Init.olean', content: 'x' }]],
    ['a link that climbs up', [{ name: 'lean/lib/libc.so', type: 'symlink', linkname: '../../libc.so' }]],
    ['an absolute link', [{ name: 'lean/lib/libc.so', type: 'symlink', linkname: '/lib/libc.so' }]],
    ['a hard link that climbs up', [{ name: 'lean/lib/libc.so', type: 'link', linkname: 'lean/../../libc.so' }]],
    ['a device', [{ name: 'lean/bin/lean', type: 'character-device', devmajor: 1, devminor: 3 }]],
  ])('refuses %s and writes nothing outside', async (_title, entries) => {
    await using test = await setUp(await archiveOf(...entries));
    await expect(test.unpack()).rejects.toMatchObject({ code: 'download-failed' });
    expect(await test.files()).toEqual([]);
  });

  it('writes no file through a link of the archive', async () => {
    await using test = await setUp(
      await archiveOf(
        { name: 'lean/lib/lean/up.so', type: 'symlink', linkname: '../..' },
        { name: 'lean/lib/lean/down.so', type: 'symlink', linkname: 'up.so/../..' },
        { name: 'lean/lib/lean/down.so/Escaped.olean', content: 'x' },
      ),
    );
    await test.unpack().catch(() => undefined);
    expect((await test.files()).filter((file) => !file.startsWith('a/b/'))).toEqual([]);
  });

  it('fails when the archive is cut short', async () => {
    const whole = await toolchainArchive('4.27.0', randomBytes(300_000));
    await using test = await setUp(whole.subarray(0, whole.length - 1000));
    await expect(test.unpack()).rejects.toThrow();
  });

  it('fails when the archive is something else', async () => {
    await using test = await setUp(Buffer.from('<html>Please log in to the network</html>'));
    await expect(test.unpack()).rejects.toThrow();
  });

  it('stops with the reason of the signal', async () => {
    await using test = await setUp(await toolchainArchive('4.27.0', randomBytes(300_000)));
    const reason = new Error('enough');
    await expect(test.unpack(AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
