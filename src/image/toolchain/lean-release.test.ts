import { describe, expect, it } from 'vitest';
import { startReleaseServer, type ReleaseServerBehaviour } from '../../../test/support/release-server.ts';
import { openHttpClient } from './http-client.ts';
import { newestRelease, releaseArchive } from './lean-release.ts';

const sha256 = 'ab'.repeat(32);
const fileName = 'lean-4.27.0-linux.tar.zst';

async function setUp(behaviour: Partial<ReleaseServerBehaviour> = {}) {
  const server = await startReleaseServer(behaviour);
  const http = await openHttpClient({});
  return {
    server,
    http,
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('newestRelease', () => {
  it('is what the releases’ redirect leads to', async () => {
    await using test = await setUp({ latest: '4.28.1' });
    expect(await newestRelease(test.http, test.server)).toBe('4.28.1');
    expect(test.server.requests.map(({ path }) => path)).toEqual(['/releases/latest']);
  });

  it('fails, saying what to type, when that is no release', async () => {
    await using test = await setUp({ latest: 'nonsense' });
    await expect(newestRelease(test.http, test.server)).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining(`${test.server.releasesUrl}/latest`) as string,
      hint: expect.stringContaining('--lean-version 4.27.0') as string,
    });
  });
});

describe('releaseArchive', () => {
  it('is named after the architecture of the containers', async () => {
    await using test = await setUp();
    const source = { releasesUrl: test.server.releasesUrl };
    const { url, sha256: found } = await releaseArchive(test.http, source, '4.27.0', 'aarch64');
    expect(url).toBe(`${source.releasesUrl}/download/v4.27.0/lean-4.27.0-linux_aarch64.tar.zst`);
    expect(found).toBeUndefined();
  });

  it('has the checksum that the API publishes', async () => {
    await using test = await setUp({ digests: { other: 'sha256:00', [fileName]: `sha256:${sha256.toUpperCase()}` } });
    expect(await releaseArchive(test.http, test.server, '4.27.0', 'x86_64')).toMatchObject({ fileName, sha256 });
  });

  it('has the checksum of a file beside the archive when the API has none or refuses', async () => {
    await using test = await setUp({
      files: { [`v4.27.0/${fileName}.sha256`]: Buffer.from(`${sha256}  ${fileName}\n`) },
    });
    expect(await releaseArchive(test.http, test.server, '4.27.0', 'x86_64')).toMatchObject({ sha256 });
  });

  it('has no checksum when what is published is none', async () => {
    await using test = await setUp({
      digests: { [fileName]: 'md5:00' },
      files: { [`v4.27.0/${fileName}.sha256`]: Buffer.from('<html>Not here</html>') },
    });
    expect((await releaseArchive(test.http, test.server, '4.27.0', 'x86_64')).sha256).toBeUndefined();
  });
});
