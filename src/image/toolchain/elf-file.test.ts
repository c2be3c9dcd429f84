import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfImage, elfMachines } from '../../../test/support/elf-image.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { readElfFile, type ElfFile } from './elf-file.ts';

async function read(bytes: Uint8Array): Promise<ElfFile | undefined> {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'program');
  await writeFile(file, bytes);
  return await readElfFile(file);
}

describe('readElfFile', () => {
  it.each([
    ['x86_64', elfMachines.x86_64],
    ['aarch64', elfMachines.aarch64],
  ] as const)('tells a program for %s', async (architecture, machine) => {
    expect(await read(elfImage([], machine))).toEqual({ architecture, needed: [] });
  });

  it('knows no name for an architecture that Lean is not released for', async () => {
    expect(await read(elfImage(['libc.so.6'], elfMachines.riscv))).toEqual({ needed: ['libc.so.6'] });
  });

  it('lists the libraries in the order in which they are asked for', async () => {
    const needed = ['libleanshared.so', 'libm.so.6', 'libc.so.6'];
    expect(await read(elfImage(needed))).toMatchObject({ needed });
  });

  it.skipIf(process.platform !== 'linux')('reads a real program: the Node that runs this', async () => {
    const elf = await readElfFile(process.execPath);
    expect(elf?.needed).toContain('libc.so.6');
  });

  it.each([
    ['a script', '#!/bin/sh\n'],
    ['an empty file', ''],
    ['a 32-bit program', '\u007fELF\u0001\u0001'.padEnd(100, '\0')],
    ['a big-endian program', '\u007fELF\u0002\u0002'.padEnd(100, '\0')],
  ])('does not take %s for one', async (_title, content) => {
    expect(await read(Buffer.from(content, 'latin1'))).toBeUndefined();
  });

  it('survives any damage: it reads something or nothing, and never throws', async () => {
    const whole = elfImage(['libleanshared.so', 'libc.so.6']);
    const damage = fc.record({
      length: fc.nat(whole.length),
      changes: fc.array(fc.tuple(fc.integer({ min: 6, max: whole.length - 1 }), fc.nat(255)), { maxLength: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ length, changes }) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const elf = await read(bytes.subarray(0, length));
        for (const name of elf?.needed ?? []) expect(name).not.toBe('');
      }),
    );
  });
});
