import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { extract, type Headers } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { elfImage } from '../../test/support/elf-image.ts';
import { writeTree, type TreeEntry } from '../../test/support/file-tree.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { dockerfileContext, toolchainContext, type BuildContext } from './build-context.ts';
import type { ToolchainFolder } from './toolchain/toolchain-folder.ts';

type Entry = Headers & { readonly content: string };

async function entriesOf(archive: NodeJS.ReadableStream): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of archive.pipe(extract())) entries.push({ ...entry.header, content: await text(entry) });
  return entries;
}

interface Test extends AsyncDisposable {
  readonly dir: string;
  readonly progress: [number, number][];
  readonly context: () => Promise<BuildContext>;
}

async function setUp(
  tree: Readonly<Record<string, TreeEntry>>,
  program: ToolchainFolder['program'] = 'elf',
  kernels = false,
): Promise<Test> {
  const folder = await temporaryFolder();
  const dir = path.join(folder.path, 'toolchain');
  await mkdir(dir);
  await writeTree(dir, tree);
  const progress: [number, number][] = [];
  return {
    dir,
    progress,
    context: () =>
      toolchainContext({ dir, program }, { dockerfile: 'FROM debian\n', sources, kernels }, (done, total) =>
        progress.push([done, total]),
      ),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function names(test: Test): Promise<string[]> {
  return (await imageEntries(test)).map(({ name }) => name);
}

/** What the image itself is made of. */
async function imageEntries(test: Test): Promise<Awaited<ReturnType<typeof entriesOf>>> {
  const entries = await entriesOf((await test.context()).archive);
  return entries.filter(({ name }) => !/^(?:compiler|elaborator|verifier)\//.test(name));
}

/** What is compiled in the image. */
const sources = [
  { path: 'elaborator/build', text: 'compile\n' },
  { path: 'verifier/build', text: 'compile\n' },
];

const lean = { executable: elfImage(['libleanshared.so', 'libc.so.6']) };

describe('toolchainContext', () => {
  it('holds, apart from that, the sources of what is compiled in the image, and what compiles them', async () => {
    await using test = await setUp({
      'bin/lean': lean,
      'bin/leanc': lean,
      'bin/clang': lean,
      'bin/lake': lean,
      'include/lean/lean.h': 'a header',
      'lib/libc++.a': 'a library',
      'lib/lean/libLean.a': 'a large one',
      'lib/lean/Init.olean': 'a module',
    });
    const entries = await entriesOf((await test.context()).archive);
    const builders = entries
      .map(({ name }) => name)
      .filter((name) => /^(?:compiler|elaborator|verifier)\/.*[^/]$/.test(name));
    expect(builders).toEqual([
      'elaborator/build',
      'verifier/build',
      'compiler/bin/clang',
      'compiler/bin/leanc',
      'compiler/include/lean/lean.h',
      'compiler/lib/libc++.a',
    ]);
  });

  it('holds no part of a compiler that is none', async () => {
    await using test = await setUp({ 'bin/lean': lean, 'bin/clang': lean });
    const entries = await entriesOf((await test.context()).archive);
    expect(entries.map(({ name }) => name).filter((name) => name.startsWith('compiler/'))).toEqual(['compiler/']);
  });

  it('holds the Dockerfile, and what running Lean needs with its folders before it', async () => {
    await using test = await setUp({
      'bin/lean': lean,
      'bin/clang': lean,
      'lib/lean/Init.olean': 'a module',
      'lib/lean/Init/Core.olean': 'a module',
      'lib/lean/libLean.a': 'a static library',
      'src/lean/Init.lean': 'a source',
    });
    expect(await names(test)).toEqual([
      'Dockerfile',
      'lean/',
      'lean/bin/',
      'lean/lib/',
      'lean/lib/lean/',
      'lean/lib/lean/Init/',
      'lean/bin/lean',
      'lean/lib/lean/Init.olean',
      'lean/lib/lean/Init/Core.olean',
    ]);
  });

  it('holds the kernels that the toolchain brings where they are wanted, and only there', async () => {
    const tree = { 'bin/lean': lean, 'bin/leanc': lean, 'bin/nanoda_bin': lean, 'bin/leanchecker': lean };
    await using wanting = await setUp(tree, 'elf', true);
    expect((await names(wanting)).filter((name) => name.startsWith('lean/bin/'))).toEqual([
      'lean/bin/',
      'lean/bin/lean',
      'lean/bin/leanchecker',
      'lean/bin/nanoda_bin',
    ]);
    expect((await wanting.context()).kernels).toEqual(['leanchecker', 'nanoda']);
    await using without = await setUp(tree);
    expect((await names(without)).filter((name) => /nanoda|leanchecker/.test(name))).toEqual([]);
    await using none = await setUp({ 'bin/lean': lean }, 'elf', true);
    await expect(none.context()).rejects.toThrow('brings no kernel besides Lean’s own: none of bin/nanoda_bin');
  });

  it('gives everything to root, lets nobody else write, and forgets times and host owners', async () => {
    await using test = await setUp({ 'bin/lean': lean, 'lib/lean/Init.olean': 'a module' });
    const entries = await entriesOf((await test.context()).archive);
    for (const entry of entries) expect(entry).toMatchObject({ uid: 0, gid: 0, mtime: new Date(0) });
    const mode = (name: string) => entries.find((entry) => entry.name === name)?.mode;
    expect(mode('lean/bin/')).toBe(0o755);
    expect(mode('lean/bin/lean')).toBe(0o755);
    expect(mode('lean/lib/lean/Init.olean')).toBe(0o644);
  });

  it('is the same to the byte for the same files, so that the engine can use its cache', async () => {
    const tree = { 'bin/lean': lean, 'lib/lean/b.olean': 'b', 'lib/lean/a.olean': 'a' };
    await using first = await setUp(tree);
    await using second = await setUp(Object.fromEntries(Object.entries(tree).reverse()));
    const bytes = await buffer((await first.context()).archive);
    expect(bytes.equals(await buffer((await second.context()).archive))).toBe(true);
  });

  it('takes a library outside of lib/lean only when something asks for it, with what that asks for', async () => {
    await using test = await setUp({
      'bin/lean': lean,
      'lib/lean/libleanshared.so': elfImage(['libuv.so.1']),
      'lib/libuv.so.1': { link: 'libuv.so.1.0' },
      'lib/libuv.so.1.0': elfImage(['libgmp.so']),
      'lib/libgmp.so': elfImage(['libuv.so.1', 'libc.so.6']),
      'lib/libLLVM.so': elfImage([]),
      'lib/libc++.so': elfImage([]),
    });
    const libraries = (await names(test)).filter((name) => name.includes('.so'));
    expect(libraries).toEqual([
      'lean/lib/lean/libleanshared.so',
      'lean/lib/libgmp.so',
      'lean/lib/libuv.so.1',
      'lean/lib/libuv.so.1.0',
    ]);
  });

  it('takes all of lib/lean for a script, with folders and executable files, but nothing for compilers', async () => {
    await using test = await setUp(
      {
        'bin/lean': '#!/bin/sh\n',
        'lib/lean/player/node': { executable: 'a program' },
        'lib/lean/player/data.json': '{}',
        'lib/lean/libLean.a': 'a static library',
        'lib/libuv.so': 'a library',
      },
      'script',
    );
    const files = (await imageEntries(test)).filter(({ type }) => type === 'file');
    expect(files.map(({ name, mode }) => [name, mode])).toEqual([
      ['Dockerfile', 0o644],
      ['lean/bin/lean', 0o755],
      ['lean/lib/lean/player/data.json', 0o644],
      ['lean/lib/lean/player/node', 0o755],
    ]);
  });

  it('does without a lib folder', async () => {
    await using test = await setUp({ 'bin/lean': lean });
    const ofToolchain = (await names(test)).filter((name) => name.startsWith('lean/'));
    expect(ofToolchain).toEqual(['lean/', 'lean/bin/', 'lean/bin/lean']);
  });

  it('keeps links inside as relative links', async () => {
    await using test = await setUp({
      'bin/lean': lean,
      'lib/lean/a.olean': 'a',
      'lib/lean/b.olean': { link: 'a.olean' },
    });
    await writeTree(test.dir, { 'lib/lean/c.olean': { link: path.join(test.dir, 'lib/lean/a.olean') } });
    const links = (await entriesOf((await test.context()).archive)).filter(({ type }) => type === 'symlink');
    expect(links.map(({ name, linkname }) => [name, linkname])).toEqual([
      ['lean/lib/lean/b.olean', 'a.olean'],
      ['lean/lib/lean/c.olean', 'a.olean'],
    ]);
  });

  it.each([
    ['directly', { 'lib/lean/a.olean': { link: '../../../secret' } }],
    ['through another link', { 'lib/lean/a.olean': { link: 'up/secret' }, 'lib/lean/up': { link: '../../..' } }],
  ])('refuses a link that leads out %s, naming it', async (_title, tree) => {
    await using test = await setUp({ 'bin/lean': lean, ...tree });
    await writeFile(path.join(test.dir, '../secret'), 'secret');
    await expect(test.context()).rejects.toMatchObject({
      code: 'toolchain-not-found',
      message: expect.stringMatching(/a\.olean is a link that leads out of the toolchain, to .*secret/) as string,
    });
  });

  it('refuses a link that leads back in from outside, where the image has nothing', async () => {
    await using test = await setUp({ 'bin/lean': lean, 'lib/lean/a.olean': 'a' });
    await writeTree(test.dir, {
      '../back': { link: test.dir },
      'lib/lean/b.olean': { link: '../../../back/lib/lean/a.olean' },
    });
    await expect(test.context()).rejects.toMatchObject({ code: 'toolchain-not-found' });
  });

  it('names a link that leads nowhere', async () => {
    await using test = await setUp({ 'bin/lean': lean, 'lib/lean/a.olean': { link: 'gone.olean' } });
    await expect(test.context()).rejects.toMatchObject({
      code: 'toolchain-not-found',
      message: expect.stringContaining('gone.olean') as string,
    });
  });

  it('knows the size, and reports bytes up to it', async () => {
    await using test = await setUp(
      { 'bin/lean': { executable: '#!' }, 'lib/lean/a.olean': 'x'.repeat(200_000) },
      'script',
    );
    const { archive, size } = await test.context();
    await buffer(archive);
    expect(size).toBe(200_002);
    expect(test.progress).toEqual([
      [2, 200_002],
      [200_002, 200_002],
    ]);
  });

  it('fails when a file changes its size while it is read', async () => {
    await using test = await setUp(
      { 'bin/lean': { executable: '#!' }, 'lib/lean/a.olean': 'x'.repeat(1000) },
      'script',
    );
    const { archive } = await test.context();
    await writeFile(path.join(test.dir, 'lib/lean/a.olean'), 'x'.repeat(10));
    await expect(buffer(archive)).rejects.toThrow();
  });

  it('fails when a file is gone when its turn comes', async () => {
    const large = 'x'.repeat(1_000_000);
    await using test = await setUp(
      { 'bin/lean': { executable: '#!' }, 'lib/lean/a': large, 'lib/lean/b': 'x' },
      'script',
    );
    const { archive } = await test.context();
    await rm(path.join(test.dir, 'lib/lean/b'));
    await expect(buffer(archive)).rejects.toThrow('ENOENT');
  });
});

describe('dockerfileContext', () => {
  it('holds a Dockerfile', async () => {
    expect(await entriesOf(dockerfileContext('FROM debian\n'))).toMatchObject([
      { name: 'Dockerfile', content: 'FROM debian\n' },
    ]);
  });
});
