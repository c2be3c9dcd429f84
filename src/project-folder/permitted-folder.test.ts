import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { permittedFolders } from './permitted-folder.ts';

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'permitted-')));
  for (const name of ['in/p', 'out/p', 'in-too']) {
    mkdirSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, name, 'A.lean'), '');
  }
  symlinkSync(path.join(folder, 'out'), path.join(folder, 'in', 'link'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('folders that a caller may name', () => {
  it('are those in the settings and in the roots of the client, and what lies in them', async () => {
    const inSettings = permittedFolders([path.join(folder, 'in')]);
    for (const name of ['in', 'in/p', 'in/../in/p']) {
      expect((await inSettings(path.join(folder, name), [])).files.size, name).toBeGreaterThan(0);
    }
    const inRoots = permittedFolders([]);
    expect((await inRoots(path.join(folder, 'in/p'), [path.join(folder, 'in')])).files.size).toBe(1);
  });

  it('are no others, by whatever way they are named, and no folder that is not there', async () => {
    const permitted = permittedFolders([path.join(folder, 'in')]);
    for (const name of ['', 'out/p', 'in/../out/p', 'in/link/p', 'in-too', 'in/none']) {
      await expect(permitted(path.join(folder, name), []), name).rejects.toThrow(/in none of the folders/);
    }
    await expect(permitted('in/p', [])).rejects.toThrow(/no absolute path/);
    await expect(permittedFolders([])(folder, [])).rejects.toThrow(/in none of the folders/);
  });
});
