import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageLabels } from '../sandbox/docker/labels.ts';
import { fromLabels, toLabels, type ImageFacts } from './image-labels.ts';

const facts: ImageFacts = {
  toolchain: {
    version: '4.27.0',
    githash: '0123456789ab',
    versionLine: 'Lean (version 4.27.0, commit 0123456789ab, Release)',
    worker: true,
    serverOptions: ['server.reportDelayMs'],
    libraries: ['Init', 'Lean', 'Std'],
  },
  toolchainSize: 1234,
  memoryHint: 4096,
  base: 'debian:bookworm-slim',
  created: '2026-11-22T21:15:10.373Z',
};
const prefix = 'io.github.lean-docker-mcp.';

const anyFacts: fc.Arbitrary<ImageFacts> = fc.record(
  {
    toolchain: fc.record(
      {
        version: fc.string({ minLength: 1 }),
        githash: fc.string(),
        versionLine: fc.string(),
        worker: fc.boolean(),
        serverOptions: fc.array(fc.string()),
        libraries: fc.array(fc.string()),
      },
      { requiredKeys: ['version', 'versionLine', 'worker', 'serverOptions', 'libraries'] },
    ),
    toolchainSize: fc.nat(),
    memoryHint: fc.nat(),
    base: fc.string(),
    created: fc.string(),
  },
  { requiredKeys: ['toolchain', 'toolchainSize', 'base', 'created'] },
);

describe('labels', () => {
  it('say everything about an image', () => {
    expect(toLabels(facts)).toMatchObject({
      [`${prefix}image-format`]: '1',
      [`${prefix}version`]: '4.27.0',
      [`${prefix}githash`]: '0123456789ab',
      [`${prefix}memory-hint`]: '4096',
      [`${prefix}base`]: 'debian:bookworm-slim',
      [`${prefix}created`]: '2026-11-22T21:15:10.373Z',
      [`${prefix}toolchain`]: JSON.stringify(facts.toolchain),
    });
  });

  it('are found by who knows only some of them', () => {
    expect(toLabels(facts)).toMatchObject({ [imageLabels.format]: '1', [imageLabels.memoryHint]: '4096' });
  });

  it('give back what went in', () => {
    fc.assert(
      fc.property(anyFacts, (any) => {
        expect(fromLabels('image', toLabels(any))).toEqual(any);
      }),
    );
  });

  it('are all set, so that an image built on one of ours inherits none', () => {
    const { version, versionLine, worker, serverOptions, libraries } = facts.toolchain;
    const toolchain = { version, versionLine, worker, serverOptions, libraries };
    const bare = { toolchain, toolchainSize: 1, base: 'debian', created: '' };
    expect(fromLabels('image', { ...toLabels(facts), ...toLabels(bare) })).toEqual(bare);
  });

  it('are read when they say more than is asked, as those of an image built before do', () => {
    const toolchain = JSON.stringify({ ...facts.toolchain, json: true });
    expect(fromLabels('image', { ...toLabels(facts), [`${prefix}toolchain`]: toolchain })).toEqual(facts);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['is not one of ours', {}, /The image x was not built by lean-docker-mcp/],
    ['is of another format', { ...toLabels(facts), [`${prefix}image-format`]: '2' }, /has format 2; .* reads 1/],
    [
      'has a damaged label',
      { ...toLabels(facts), [`${prefix}toolchain`]: '{"version":' },
      /labels of the image x are damaged/,
    ],
    ['lacks a label', { [`${prefix}image-format`]: '1' }, /labels of the image x are damaged/],
    [
      'has a size that is no number',
      { ...toLabels(facts), [`${prefix}toolchain-size`]: 'big' },
      /damaged: .*toolchain-size/s,
    ],
  ])('of an image that %s are refused with the next command', (_title, labels, message) => {
    expect(() => fromLabels('x', labels)).toThrow(
      expect.objectContaining({
        code: 'image-unusable',
        message: expect.stringMatching(message) as string,
        hint: expect.stringContaining('lean-docker-mcp image build') as string,
      }) as Error,
    );
  });
});
