import { describe, expect, it } from 'vitest';
import { stepFailure } from './step-failure.ts';

const failed = { doing: 'compiling the packages', exitCode: 1, outOfMemory: false };

describe('stepFailure', () => {
  it.each([
    ['fatal: write error: No space left on device', /disk .* is full/],
    [
      "fatal: unable to access 'https://github.com/x/y/': Could not resolve host: github.com",
      /no way .* to the network/,
    ],
    ["fatal: couldn't find remote ref v9", /no such revision/],
    ["error: /build/x: revision not found 'v9'", /no such revision/],
    ["fatal: could not read Username for 'https://github.com': terminal prompts disabled", /no such repository/],
    ["remote: Repository not found.\nfatal: repository 'https://x/y/' not found", /no such repository/],
    ['Warning: some files were not found in the cache.', /no compiled modules for this revision/],
    ['error: RPC failed; curl 18 transfer closed\nfatal: early EOF', /connection broke/],
    ['12 download(s) failed', /connection broke/],
    ['Dependency Mathlib uses a different lean-toolchain', /another version of Lean/],
    ['error: Foo.lean:1:2: bad\nerror: Lean exited with code 1', /does not compile/],
    ['error: Lean exited with code 137', /memory .* does not suffice/],
  ])('knows the cause of %j', (said, reason) => {
    const { code, message, hint } = stepFailure({ ...failed, said });
    expect(code).toBe('image-build-failed');
    expect(message).toMatch(reason);
    expect(message).toContain(said);
    expect(hint).toBeDefined();
  });

  it('tells the exit code of what it does not know, and what was said', () => {
    expect(stepFailure({ ...failed, said: 'strange' }).message).toBe(
      'Building the packages failed while compiling the packages: exit code 1:\nstrange',
    );
    expect(stepFailure({ ...failed, exitCode: undefined, said: '' }).message).toMatch(/the builder was stopped\.$/);
  });

  it('blames the memory when the engine has seen that', () => {
    expect(stepFailure({ ...failed, outOfMemory: true, said: 'early EOF' }).message).toMatch(/memory/);
  });
});
