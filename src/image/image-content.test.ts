import { describe, expect, it } from 'vitest';
import { isNeededByLean, isNeededByScript, isNeededOnDemand } from './image-content.ts';

describe('an image gets of a toolchain', () => {
  it.each([
    'bin/lean',
    'bin/cadical',
    'lib/lean/Init.olean',
    'lib/lean/Init.olean.server',
    'lib/lean/Init.olean.private',
    'lib/lean/Lean/Elab/Command.ilean',
    'lib/lean/Lean/Elab/Command.ir',
    'lib/lean/libleanshared.so',
    'lib/lean/libleanshared_1.so',
    'lib/lean/Mathlib/Order/Basic.olean',
  ])('%s', (file) => {
    expect(isNeededByLean(file)).toBe(true);
  });

  it.each(['lib/libuv.so', 'lib/libgmp.so.10', 'lib/libc++.so.1.0'])('%s, when something asks for it', (file) => {
    expect(isNeededByLean(file)).toBe(false);
    expect(isNeededOnDemand(file)).toBe(true);
  });

  it.each([
    'bin/leanc',
    'bin/lake',
    'bin/clang',
    'bin/leanchecker',
    'include/lean/lean.h',
    'lib/lean/libLean.a',
    'lib/lean/Init.lean',
    'lib/lean/Init.c',
    'lib/lean/Init.olean.hash',
    'lib/lean/Init.olean.trace',
    'lib/libLLVM.a',
    'lib/clang/19/include/limits.h',
    'lib/glibc/libc.so',
    'lib/crt1.o',
    'src/lean/Init.lean',
    'share/lean/lean.mk',
  ])('never %s', (file) => {
    expect(isNeededByLean(file) || isNeededOnDemand(file)).toBe(false);
  });
});

describe('an image gets of a toolchain that is a script', () => {
  it.each(['bin/lean', 'lib/lean/Init.olean', 'lib/lean/player/node', 'lib/lean/player/recordings/a.json'])(
    '%s',
    (file) => {
      expect(isNeededByScript(file)).toBe(true);
    },
  );

  it.each(['bin/lake', 'lib/lean/libLean.a', 'lib/lean/player/main.c', 'lib/libuv.so', 'lib/other/file'])(
    'never %s',
    (file) => {
      expect(isNeededByScript(file)).toBe(false);
    },
  );
});
