import { describe, expect, it } from 'vitest';
import { foldedPath, moduleOfPath, pathOfModule, pathProblem } from './project-path.ts';

describe('paths of a project', () => {
  it.each([
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['../A.lean', '..'],
    ['A/../../B.lean', '..'],
    ['A//B.lean', 'empty part'],
    ['./A.lean', 'empty part'],
    ['A\0.lean', 'control'],
    ['A\nB.lean', 'control'],
    ['A\u2028B.lean', 'control'],
    ['A\\B.lean', 'separated by /'],
    ['C:/A.lean', 'separated by /'],
    [`${'A/'.repeat(300)}B.lean`, 'longer'],
    ['A\ud800.lean', 'surrogate'],
  ])('refuses %j', (path, why) => {
    expect(pathProblem(path)).toContain(why);
  });

  it.each(['A.lean', 'A/B/C.lean', 'lakefile.toml', 'Ünïcode/Größe.lean', 'A-b/c d.lean'])('takes %j', (path) => {
    expect(pathProblem(path)).toBeUndefined();
  });

  it.each([
    ['A.lean', 'A'],
    ['A/B/C.lean', 'A.B.C'],
    ['Foo-Bar/Baz.lean', '«Foo-Bar».Baz'],
    ['1/x.lean', '«1».x'],
  ])('reads %j as the module %s, and back', (path, module) => {
    expect(moduleOfPath(path)).toBe(module);
    expect(`${pathOfModule(module)}.lean`).toBe(path);
  });

  it.each(['README.md', 'A.B.lean', '.lean', 'A/.hidden.lean', 'A/«B».lean', 'A.olean'])(
    'sees no module in %j',
    (path) => {
      expect(moduleOfPath(path)).toBeUndefined();
    },
  );

  it('takes names that differ in case or normal form only for the same', () => {
    expect(foldedPath('Größe.lean')).toBe(foldedPath('GRÖSSE.lean'.replace('SS', 'ß')));
    expect(foldedPath('A\u00e9.lean')).toBe(foldedPath('Ae\u0301.lean'));
    expect(foldedPath('A.lean')).not.toBe(foldedPath('B.lean'));
  });
});
