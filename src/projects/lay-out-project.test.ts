import { describe, expect, it } from 'vitest';
import { layOutProject } from './lay-out-project.ts';

type Files = Readonly<Record<string, string>>;

function laidOut(files: Files, targets: readonly string[] = []): ReturnType<typeof layOutProject> {
  return layOutProject(new Map(Object.entries(files)), targets);
}

function modules(files: Files): string[] {
  return [...laidOut(files).modules.values()].map(({ name, path }) => `${name} ${path}`);
}

describe('the layout of a project', () => {
  it('names modules by their paths where nothing says otherwise', () => {
    const project = laidOut({ 'A/B.lean': 'x', 'Main.lean': '', 'README.md': '' });
    expect([...project.modules.keys()]).toEqual(['A.B', 'Main']);
    expect(project.targets).toEqual(['A.B', 'Main']);
    expect(project.notes).toEqual([]);
  });

  it('takes libraries, programs, folders and options of lakefile.toml', () => {
    const lakefile = `
      name = "p"
      srcDir = "src"
      leanOptions = { autoImplicit = false, pp.unicode.fun = true, weak.linter.x = 3 }
      moreLeanArgs = ["-DmaxHeartbeats=100", "--plugin=x.so"]
      [[lean_lib]]
      name = "Lib"
      globs = ["Lib", "Lib.Sub.+"]
      precompileModules = true
      [[lean_lib]]
      name = "Tests"
      srcDir = "tests"
      roots = ["Check"]
      leanOptions = [{ name = "relaxedAutoImplicit", value = false }]
      [[lean_exe]]
      name = "run"
      root = "Main"`;
    const files = {
      'lakefile.toml': lakefile,
      'src/Lib.lean': '',
      'src/Lib/Sub.lean': '',
      'src/Lib/Sub/A.lean': '',
      'src/Lib/Other.lean': '',
      'src/tests/Check.lean': '',
      'src/tests/Check/More.lean': '',
      'src/Main.lean': '',
      'scripts/Tool.lean': '',
    };
    const project = laidOut(files);
    expect([...project.modules.keys()]).toEqual([
      'Lib',
      'Lib.Sub',
      'Lib.Sub.A',
      'Lib.Other',
      'Check',
      'Check.More',
      'Main',
    ]);
    expect(project.targets).toEqual(['Lib', 'Lib.Sub.A', 'Check', 'Main']);
    const ofPackage = ['autoImplicit=false', 'pp.unicode.fun=true', 'weak.linter.x=3', 'maxHeartbeats=100'];
    expect(project.modules.get('Lib')?.options).toEqual(ofPackage);
    expect(project.modules.get('Check')?.options).toEqual([...ofPackage, 'relaxedAutoImplicit=false']);
    expect(project.notes).toEqual([
      'The argument "--plugin=x.so" of the package was left out: only -D is passed on.',
      'Of the library Lib, precompileModules was left out: no compiler is there, and no library of it is loaded.',
      '"scripts/Tool.lean": part of nothing that is built, and left out.',
    ]);
  });

  it('tells of two files for one module', () => {
    const lakefile = '[[lean_lib]]\nname="A"\nsrcDir="x"\n[[lean_lib]]\nname="A"\nsrcDir="y"\n';
    const project = laidOut({ 'lakefile.toml': lakefile, 'x/A.lean': '', 'y/A.lean': '' });
    expect(project.modules.get('A')).toMatchObject({ path: 'x/A.lean', rivals: ['y/A.lean'] });
  });

  it('does not run lakefile.lean, and says so', () => {
    const project = laidOut({ 'lakefile.lean': 'import Lake', 'A.lean': '' });
    expect([...project.modules.keys()]).toEqual(['A']);
    expect(project.notes[0]).toContain('lakefile.lean is a program and was not run');
  });

  it('takes no package in a folder for a part of the one around it, and no lakefile for a module', () => {
    const files = {
      'lakefile.lean': '',
      'A.lean': '',
      'demo/lakefile.lean': '',
      'demo/B.lean': '',
      'x/y/lakefile.toml': '',
      'x/y/C.lean': '',
    };
    const project = laidOut(files);
    expect([...project.modules.keys()]).toEqual(['A']);
    expect(project.notes).toContain('"demo", "x/y": packages of their own, and left out.');
  });

  it('says which file a library or a program lacks', () => {
    const lakefile = '[[lean_lib]]\nname="A"\n[[lean_lib]]\nname="B"\n[[lean_exe]]\nname="c"\nroot="No.Where"\n';
    const project = laidOut({ 'lakefile.toml': lakefile, 'A.lean': '', 'B/X.lean': '' });
    expect(project.targets).toEqual(['A']);
    expect(project.notes).toEqual([
      'B has no file "B.lean", from which it would be built.',
      'c has no file "No/Where.lean", from which it would be built.',
    ]);
  });

  it.each([
    ['no = [toml', 'line 1'],
    ['lean_lib = 3', 'lean_lib: '],
    ['x = "' + 'y'.repeat(300_000) + '"', 'longer'],
    ['[a]\n'.repeat(2), 'line 2'],
  ])('says what is wrong with a lakefile.toml, and goes on without it', (lakefile, why) => {
    const project = laidOut({ 'lakefile.toml': lakefile, 'A.lean': '' });
    expect([...project.modules.keys()]).toEqual(['A']);
    expect(project.notes[0]).toContain('lakefile.toml cannot be used');
    expect(project.notes[0]).toContain(why);
  });

  it('ignores compiled files and foreign code, and says so', () => {
    const { notes } = laidOut({ 'A.lean': '', 'A.olean': 'x', 'ffi.c': 'int x;', 'B.olean.private': '' });
    expect(notes).toEqual(['"A.olean", "ffi.c", "B.olean.private": compiled files and foreign code are ignored.']);
  });

  it('takes targets by module and by file, and says which are not there', () => {
    const files = { 'A/B.lean': '', 'C.lean': '', 'D.lean': '' };
    const project = laidOut(files, ['A/B.lean', 'C', 'E']);
    expect(project.targets).toEqual(['A.B', 'C']);
    expect(project.notes).toEqual(['The project has no module "E".']);
  });

  it('names a library’s modules from folders that lead out of no file', () => {
    const lakefile = '[[lean_lib]]\nname="A"\nsrcDir="../x"\n';
    expect(modules({ 'lakefile.toml': lakefile, 'x/A.lean': '' })).toEqual([]);
  });
});
