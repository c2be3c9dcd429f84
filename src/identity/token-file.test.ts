import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { findToken } from './bearer-token.ts';
import { TokenFile } from './token-file.ts';

async function setUp() {
  const folder = await temporaryFolder();
  const file = path.join(folder.path, 'new', 'tokens.json');
  return { file, tokens: new TokenFile(file), [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

it('a token is found by what was printed of it, and by nothing else', async () => {
  await using test = await setUp();
  const ada = await test.tokens.add('ada');
  const eve = await test.tokens.add('eve');
  const stored = (await test.tokens.read()) ?? [];
  const found = [ada, eve, '', 'ldm_', `${ada} `, ada.toLowerCase()].map((token) => findToken(stored, token)?.name);
  expect(found).toEqual(['ada', 'eve', undefined, undefined, undefined, undefined]);
});

it('the file holds no token, and is for its owner only', async () => {
  await using test = await setUp();
  const token = await test.tokens.add('ada');
  expect(await readFile(test.file, 'utf8')).not.toContain(token.slice(4));
  expect((await stat(test.file)).mode & 0o777).toBe(0o600);
});

it('without a file there are no tokens; after the last was revoked there is a file without any', async () => {
  await using test = await setUp();
  expect(await test.tokens.read()).toBeUndefined();
  await test.tokens.add('ada');
  await test.tokens.revoke('ada');
  expect(await test.tokens.read()).toEqual([]);
});

it.each(['', 'a b', '../x', 'a'.repeat(65), 'é'])('%j cannot be a name', async (name) => {
  await using test = await setUp();
  await expect(test.tokens.add(name)).rejects.toMatchObject({ code: 'usage' });
});

it('a name has one token, which is revoked once', async () => {
  await using test = await setUp();
  await test.tokens.add('ada');
  await expect(test.tokens.add('ada')).rejects.toMatchObject({ code: 'usage' });
  await test.tokens.revoke('ada');
  await expect(test.tokens.revoke('ada')).rejects.toMatchObject({ code: 'usage' });
});

it('what is made and revoked at once is all made and all revoked', async () => {
  await using test = await setUp();
  for (const name of ['a', 'b', 'c']) await test.tokens.add(name);
  // Each as in a process of its own.
  const one = (): TokenFile => new TokenFile(test.file);
  const changes = ['a', 'b', 'c'].flatMap((name) => [one().revoke(name), one().add(`${name}2`), one().add(`${name}3`)]);
  await Promise.all(changes);
  const names = ((await test.tokens.read()) ?? []).map(({ name }) => name);
  expect(names.sort()).toEqual(['a2', 'a3', 'b2', 'b3', 'c2', 'c3']);
  expect(await readdir(path.dirname(test.file))).toEqual(['tokens.json']);
});

it('what somebody was writing when it was killed stands in the way of nobody', async () => {
  await using test = await setUp();
  await test.tokens.add('a');
  await writeFile(`${test.file}.tmp`, '{"format":1,"tok');
  await test.tokens.revoke('a');
  expect(await test.tokens.read()).toEqual([]);
});

it.each([
  ['is no JSON', 'x'],
  ['has another format', '{"format":2,"tokens":[]}'],
  [
    'has something else for a hash',
    '{"format":1,"tokens":[{"name":"a","sha256":"00","created":"2026-01-01T00:00:00Z"}]}',
  ],
])('a file that %s lets nobody in', async (_, text) => {
  await using test = await setUp();
  await test.tokens.add('ada');
  await writeFile(test.file, text);
  await expect(test.tokens.read()).rejects.toMatchObject({ code: 'config-invalid' });
});

it('a file that others may write to lets nobody in', async () => {
  await using test = await setUp();
  await test.tokens.add('ada');
  await chmod(test.file, 0o666);
  await expect(test.tokens.read()).rejects.toMatchObject({ code: 'config-invalid' });
});

it('what was read counts for a second at most', async () => {
  await using test = await setUp();
  await test.tokens.add('ada');
  expect(await test.tokens.current()).toHaveLength(1);
  await rm(test.file);
  await expect.poll(() => test.tokens.current(), { timeout: 20_000 }).toBeUndefined();
});
