import { contained, notCarriedOut, notContained, type Attack } from '../attack.ts';
import { all, describe, endMark, hasEnded, mayEndWithItsKernel, mustCountAtMost, mustEndAs } from '../judges.ts';
import { elaborationStep, evalPerl, evalShell, perlStep, shellDefinition } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

const forkBomb = `$| = 1; my $n = 0;
while (1) { my $child = fork; last unless defined $child; if (!$child) { sleep 1000; exit } $n++; print "forked $n\\n" unless $n % 8; last if $n == 100000 }
print "children $n: $!\\n";
fork while 1;`;

const threadBomb = `def start : Nat → IO Unit
  | 0 => IO.println "all started"
  | n + 1 => do
    let _ ← IO.asTask (IO.sleep 100000) Task.Priority.dedicated
    start n

#eval start 100000
`;

const orphans = `$| = 1; for my $i (1 .. 1500) { my $child = fork // next; if (!$child) { fork; exit 0 } waitpid($child, 0); print "orphans $i\\n" unless $i % 50 }`;

/** What all workers together do in a second, against what one does alone; the best of some seconds, in turns. */
const workAgainstAlone = `pipe(my $out, my $in); my @best = (0, 0);
sub next_second { my $now = time; select(undef, undef, undef, 0.005) while time == $now }
for my $round (1 .. 6) {
  my $workers = $round % 2 ? 1 : 3; next_second(); my $start = time;
  for (1 .. $workers) { next if fork; my $i = 0; while (time == $start) { $i++ for 1 .. 1000 } syswrite($in, pack("Q", $i)); exit 0 }
  my $done = 0; for (1 .. $workers) { sysread($out, my $count, 8); $done += unpack("Q", $count) } 1 while wait != -1;
  my $kind = $workers == 3; $best[$kind] = $done if $done > $best[$kind];
}
printf "work %.2f times that of one\\n", $best[1] / $best[0];`;

/** Processes and threads. */
export const processAttacks: readonly Attack[] = [
  {
    id: 'R1',
    tried: 'a fork bomb',
    steps: [perlStep(forkBomb, 5)],
    judge: mayEndWithItsKernel(
      /^forked (\d+)$/gm,
      all(
        mustEndAs('timed-out', 'out-of-memory'),
        mustCountAtMost(({ processes }) => ({ children: processes })),
      ),
    ),
  },
  {
    id: 'R1-elaboration',
    tried: 'a fork bomb while Lean elaborates',
    steps: [{ code: `${shellDefinition}\n${evalPerl(forkBomb)}\n`, timeoutS: 5 }],
    judge: mustEndAs('timed-out', 'out-of-memory', 'crashed'),
  },
  {
    id: 'R2',
    tried: '100000 threads of Lean',
    steps: [{ code: threadBomb, timeoutS: 10 }],
    judge: (results) => {
      const [result] = results;
      const started = result?.diagnostics?.some(({ message }) => message.includes('all started')) ?? false;
      if (started) return notContained('all of them run');
      if (result?.status === 'success') return notContained('reported as a success');
      return mustEndAs('crashed', 'timed-out', 'out-of-memory', 'completed')(results);
    },
  },
  {
    id: 'R13',
    tried: 'a daemon that is to outlive its program',
    steps: [
      perlStep(`fork and exit 0; setpgrp; fork and exit 0; for (1 .. 1000) { system("date > /tmp/alive"); sleep 1 }`),
    ],
    judge: ([result]) =>
      result?.exit_code === 0
        ? contained('gone with the program')
        : notCarriedOut(`the program did not leave it behind: ${describe(result)}`),
  },
  {
    id: 'R14',
    tried: 'a child that keeps stdout open when Lean is done',
    steps: [elaborationStep('sleep 1000 & sleep 1001 2>&1 & echo started', 20)],
    judge: ([result]) =>
      result?.outcome === 'timed-out'
        ? notContained('the answer waited for the child')
        : result?.status === 'success' && result.stdout?.includes('started') === true
          ? contained('answered when Lean was done')
          : notCarriedOut(describe(result)),
  },
  {
    id: 'R15',
    tried: 'thousands of orphans in a session, so that it runs out of processes',
    steps: [
      { code: shellDefinition, timeoutS: 60, session: 'orphans' },
      { code: evalPerl(orphans), timeoutS: 60, session: 'orphans' },
      { code: evalShell(`echo ${endMark}`), timeoutS: 60, session: 'orphans' },
    ],
    judge: ([, second, third], { hasOwnKernel }) => {
      const isAll = second?.stdout?.includes('orphans 1500') === true;
      const isLost = hasOwnKernel && second?.outcome === 'crashed';
      if (!isAll && !isLost) return notCarriedOut(describe(second));
      if (third === undefined || !hasEnded(third)) {
        return notContained(`the session has no processes left: ${describe(third)}`);
      }
      return contained(
        isAll ? 'all were collected' : 'the sandbox ended with its kernel, and the session went on in another',
      );
    },
  },
  {
    id: 'R16',
    tried: 'work on more CPUs than it has',
    steps: [
      perlStep(
        probe(`my $start = time; while (time == $start) {} $start = time;
for (1 .. 4) { next if fork; while (time < $start + 4) { $i++ for 1 .. 10000 } exit 0 }
1 while wait != -1;
my @used = times; printf "cpus %.2f\\n", ($used[2] + $used[3]) / 4;
${workAgainstAlone}`),
      ),
    ],
    // The quota is given out in slices, so a short measurement may get a little more. A kernel of the sandbox's own counts
    // as work also what waits for a CPU; there the work that was done tells.
    judge: mustCountAtMost(({ cpus, hasOwnKernel }) =>
      hasOwnKernel ? { work: Math.max(cpus, 1) * 1.25 + 0.1 } : { cpus: cpus * 1.25 + 0.1 },
    ),
  },
];
