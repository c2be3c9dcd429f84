import { contained, notCarriedOut, notContained, type Attack } from '../attack.ts';
import { describe, endMark, mustEndAs, mustNotSucceed } from '../judges.ts';
import { elaborationStep, perlStep } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

const spinElaborating = `partial def spin (n : Nat) : Nat := spin (n + 1)

#eval spin 0
`;

const spinRunning = `partial def churn (n : Nat) : Nat := churn (n + 1)

def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.println (toString (churn 0))
`;

const sleepRunning = `def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.sleep 100000
`;

const deepRecursion = `def f : Nat → Nat
  | 0 => 0
  | n+1 => f n + 1
#eval f 10000
`;

/** Cheap to write down and to elaborate; the kernel would compute for longer than the world lasts. */
const endlessProof = `def double : Nat → Nat → Nat
  | 0, k => k
  | n+1, k => double n (double n k)

set_option maxHeartbeats 0 in
example : double 60 0 = 1 := by decide
`;

const deaf = '$SIG{$_} = "IGNORE" for keys %SIG; sleep 1 while 1;';
const brief = 4;

/** Time without end, and proofs without bounds. */
export const timeAttacks: readonly Attack[] = [
  {
    id: 'R10',
    tried: 'an elaboration that never ends',
    steps: [{ code: spinElaborating, timeoutS: brief }],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R10-program',
    tried: 'a program that never ends',
    steps: [{ code: spinRunning, timeoutS: brief }],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R10-proof',
    tried: 'a proof that takes for ever to check, with the heartbeats switched off',
    steps: [{ code: endlessProof, timeoutS: brief }],
    judge: mustNotSucceed,
  },
  {
    id: 'R11',
    tried: 'a program that ignores every signal',
    steps: [perlStep(deaf, brief)],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R11-elaboration',
    tried: 'a child of Lean that ignores every signal',
    steps: [elaborationStep(`perl -e '${deaf}'`, brief)],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R11-vfork',
    tried: 'a program that cannot be interrupted, because it waits for its child',
    steps: [
      perlStep(
        probe(
          `my $child = syscall(number("clone"), 0x4000 | 17, 0, 0, 0, 0); if ($child == 0) { ${deaf} } print "on it goes\\n";`,
        ),
        brief,
      ),
    ],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R12',
    tried: 'sleeping for ever',
    steps: [{ code: sleepRunning, timeoutS: brief }],
    judge: mustEndAs('timed-out'),
  },
  {
    id: 'R17',
    tried: 'a storm of writes and syncs',
    steps: [
      perlStep(
        probe(`my $until = time + 3; my $piece = "x" x 65536;
while (time < $until) {
  open(my $file, ">", "stormy"); syswrite($file, $piece) for 1 .. 100; syscall(number("sync")); unlink("stormy"); $i++;
}`),
      ),
    ],
    judge: ([result]) =>
      result?.stdout?.includes(endMark) === true
        ? contained('it wrote to memory only')
        : notContained(`it did not come to its end: ${describe(result)}`),
  },
  {
    id: 'R18',
    tried: 'recursion that is too deep for Lean',
    steps: [{ code: deepRecursion, timeoutS: 30 }],
    judge: ([result]) => {
      const value = result?.diagnostics?.some(({ message }) => message.trim() === '10000') ?? false;
      if (result?.status === 'success') {
        return value ? contained('Lean coped with it') : notContained('a success without its value');
      }
      return mustEndAs('crashed', 'completed')(result === undefined ? [] : [result]);
    },
  },
  {
    id: 'R18-nesting',
    tried: 'a term of 100000 nested brackets',
    steps: [{ code: `#eval ${'('.repeat(100_000)}1${')'.repeat(100_000)}\n`, timeoutS: 15 }],
    judge: ([result]) => {
      if (result === undefined) return notCarriedOut('no result');
      const value = result.diagnostics?.some(({ message }) => message.trim() === '1') ?? false;
      return result.status === 'success' && !value
        ? notContained('a success without its value')
        : contained(describe(result));
    },
  },
  {
    id: 'R18-imports',
    tried: 'a megabyte of imports that do not exist',
    steps: [{ code: `${'import No.Such.Thing\n'.repeat(50_000)}\ndef a := 1\n`, timeoutS: 30 }],
    judge: mustNotSucceed,
  },
];
