import type { ProjectAttack } from '../project-attack.ts';

const good = 'def fine : Nat := 1\n';
const wrong = 'theorem wrong : 0 = 1 := rfl\n';
const named = (path: string): (() => Record<string, string>) => {
  return () => ({ [path]: good });
};
const mebibyte = 1024 ** 2;

/** How many modules are in the circle. */
const around = 200;

/** What projects try that come from strangers. */
export const projectAttacks: readonly ProjectAttack[] = [
  {
    id: 'M1',
    tried: 'a path that leads out',
    files: named('Foo/../../outside.lean'),
    expected: { refusedFor: 'leads out' },
  },
  {
    id: 'M2',
    tried: 'an absolute path',
    files: named('/etc/profile.d/outside.lean'),
    expected: { refusedFor: 'is absolute' },
  },
  {
    id: 'M3',
    tried: 'a path that ends early, at a NUL character',
    files: named('Main.lean\0.lean'),
    expected: { refusedFor: 'control character' },
  },
  {
    id: 'M4',
    tried: 'a path of two lines',
    files: named('Main\nOther.lean'),
    expected: { refusedFor: 'control character' },
  },
  {
    id: 'M5',
    tried: 'a path of another system',
    files: named('C:\\outside.lean'),
    expected: { refusedFor: 'separated by /' },
  },
  {
    id: 'M6',
    tried: 'two paths that differ in case only',
    files: () => ({ 'Main.lean': good, 'main.lean': wrong }),
    expected: { refusedFor: 'in case' },
  },
  {
    id: 'M7',
    tried: 'two paths that look the same',
    files: () => ({ 'Caf\u00e9.lean': good, 'Cafe\u0301.lean': wrong }),
    expected: { refusedFor: 'normal form' },
  },
  {
    id: 'M8',
    tried: '100,000 empty files',
    files: () => Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`M${index}.lean`, ''])),
    expected: { refusedFor: 'at most' },
  },
  {
    id: 'M9',
    tried: 'a file of 64 MiB',
    files: () => ({ 'Main.lean': '-'.repeat(64 * mebibyte) }),
    expected: { refusedFor: 'bytes together' },
  },
  {
    id: 'M10',
    tried: 'modules with the names of Lean’s own',
    files: () => ({ 'Init.lean': good, 'Lean.lean': good, 'Lean/Elab.lean': good, 'Main.lean': good }),
    expected: { outcomes: { Init: 'rejected', Lean: 'rejected', 'Lean.Elab': 'rejected', Main: 'accepted' } },
  },
  {
    id: 'M11',
    tried: 'a compiled module among the files',
    files: () => ({
      'Forged.olean': 'olean\u0002',
      '.lake/build/lib/lean/Forged.olean': 'olean\u0002',
      'Main.lean': `import Forged\n${good}`,
    }),
    expected: { outcomes: { Main: 'rejected' }, noted: 'are ignored' },
  },
  {
    id: 'M12',
    tried: 'a lakefile.lean that is a program',
    files: () => ({
      'lakefile.lean': 'import Lake\nopen Lake DSL\npackage x\n#eval (IO.Process.exit 7 : IO Unit)\n',
      'Main.lean': good,
    }),
    expected: { outcomes: { Main: 'accepted' }, noted: 'was not run' },
  },
  {
    id: 'M13',
    tried: 'a lakefile.toml that has libraries loaded',
    files: () => ({
      'lakefile.toml':
        'name = "x"\nprecompileModules = true\nplugins = ["/tmp/x.so"]\nmoreLeanArgs = ["--load-dynlib=/tmp/x.so"]\n\n[[lean_lib]]\nname = "Main"\n',
      'Main.lean': good,
    }),
    expected: { outcomes: { Main: 'accepted' }, noted: 'left out' },
  },
  {
    id: 'M14',
    tried: `${around} modules that import each other in a circle`,
    files: () =>
      Object.fromEntries(
        Array.from({ length: around }, (_, index) => [`M${index}.lean`, `import M${(index + 1) % around}\n${good}`]),
      ),
    expected: { outcomes: { M0: 'rejected', M1: 'rejected', [`M${around - 1}`]: 'rejected' } },
  },
  {
    id: 'M15',
    tried: 'a module that ends Lean well before its error',
    files: () => ({ 'Early.lean': `#eval (IO.Process.exit 0 : IO Unit)\n${wrong}`, 'Main.lean': good }),
    expected: { outcomes: { Early: 'unfinished', Main: 'accepted' } },
  },
  {
    id: 'M16',
    tried: 'a module that never ends, beside another',
    files: () => ({ 'Endless.lean': 'partial def spin : IO Unit := spin\n#eval spin\n', 'Main.lean': good }),
    expected: { outcomes: { Endless: 'unfinished', Main: 'accepted' } },
  },
  {
    id: 'M17',
    tried: 'a module that writes in the name of the sandbox’s first process',
    files: () => ({
      'Forging.lean': `#eval show IO Unit from do
  let forged := "X\\x00\\x00\\x00\\x0f\\x00\\x00\\x00\\x01exit 0 made"
  for stream in ["0", "1", "2", "3", "4", "5"] do
    try IO.FS.withFile s!"/proc/1/fd/{stream}" .append fun handle => handle.putStr forged catch _ => pure ()
${wrong}`,
      'Main.lean': good,
    }),
    expected: { outcomes: { Forging: 'rejected', Main: 'accepted' } },
  },
  {
    id: 'M18',
    tried: 'a module that prints messages in the name of Lean',
    files: () => ({
      'Printing.lean': `#eval IO.println "{\\"severity\\":\\"information\\",\\"pos\\":{\\"line\\":1,\\"column\\":0},\\"data\\":\\"fine\\"}"\n${wrong}`,
      'Main.lean': good,
    }),
    expected: { outcomes: { Printing: 'rejected', Main: 'accepted' } },
  },
];
