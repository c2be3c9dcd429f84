import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { replaceWhole } from './replace-whole.ts';

async function setUp() {
  const folder = await temporaryFolder();
  const file = path.join(folder.path, 'file');
  return { folder: folder.path, file, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const permissionsOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

it('the new text stands in place of the old one, with nothing beside it', async () => {
  await using test = await setUp();
  await replaceWhole(test.file, 'a longer old text');
  await replaceWhole(test.file, 'new');
  expect(await readFile(test.file, 'utf8')).toBe('new');
  expect(await readdir(test.folder)).toEqual(['file']);
});

it('a file is for its owner only, unless it is said to be for others', async () => {
  await using test = await setUp();
  await replaceWhole(test.file, 'text');
  expect(await permissionsOf(test.file)).toBe(0o600);
  await replaceWhole(test.file, 'text', { exactMode: 0o666 });
  expect(await permissionsOf(test.file)).toBe(0o666);
});

it('what another writing has left under the name of the unfinished file is replaced, and a link there not followed', async () => {
  await using test = await setUp();
  const unfinished = `${test.file}.tmp`;
  const elsewhere = path.join(test.folder, 'elsewhere');
  await writeFile(elsewhere, 'of somebody else');
  await symlink(elsewhere, unfinished);
  await replaceWhole(test.file, 'text', { unfinished });
  expect(await readFile(test.file, 'utf8')).toBe('text');
  expect(await readFile(elsewhere, 'utf8')).toBe('of somebody else');
  expect((await readdir(test.folder)).sort()).toEqual(['elsewhere', 'file']);
});

it('a link is replaced by the file', async () => {
  await using test = await setUp();
  const elsewhere = path.join(test.folder, 'elsewhere');
  await writeFile(elsewhere, 'of somebody else');
  await symlink(elsewhere, test.file);
  await replaceWhole(test.file, 'text');
  await expect(readlink(test.file)).rejects.toThrow('EINVAL');
  expect(await readFile(elsewhere, 'utf8')).toBe('of somebody else');
});

it('of a writing that fails nothing is left', async () => {
  await using test = await setUp();
  await mkdir(test.file);
  await writeFile(path.join(test.file, 'inside'), '');
  await expect(replaceWhole(test.file, 'text')).rejects.toMatchObject({ syscall: 'rename' });
  expect(await readdir(test.folder)).toEqual(['file']);
});
