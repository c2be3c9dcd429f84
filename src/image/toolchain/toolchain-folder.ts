import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../../core/app-error.ts';
import { codeOf } from '../../core/system-error.ts';
import type { Architecture } from '../architecture.ts';
import { readElfFile } from './elf-file.ts';

/** A folder with a Lean that runs in containers of the wanted architecture. */
export interface ToolchainFolder {
  /** Absolute, without symbolic links in it. */
  readonly dir: string;
  /** What `bin/lean` is: a Linux program, or a script that brings what it needs in `lib/lean`. */
  readonly program: 'elf' | 'script';
}

/**
 * Looks whether a folder holds a toolchain for these containers.
 *
 * @returns the toolchain, or one clause that says why not, with the folder in it
 */
export async function inspectToolchainFolder(
  dir: string,
  architecture: Architecture,
): Promise<ToolchainFolder | string> {
  try {
    const real = await realpath(dir);
    const program = path.join(real, 'bin', 'lean');
    if (!(await stat(program)).isFile()) return `${program} is not a file`;
    const elf = await readElfFile(program);
    if (elf?.architecture === architecture) return { dir: real, program: 'elf' };
    const expected = `the containers need one for Linux on ${architecture}`;
    if (elf !== undefined)
      return `${program} is a program for ${elf.architecture ?? 'another architecture'}; ${expected}`;
    const start = await readStart(program);
    if (start.toString('latin1', 0, 2) === '#!') return { dir: real, program: 'script' };
    return `${program} is ${describeStart(start)}; ${expected}`;
  } catch (error) {
    if (!isNoEntry(error)) return `${dir} cannot be read: ${messageOf(error)}`;
    return `${dir} holds no bin/lean`;
  }
}

async function readStart(file: string): Promise<Buffer> {
  await using handle = await open(file);
  const buffer = Buffer.alloc(4);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
  return buffer.subarray(0, bytesRead);
}

function describeStart(start: Buffer): string {
  const magic = start.toString('hex');
  if (['cffaedfe', 'cafebabe', 'feedfacf'].includes(magic)) return 'a program for macOS';
  if (magic.startsWith('4d5a')) return 'a program for Windows';
  return 'no program that Linux runs';
}

function isNoEntry(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}
