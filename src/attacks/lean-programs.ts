/*
 * The Lean side of attacks: texts that Lean has accepted since 2021. What attacks do beyond Lean is done by the shell and
 * perl of the sandbox, which any Lean code can start.
 */
import type { AttackStep } from './attack.ts';

/** Runs its arguments as a shell command that has this program's own streams, and hands on its exit code. */
export const spawningProgram = `def main (args : List String) : IO UInt32 := do
  let child ← IO.Process.spawn { cmd := "sh", args := #["-c"] ++ args.toArray }
  child.wait
`;

/** Runs a shell command on the process's own streams, for `#eval`. */
export const shellDefinition = `def shell (script : String) : IO Unit := do
  let child ← IO.Process.spawn { cmd := "sh", args := #["-c", script] }
  let _ ← child.wait
`;

/** Never stops printing. */
export const floodingProgram = `partial def flood (out : IO.FS.Stream) : IO Unit := do
  out.putStrLn "one more line of many"
  flood out

def main : IO Unit := do
  flood (← IO.getStdout)
`;

/** A text of Lean that nobody has tampered with, and where its one mistake is. */
export const canary = {
  code: 'theorem two : 1 + 1 = 2 := rfl\n\ntheorem no (a b : Nat) : a = b := by\n  rfl\n',
  errorLines: [3, 4],
} as const;

/** How long a step may take that comes to its own end, in seconds. */
const unhurried = 60;

/** A program whose process runs this shell script, with \`$1\` and so on. */
export function shellStep(script: string, timeoutS = unhurried, args: readonly string[] = []): AttackStep {
  return { code: spawningProgram, args: [script, 'sh', ...args], timeoutS };
}

/** The same with a script of Perl. */
export function perlStep(script: string, timeoutS = unhurried): AttackStep {
  return shellStep('exec perl -e "$1"', timeoutS, [script]);
}

/** Code that runs a shell script while Lean elaborates it. */
export function elaborationStep(script: string, timeoutS = unhurried, restOfCode = ''): AttackStep {
  return { code: `${shellDefinition}\n${evalShell(script)}\n${restOfCode}`, timeoutS };
}

/** The command that runs a shell script, after {@link shellDefinition}. */
export function evalShell(script: string): string {
  return `#eval shell ${leanString(script)}`;
}

/** The command that runs a script of Perl, after {@link shellDefinition}. The script holds no single quotes. */
export function evalPerl(script: string): string {
  if (script.includes("'")) throw new RangeError('a script in single quotes cannot hold any');
  return evalShell(`perl -e '${script}'`);
}

function leanString(text: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\t': '\\t' };
  return `"${text.replace(/["\\\n\t]/g, (character) => escapes[character] ?? character)}"`;
}
