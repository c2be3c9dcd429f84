import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { elfImage, elfMachines } from '../../../test/support/elf-image.ts';
import { writeTree, type TreeEntry } from '../../../test/support/file-tree.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { inspectToolchainFolder } from './toolchain-folder.ts';

async function inspect(lean: TreeEntry) {
  await using folder = await temporaryFolder();
  await writeTree(folder.path, { 'bin/lean': lean });
  const found = await inspectToolchainFolder(folder.path, 'x86_64');
  return typeof found === 'string'
    ? found.replace(folder.path, 'DIR')
    : { ...found, dir: found.dir.replace(folder.path, 'DIR') };
}

describe('inspectToolchainFolder', () => {
  it('accepts a program for the architecture of the containers', async () => {
    expect(await inspect(elfImage([]))).toEqual({ dir: 'DIR', program: 'elf' });
  });

  it('accepts a script, which runs anywhere', async () => {
    expect(await inspect('#!/bin/sh\n')).toEqual({ dir: 'DIR', program: 'script' });
  });

  it.each([
    [
      'another architecture',
      elfImage([], elfMachines.aarch64),
      'a program for aarch64; the containers need one for Linux on x86_64',
    ],
    ['macOS', Buffer.from('cffaedfe07000001', 'hex'), 'a program for macOS; the containers need'],
    ['Windows', Buffer.from('MZ\u0090'), 'a program for Windows; the containers need'],
    ['nothing', Buffer.from(''), 'no program that Linux runs; the containers need'],
  ])('says of a program for %s what it is', async (_title, content, clause) => {
    expect(await inspect(content)).toContain(`DIR/bin/lean is ${clause}`);
  });

  it('says that a folder holds no Lean, or is not there', async () => {
    await using folder = await temporaryFolder();
    const missing = path.join(folder.path, 'missing');
    expect(await inspectToolchainFolder(folder.path, 'x86_64')).toBe(`${folder.path} holds no bin/lean`);
    expect(await inspectToolchainFolder(missing, 'x86_64')).toBe(`${missing} holds no bin/lean`);
  });

  it('gives the real folder when a link leads to it', async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, { 'real/bin/lean': '#!/bin/sh\n', linked: { link: 'real' } });
    expect(await inspectToolchainFolder(path.join(folder.path, 'linked'), 'x86_64')).toMatchObject({
      dir: path.join(folder.path, 'real'),
    });
  });
});
