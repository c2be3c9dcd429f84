/* Who may be asked about what, at an engine of the test's own with one image. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { imageLabels } from '../sandbox/docker/labels.ts';
import { EngineLink } from './engine-link.ts';
import { SandboxOwnership } from './sandbox-ownership.ts';

const { signal } = new AbortController();

async function ownershipOf(labels: Readonly<Record<string, string>> | null): Promise<SandboxOwnership> {
  const folder = await temporaryFolder();
  const engine = createServer((_, answer) => answer.end(JSON.stringify({ Config: { Labels: labels } })));
  const socket = path.join(folder.path, 'engine.sock');
  engine.listen(socket);
  await once(engine, 'listening');
  onTestFinished(async () => {
    engine.close();
    await folder[Symbol.asyncDispose]();
  });
  return new SandboxOwnership(new EngineLink(socket, 60_000));
}

it.each([
  ['8589934592', 8589934592],
  ['', 0],
  [undefined, 0],
  // Not a number that no amount of memory is more than.
  ['much', 0],
  ['1e99', 0],
])('an image whose memory hint is %j asks for %d bytes', async (hint, asked) => {
  const labels = { [imageLabels.format]: '1', ...(hint !== undefined && { [imageLabels.memoryHint]: hint }) };
  const ownership = await ownershipOf(labels);
  expect(await ownership.requireImage('image', signal)).toBe(asked);
});

it.each([null, {}])('an image with the labels %j is refused', async (labels) => {
  const ownership = await ownershipOf(labels);
  await expect(ownership.requireImage('image', signal)).rejects.toThrow('the image is not for sandboxes');
});
