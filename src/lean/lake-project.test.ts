import { expect, it } from 'vitest';
import { plainName, toolchainVersion } from './lake-project.ts';

it.each([
  ['leanprover/lean4:v4.27.0\n', '4.27.0'],
  ['  leanprover/lean4:4.27.0  \r\n', '4.27.0'],
  ['v4.28.0-rc1', '4.28.0-rc1'],
  ['4.27.0', '4.27.0'],
  ['leanprover/lean4:v4.0.0-m5', '4.0.0-m5'],
  ['v4.27.0\n# not read\n', '4.27.0'],
])('the toolchain %j is version %s', (text, version) => {
  expect(toolchainVersion(text)).toBe(version);
});

it.each([
  '',
  '\nv4.27.0',
  'stable',
  'leanprover/lean4:nightly-2026-01-01',
  'leanprover/lean4-nightly:nightly-2026-01-01',
  'somebody/lean4:v4.27.0',
  'fork:v4.27.0',
  'v4.27',
  'v4.27.0; rm -rf /',
  'v4.27.0-rc1 && true',
])('the toolchain %j is no release of Lean', (text) => {
  expect(toolchainVersion(text)).toBeUndefined();
});

it('names packages and their modules alike', () => {
  expect(plainName('proof-widgets4')).toBe(plainName('ProofWidgets4'));
});
