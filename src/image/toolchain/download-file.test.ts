import { randomBytes } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReleaseServer, type ReleaseServerBehaviour } from '../../../test/support/release-server.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { downloadFile } from './download-file.ts';
import { openHttpClient } from './http-client.ts';

const content = randomBytes(300_000);

async function setUp(behaviour: Partial<ReleaseServerBehaviour> = {}) {
  const server = await startReleaseServer({ files: { 'v1/file': content }, ...behaviour });
  const folder = await temporaryFolder();
  const http = await openHttpClient({});
  const partFile = path.join(folder.path, 'file.part');
  const seen: { done: number; total: number | undefined }[] = [];
  let onFirstBytes: () => void = () => undefined;
  const url = `${server.releasesUrl}/download/v1/file`;
  const download = (signal?: AbortSignal): Promise<void> =>
    downloadFile(http, {
      url,
      partFile,
      retryDelayMs: 1,
      onBytes: (done, total) => {
        seen.push({ done, total });
        onFirstBytes();
      },
      signal,
    });
  const ranges = (): (string | undefined)[] => server.requests.map(({ range }) => range);
  return {
    server,
    download,
    ranges,
    onFirstBytes: (act: () => void): void => {
      onFirstBytes = act;
    },
    holds: async (bytes: Buffer): Promise<boolean> => bytes.equals(await readFile(partFile)),
    partFile,
    seen,
    url,
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('downloadFile', () => {
  it('writes the file, reports growing numbers up to the total, and leaves nothing else behind', async () => {
    await using test = await setUp();
    await test.download();
    expect(await test.holds(content)).toBe(true);
    const done = test.seen.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((left, right) => left - right));
    expect(test.seen.at(-1)).toEqual({ done: content.length, total: content.length });
    expect(await readdir(path.dirname(test.partFile))).toEqual(['file.part']);
  });

  it('goes on where a broken connection stopped', async () => {
    await using test = await setUp({ cutAfter: [100_000, 100_000] });
    await test.download();
    expect(await test.holds(content)).toBe(true);
    expect(test.ranges()).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(test.server.requests[1]?.ifRange).toBe('"one"');
    expect(test.seen.at(-1)).toEqual({ done: content.length, total: content.length });
  });

  it('goes on in a later call', async () => {
    await using test = await setUp({ cutAfter: [100_000, 0, 0] });
    await expect(test.download()).rejects.toMatchObject({ code: 'download-failed' });
    const before = test.server.requests.length;
    await test.download();
    expect(test.ranges().slice(before)).toEqual(['bytes=100000-']);
    expect(await test.holds(content)).toBe(true);
  });

  it('asks for nothing when a former call got everything but did not come to its end', async () => {
    await using test = await setUp();
    await writeFile(test.partFile, content);
    await writeFile(
      `${test.partFile}.json`,
      JSON.stringify({ url: test.url, validator: '"one"', total: content.length }),
    );
    await test.download();
    expect(test.server.requests).toEqual([]);
  });

  it('starts again when the file has changed in between', async () => {
    await using test = await setUp({ cutAfter: [100_000] });
    const changed = randomBytes(250_000);
    test.onFirstBytes(() => {
      test.server.behaviour.files = { 'v1/file': changed };
      test.server.behaviour.etag = '"two"';
    });
    await test.download();
    expect(test.ranges()).toEqual([undefined, 'bytes=100000-']);
    expect(await test.holds(changed)).toBe(true);
  });

  it.each([
    ['has no entity tag', undefined],
    ['has a weak entity tag', 'W/"one"'],
  ])('never continues a file that %s', async (_title, etag) => {
    await using test = await setUp({ etag, cutAfter: [100_000] });
    await test.download();
    expect(test.ranges()).toEqual([undefined, undefined]);
    expect(await test.holds(content)).toBe(true);
  });

  it('does not use what is left of another address', async () => {
    await using test = await setUp();
    await writeFile(test.partFile, randomBytes(1000));
    await writeFile(`${test.partFile}.json`, JSON.stringify({ url: 'http://elsewhere/file', validator: '"one"' }));
    await test.download();
    expect(await test.holds(content)).toBe(true);
  });

  it('starts again when more is there than the file has', async () => {
    await using test = await setUp();
    await writeFile(test.partFile, randomBytes(content.length + 1));
    await writeFile(`${test.partFile}.json`, JSON.stringify({ url: test.url, validator: '"one"' }));
    await test.download();
    expect(await test.holds(content)).toBe(true);
  });

  it('tries again after a passing failure of the server', async () => {
    await using test = await setUp({ statuses: [503, 429] });
    await test.download();
    expect(await test.holds(content)).toBe(true);
  });

  it('gives up, naming address and reason, when no try gets further', async () => {
    await using test = await setUp({ statuses: [503, 503, 503] });
    await expect(test.download()).rejects.toMatchObject({
      code: 'download-failed',
      message: `Downloading ${test.url} failed: the server answered with status 503.`,
      hint: expect.stringContaining('--toolchain-dir DIR') as string,
    });
    expect(test.server.requests).toHaveLength(3);
  });

  it('does not try again what cannot get better', async () => {
    await using test = await setUp({ files: {} });
    await expect(test.download()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('there is no such file (status 404)') as string,
      hint: expect.stringContaining('--lean-version') as string,
    });
    expect(test.server.requests).toHaveLength(1);
  });

  it('names what keeps it from connecting', async () => {
    await using test = await setUp();
    await test.server[Symbol.asyncDispose]();
    await expect(test.download()).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('stops with the reason of the signal, and keeps what it has', async () => {
    await using test = await setUp({ cutAfter: [100_000] });
    const controller = new AbortController();
    const reason = new Error('enough');
    test.onFirstBytes(() => {
      controller.abort(reason);
    });
    await expect(test.download(controller.signal)).rejects.toBe(reason);
    await test.download();
    expect(test.ranges()[1]).toMatch(/^bytes=[1-9]\d*-$/);
    expect(await test.holds(content)).toBe(true);
  });
});
