import { describe, expect, it } from 'vitest';
import { newestTaggedLean, readLook, requireFittingLean, wantedRevisions } from './repository.ts';

const request = { kind: 'git', text: 'a/b', url: 'https://github.com/a/b', isMathlib: false } as const;
const commit = 'a'.repeat(40);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a repository', () => {
  it('is asked for the tag of the Lean first, and Mathlib for nothing else', () => {
    expect(wantedRevisions({ isMathlib: false }, '4.27.0')).toEqual(['refs/tags/v4.27.0', 'HEAD']);
    expect(wantedRevisions({ isMathlib: true }, '4.27.0')).toEqual(['refs/tags/v4.27.0']);
    expect(wantedRevisions({ isMathlib: true, revision: 'abc' }, '4.27.0')).toEqual(['abc']);
  });

  it('tells the package that is in it', () => {
    const printed = `wanted refs/tags/v4.27.0\nrevision ${commit}\nlakefile.toml ${base64('name = "b"\n')}\nlean-toolchain ${base64('leanprover/lean4:v4.27.0\n')}\n`;
    expect(readLook(request, printed)).toEqual({
      request,
      name: 'b',
      revision: commit,
      wanted: 'v4.27.0',
      leanVersion: '4.27.0',
      toolchain: 'leanprover/lean4:v4.27.0',
    });
    const head = `wanted HEAD\nrevision ${commit}\nlakefile.lean ${base64('package b\n')}\n`;
    expect(readLook(request, head)).toEqual({ request, name: 'b', revision: commit });
  });

  it.each([
    [`wanted HEAD\nrevision ${commit}\n`, /holds no lakefile/],
    [`wanted HEAD\nrevision ${commit}\nlakefile.lean ${base64('x')}\n`, /does not tell the name/],
    ['', /holds no lakefile/],
  ])('without a package is refused', (printed, message) => {
    expect(() => readLook(request, printed)).toThrow(message);
  });

  it('for another Lean is told, and of Mathlib refused', () => {
    const found = { request, name: 'b', revision: commit, leanVersion: '4.26.0' };
    expect(requireFittingLean(found, '4.26.0')).toBeUndefined();
    expect(requireFittingLean(found, '4.27.0')).toMatch(
      /a\/b is for Lean 4\.26\.0, and the toolchain is Lean 4\.27\.0/,
    );
    expect(() => requireFittingLean({ ...found, name: 'mathlib' }, '4.27.0')).toThrow(/would not fit/);
  });
});

it('the newest release of Lean that has a tag is found among all tags', () => {
  const tags = ['v4.9.0', 'v4.10.0', 'v4.11.0-rc1', 'v4.10.0-patch', 'v4.x'].map(
    (tag) => `${commit}\trefs/tags/${tag}`,
  );
  expect(newestTaggedLean(tags.join('\n'))).toBe('4.10.0');
  expect(newestTaggedLean('')).toBeUndefined();
});
