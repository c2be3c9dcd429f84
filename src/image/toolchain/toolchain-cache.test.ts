import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReleaseServer, type ReleaseServerBehaviour } from '../../../test/support/release-server.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { tarArchive, toolchainArchive } from '../../../test/support/toolchain-archive.ts';
import { zstdStored } from '../../../test/support/zstd-stored.ts';
import type { BuildProgress } from '../build-progress.ts';
import { openHttpClient } from './http-client.ts';
import { cachedToolchain, cachedVersions, defaultCacheDir, type ToolchainCacheOptions } from './toolchain-cache.ts';

const fileName = 'lean-4.27.0-linux.tar.zst';
const archive = await toolchainArchive('4.27.0', randomBytes(200_000));

async function setUp(behaviour: Partial<ReleaseServerBehaviour> = {}) {
  const server = await startReleaseServer({ files: { [`v4.27.0/${fileName}`]: archive }, ...behaviour });
  const folder = await temporaryFolder();
  const http = await openHttpClient({});
  const progress: BuildProgress[] = [];
  const cache: ToolchainCacheOptions = {
    dir: folder.path,
    architecture: 'x86_64',
    onProgress: (step) => {
      progress.push(step);
    },
    retryDelayMs: 1,
  };
  return {
    server,
    cache,
    progress,
    get: () => cachedToolchain(http, server, '4.27.0', cache),
    dir: path.join(folder.path, 'toolchains', '4.27.0-linux-x86_64'),
    left: async () => (await readdir(folder.path, { recursive: true })).sort(),
    downloads: () => server.requests.filter(({ path: asked }) => asked.endsWith(fileName)).length,
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('cachedToolchain', () => {
  it('downloads, checks and unpacks a release, and keeps nothing but the toolchain', async () => {
    await using test = await setUp({
      digests: { [fileName]: `sha256:${createHash('sha256').update(archive).digest('hex')}` },
    });
    expect(await test.get()).toBe(test.dir);
    expect(await readFile(path.join(test.dir, 'lib/lean/Init.olean'), 'utf8')).toBe('a module');
    expect((await readdir(path.dirname(path.dirname(test.dir)))).sort()).toEqual(['toolchains']);
    expect(await readdir(path.dirname(test.dir))).toEqual(['4.27.0-linux-x86_64']);
    expect(await cachedVersions(test.cache)).toEqual(['4.27.0']);
    const last = (phase: BuildProgress['phase']) => test.progress.findLast((step) => step.phase === phase);
    expect(last('download')).toMatchObject({ done: archive.length, total: archive.length });
    expect(last('unpack')).toMatchObject({ done: archive.length, total: archive.length });
  });

  it('downloads a version once', async () => {
    await using test = await setUp();
    await test.get();
    const before = test.server.requests.length;
    expect(await test.get()).toBe(test.dir);
    expect(test.server.requests).toHaveLength(before);
  });

  it('lets one of several calls at once do the work', async () => {
    await using test = await setUp();
    expect(await Promise.all([test.get(), test.get(), test.get()])).toEqual([test.dir, test.dir, test.dir]);
    expect(test.downloads()).toBe(1);
    expect(test.progress.some(({ message }) => message.startsWith('Waiting for another download'))).toBe(true);
  });

  it('refuses and removes a file whose checksum is another one', async () => {
    await using test = await setUp({ digests: { [fileName]: `sha256:${'0'.repeat(64)}` } });
    await expect(test.get()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringMatching(
        /lean-4\.27\.0-linux\.tar\.zst failed: its SHA-256 is [0-9a-f]{64}, but 0{64} is published/,
      ) as string,
    });
    expect(await test.left()).toEqual(['toolchains']);
  });

  it('says so when no checksum is published', async () => {
    await using test = await setUp();
    await test.get();
    expect(test.progress.map(({ message }) => message)).toContain(
      `No checksum is published for ${test.server.releasesUrl}/download/v4.27.0/${fileName}: not checked`,
    );
  });

  it('never shows a folder that is not complete, and cleans up after itself', async () => {
    await using test = await setUp();
    test.server.behaviour.files = { [`v4.27.0/${fileName}`]: archive.subarray(0, archive.length - 5000) };
    await expect(test.get()).rejects.toMatchObject({ code: 'download-failed' });
    expect(await test.left()).toEqual(['toolchains']);
    expect(await cachedVersions(test.cache)).toEqual([]);
  });

  it('refuses an archive without Lean', async () => {
    await using test = await setUp();
    const empty = zstdStored(await tarArchive([{ name: 'lean/lib/lean/Init.olean', content: 'a module' }]));
    test.server.behaviour.files = { [`v4.27.0/${fileName}`]: empty };
    await expect(test.get()).rejects.toMatchObject({ message: expect.stringContaining('holds no bin/lean') as string });
    expect(await cachedVersions(test.cache)).toEqual([]);
  });

  it('begins anew where an earlier process died while unpacking', async () => {
    await using test = await setUp();
    await mkdir(`${test.dir}.unpacking/bin`, { recursive: true });
    await writeFile(`${test.dir}.unpacking/bin/lean`, 'half of it');
    await test.get();
    expect(await readFile(path.join(test.dir, 'bin/lean'), 'utf8')).toContain('4.27.0');
    expect(await readdir(path.dirname(test.dir))).toEqual(['4.27.0-linux-x86_64']);
  });

  it('names the folder that it cannot write to', async () => {
    await using test = await setUp();
    await writeFile(path.join(test.cache.dir, 'toolchains'), 'a file where a folder should be');
    await expect(test.get()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(test.dir) as string,
      hint: expect.stringContaining('XDG_CACHE_HOME') as string,
    });
  });
});

describe('cachedVersions', () => {
  it('gives the complete ones for the architecture, newest first', async () => {
    await using test = await setUp();
    for (const name of [
      '4.9.0-linux-x86_64',
      '4.10.0-linux-x86_64',
      '4.11.0-linux-aarch64',
      '4.12.0-linux-x86_64.unpacking',
      'x',
    ])
      await mkdir(path.join(test.cache.dir, 'toolchains', name), { recursive: true });
    expect(await cachedVersions(test.cache)).toEqual(['4.10.0', '4.9.0']);
  });
});

describe('defaultCacheDir', () => {
  it.each([
    [{}, '/home/ada/.cache/lean-docker-mcp'],
    [{ XDG_CACHE_HOME: '' }, '/home/ada/.cache/lean-docker-mcp'],
    [{ XDG_CACHE_HOME: '/var/cache' }, '/var/cache/lean-docker-mcp'],
  ])('for %j is %s', (env, dir) => {
    expect(defaultCacheDir(env, '/home/ada')).toBe(dir);
  });
});
