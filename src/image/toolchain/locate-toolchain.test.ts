import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { elfImage, elfMachines } from '../../../test/support/elf-image.ts';
import { writeTree, type TreeEntry } from '../../../test/support/file-tree.ts';
import { startForwardProxy } from '../../../test/support/forward-proxy.ts';
import { startReleaseServer } from '../../../test/support/release-server.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { toolchainArchive } from '../../../test/support/toolchain-archive.ts';
import { locateToolchain, type LocatedToolchain, type ToolchainRequest } from './locate-toolchain.ts';

const archive = await toolchainArchive('4.27.0', randomBytes(1000));
const elanFolder = 'home/.elan/toolchains/leanprover--lean4---v';

async function setUp(tree: Readonly<Record<string, TreeEntry>> = {}) {
  const folder = await temporaryFolder();
  await writeTree(folder.path, tree);
  const server = await startReleaseServer({
    files: {
      'v4.27.0/lean-4.27.0-linux.tar.zst': archive,
      'v4.20.0/lean-4.20.0-linux.tar.zst': archive,
    },
  });
  const inFolder = (name: string): string => path.join(folder.path, name);
  const locate = (request: Partial<ToolchainRequest> = {}): Promise<LocatedToolchain> =>
    locateToolchain({
      env: {},
      homeDir: inFolder('home'),
      cacheDir: inFolder('cache'),
      architecture: 'x86_64',
      releases: server,
      onProgress: () => undefined,
      retryDelayMs: 1,
      ...request,
    });
  return {
    server,
    locate,
    inFolder,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const onThisMachine = {
  'named/bin/lean': '#!/bin/sh\n',
  'from-env/bin/lean': '#!/bin/sh\n',
  [`${elanFolder}4.20.0/bin/lean`]: elfImage([]),
  [`${elanFolder}4.26.0/bin/lean`]: elfImage([]),
};

describe('locateToolchain', () => {
  it('takes the named folder first', async () => {
    await using test = await setUp(onThisMachine);
    const env = { LEAN_TOOLCHAIN_DIR: test.inFolder('from-env') };
    expect(await test.locate({ toolchainDir: test.inFolder('named'), env })).toEqual({
      dir: test.inFolder('named'),
      program: 'script',
      source: 'folder',
      notes: [],
    });
  });

  it('refuses a folder together with a version, since one of them would be ignored', async () => {
    await using test = await setUp(onThisMachine);
    const both = { toolchainDir: test.inFolder('named'), leanVersion: '4.20.0' };
    await expect(test.locate(both)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/folder \(.*named\) and a version of Lean \(4\.20\.0\)/) as string,
    });
  });

  it('takes LEAN_TOOLCHAIN_DIR next', async () => {
    await using test = await setUp(onThisMachine);
    const env = { LEAN_TOOLCHAIN_DIR: test.inFolder('from-env') };
    expect(await test.locate({ env })).toMatchObject({ dir: test.inFolder('from-env'), source: 'folder' });
  });

  it('lets a version win over LEAN_TOOLCHAIN_DIR', async () => {
    await using test = await setUp(onThisMachine);
    const env = { LEAN_TOOLCHAIN_DIR: test.inFolder('from-env') };
    expect(await test.locate({ env, leanVersion: 'v4.20.0' })).toMatchObject({
      dir: test.inFolder(`${elanFolder}4.20.0`),
      source: 'elan',
    });
  });

  it('takes the newest that elan has, and asks no server', async () => {
    await using test = await setUp(onThisMachine);
    expect(await test.locate()).toMatchObject({ dir: test.inFolder(`${elanFolder}4.26.0`), source: 'elan' });
    expect(test.server.requests).toEqual([]);
  });

  it('passes over what does not run in the containers, says so, and downloads the newest release', async () => {
    await using test = await setUp({ [`${elanFolder}4.26.0/bin/lean`]: Buffer.from('cffaedfe', 'hex') });
    const located = await test.locate();
    expect(located).toMatchObject({ dir: test.inFolder('cache/toolchains/4.27.0-linux-x86_64'), source: 'download' });
    expect(located.notes).toEqual([expect.stringMatching(/elan: .*4\.26\.0\/bin\/lean is a program for macOS/)]);
  });

  it('downloads the wanted version when elan does not have it', async () => {
    await using test = await setUp({ [`${elanFolder}4.26.0/bin/lean`]: elfImage([]) });
    expect(await test.locate({ leanVersion: '4.20.0' })).toMatchObject({
      dir: test.inFolder('cache/toolchains/4.20.0-linux-x86_64'),
    });
    expect(test.server.requests.map((request) => request.path)).not.toContain('/releases/latest');
  });

  it('takes “stable” for the newest release there is, not the newest on this machine', async () => {
    await using test = await setUp(onThisMachine);
    expect(await test.locate({ leanVersion: 'stable' })).toMatchObject({
      dir: test.inFolder('cache/toolchains/4.27.0-linux-x86_64'),
    });
  });

  it('uses what was downloaded before when the releases cannot be reached, and says so', async () => {
    await using test = await setUp();
    await test.locate();
    await test.server[Symbol.asyncDispose]();
    const located = await test.locate();
    expect(located.dir).toBe(test.inFolder('cache/toolchains/4.27.0-linux-x86_64'));
    expect(located.notes).toEqual([expect.stringMatching(/ECONNREFUSED.*Using Lean 4\.27\.0, downloaded before/)]);
  });

  it('says what to do when there is no toolchain and no network', async () => {
    await using test = await setUp();
    await test.server[Symbol.asyncDispose]();
    await expect(test.locate()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(`${test.server.releasesUrl}/latest`) as string,
      hint: expect.stringMatching(/elan.*--toolchain-dir DIR/) as string,
    });
  });

  it('says what to check when there is no such version', async () => {
    await using test = await setUp();
    await expect(test.locate({ leanVersion: '4.999.0' })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('lean-4.999.0-linux.tar.zst failed: there is no such file') as string,
    });
  });

  it('refuses a named folder without a usable Lean', async () => {
    await using test = await setUp({ 'arm/bin/lean': elfImage([], elfMachines.aarch64) });
    const dir = test.inFolder('arm');
    await expect(test.locate({ toolchainDir: dir })).rejects.toMatchObject({
      code: 'toolchain-not-found',
      message: expect.stringMatching(/arm is no usable Lean toolchain: .*aarch64/) as string,
    });
    await expect(test.locate({ env: { LEAN_TOOLCHAIN_DIR: '/nowhere' } })).rejects.toMatchObject({
      message: 'The folder /nowhere is no usable Lean toolchain: /nowhere holds no bin/lean.',
    });
  });

  it('downloads through the proxy of the environment, except from hosts in NO_PROXY', async () => {
    await using test = await setUp();
    await using proxy = await startForwardProxy();
    const host = new URL(test.server.releasesUrl).host;
    await test.locate({ env: { HTTP_PROXY: proxy.url }, cacheDir: test.inFolder('through-proxy') });
    expect(new Set(proxy.tunnels)).toEqual(new Set([host]));
    const tunnels = proxy.tunnels.length;
    await test.locate({ env: { http_proxy: proxy.url, no_proxy: '127.0.0.1' }, cacheDir: test.inFolder('direct') });
    expect(proxy.tunnels).toHaveLength(tunnels);
  });

  it('names a proxy variable that is no address', async () => {
    await using test = await setUp();
    await expect(test.locate({ env: { HTTPS_PROXY: 'nonsense' } })).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('HTTPS_PROXY') as string,
    });
  });
});
