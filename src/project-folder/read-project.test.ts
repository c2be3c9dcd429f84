import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProject } from './read-project.ts';

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'read-project-')));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

describe('reading a project from its folder', () => {
  it('takes its Lean code and what says how it is built, sorted, and nothing else', async () => {
    write({
      'B.lean': 'b',
      'A/A.lean': 'a',
      'lakefile.toml': 'name = "x"',
      'lean-toolchain': 'v4',
      'README.md': 'no',
      '.git/config.lean': 'no',
      '.lake/packages/P/P.lean': 'no',
      'A/lakefile.toml': 'no',
    });
    const { files, notes } = await readProject(folder);
    expect([...files]).toEqual([
      ['A/A.lean', 'a'],
      ['A/lakefile.toml', ''],
      ['B.lean', 'b'],
      ['lakefile.toml', 'name = "x"'],
      ['lean-toolchain', 'v4'],
    ]);
    expect(notes).toEqual([]);
  });

  it('leaves out what .gitignore does, in inner folders too', async () => {
    write({
      '.gitignore': '/scratch\n*.tmp.lean\n',
      'scratch/A.lean': '',
      'a.tmp.lean': '',
      'A/.gitignore': 'B.lean\n!keep.tmp.lean\n',
      'A/B.lean': '',
      'A/keep.tmp.lean': '',
      'B.lean': '',
    });
    expect([...(await readProject(folder)).files.keys()]).toEqual(['A/keep.tmp.lean', 'B.lean']);
  });

  it('follows links to files inside, and none that lead out or to folders', async () => {
    write({ 'A.lean': 'a', 'F/C.lean': 'c' });
    const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));
    writeFileSync(path.join(outside, 'Secret.lean'), 'secret');
    symlinkSync(path.join(folder, 'A.lean'), path.join(folder, 'Inside.lean'));
    symlinkSync(path.join(outside, 'Secret.lean'), path.join(folder, 'Out.lean'));
    symlinkSync(outside, path.join(folder, 'Outside'));
    symlinkSync(path.join(folder, 'F'), path.join(folder, 'G'));
    const { files, notes } = await readProject(folder);
    expect([...files.keys()]).toEqual(['A.lean', 'F/C.lean', 'Inside.lean']);
    expect(files.get('Inside.lean')).toBe('a');
    expect(notes).toEqual(['"Out.lean" is a link that leads out of the project, and was left out.']);
    rmSync(outside, { recursive: true });
  });

  it('does not wait for a pipe, and leaves out names that no project has', async () => {
    write({ 'A\nB.lean': 'x', 'a.lean': '1', 'A.lean': '2' });
    execFileSync('mkfifo', [path.join(folder, 'Pipe.lean')]);
    const { files, notes } = await readProject(folder);
    expect(files.get('Pipe.lean')).toBe('');
    expect(files.size).toBe(2);
    expect(notes.join('\n')).toMatch(/"A\\nB.lean" has a control character/);
    expect(notes.join('\n')).toMatch(/differs from ".\.lean" in case only/);
  });

  it('names compiled files and foreign code, and reads none of them', async () => {
    write({ 'A.lean': '', 'A.olean': 'compiled', 'ffi.c': 'int x;' });
    const { files } = await readProject(folder);
    expect([...files]).toEqual([
      ['A.lean', ''],
      ['A.olean', ''],
      ['ffi.c', ''],
    ]);
  });

  it('says what is too much: a file of one gigabyte, and too many files', async () => {
    write({ 'A.lean': '' });
    truncateSync(path.join(folder, 'A.lean'), 1024 ** 3);
    await expect(readProject(folder)).rejects.toThrow(/more than 33554432 bytes of Lean code/);
    write({ 'A.lean': '', 'B.lean': '', 'C.lean': '' });
    await expect(readProject(folder, { files: 2, bytes: 100 })).rejects.toThrow(/more than 2 files/);
    await expect(readProject(path.join(folder, 'none'))).rejects.toThrow(/cannot be read/);
  });
});
