import type { Attack } from '../attack.ts';
import { all, mustCountAtMost, mustEndAs, mustRefuseAll, mustRunOutOfMemoryOr } from '../judges.ts';
import { perlStep } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

const growElaborating = `partial def grow (s : String) : String := grow (s ++ s)

#eval (grow "x").length
`;

const growRunning = `partial def swell (s : String) : String := swell (s ++ s)

def main : IO Unit := do
  let out ← IO.getStdout
  out.putStrLn "started"
  out.flush
  IO.println (toString (swell "x").length)
`;

const folders =
  '/tmp . /dev/shm /dev/mqueue /dev /var/tmp /var/lib /run /home /root /etc /opt/lean /usr/lib /proc /sys';
const generous = 120;
const mebibyte = 1024 * 1024;
/** As many as a folder has room for; see the sandbox's tmpfs. */
const mostOfFiles = (): Readonly<Record<string, number>> => ({ files: 16_384 });
/** In each of two folders: enough to show that they are counted, and soon made where a file takes a millisecond. */
const filesTried = 20_000;

/** Memory, and the files that are in it. */
export const memoryAttacks: readonly Attack[] = [
  {
    id: 'R3',
    tried: 'all memory, while Lean elaborates',
    steps: [{ code: growElaborating, timeoutS: generous }],
    judge: mustEndAs('out-of-memory'),
  },
  {
    id: 'R3-program',
    tried: 'all memory, in a program',
    steps: [{ code: growRunning, timeoutS: generous }],
    judge: mustEndAs('out-of-memory'),
  },
  {
    id: 'R4',
    tried: 'all memory, spread over children',
    steps: [
      perlStep(
        'for (1 .. 8) { next if fork; my $kept = "x" x (96 << 20); sleep 5; exit 0 } 1 while wait != -1; print "survived"',
        generous,
      ),
    ],
    judge: mustEndAs('out-of-memory'),
  },
  {
    id: 'R5',
    tried: 'filling every folder',
    steps: [
      perlStep(
        probe(`$SIG{XFSZ} = "IGNORE"; my $piece = "x" x (1 << 20);
for my $folder (qw(${folders})) {
  my ($size, $why) = (0, "");
  for my $number (1 .. 64) {
    open(my $file, ">", "$folder/full-$number") or $why = $!, last;
    my $before = $size;
    while ($size < 2 << 30 and my $more = syswrite($file, $piece)) { $size += $more }
    $why = $!;
    last if $size == $before;
  }
  printf $size ? "filled %.1f MiB of $folder: $why\\n" : "refused $folder: $why\\n", $size / (1 << 20);
}`),
        generous,
      ),
    ],
    judge: all(
      mustRefuseAll,
      mustCountAtMost(({ folderSize }) => ({ filled: folderSize / mebibyte })),
    ),
  },
  {
    id: 'R5-memfd',
    tried: 'memory in files without a name',
    steps: [
      perlStep(
        probe(`$SIG{XFSZ} = "IGNORE"; my $piece = "x" x (1 << 20);
for (1 .. 1000) {
  my $number = syscall(number("memfd_create"), my $name = "kept", 0);
  last if $number < 0;
  open(my $file, ">&=", $number); push(@kept, $file);
  for (1 .. 16) { syswrite($file, $piece) or last }
}
print "kept ", scalar(@kept), " files\\n";`),
        generous,
      ),
    ],
    judge: mustEndAs('out-of-memory'),
  },
  {
    id: 'R5-pipes',
    tried: 'memory in pipes that nobody reads',
    steps: [
      perlStep(
        probe(`use Fcntl; my $piece = "x" x (1 << 20); my $kept = 0;
while (@kept < 900 && pipe(my $out, my $in)) {
  fcntl($in, 1031, 1 << 20); fcntl($in, F_SETFL, O_NONBLOCK);
  while (my $more = syswrite($in, $piece)) { $kept += $more } push(@kept, $out, $in);
}
printf "kept %.1f MiB\\n", $kept / (1 << 20);`),
        generous,
      ),
    ],
    judge: mustRunOutOfMemoryOr(mustCountAtMost(({ memory }) => ({ kept: memory / mebibyte }))),
  },
  {
    id: 'R6',
    tried: 'more files than a folder may have, deep folders, odd names',
    steps: [
      perlStep(
        probe(`use Cwd; my $home = getcwd;
for my $folder ("/tmp", $home) {
  my $files = 0;
  chdir $folder;
  for (1 .. 1000) { mkdir("deep") or last; chdir("deep") or last; $files++ }
  chdir $folder;
  while (open(my $file, ">", "odd\\n\\xff $files")) { $files++; last if $files == ${filesTried} }
  print "files $files in $folder: $!\\n";
}`),
        generous,
      ),
    ],
    // A kernel of the sandbox's own may count no files. They are in its memory then, and R4 shows that to be limited.
    judge: mustRunOutOfMemoryOr(
      mustCountAtMost((setting) => (setting.hasOwnKernel ? { files: filesTried } : mostOfFiles())),
    ),
  },
  {
    id: 'R7',
    tried: 'a file of a terabyte, and a core dump',
    steps: [
      perlStep(
        probe(`$SIG{XFSZ} = "IGNORE";
open(my $file, ">", "huge"); attempt("a terabyte", truncate($file, 1 << 40));
try_call("a reserved terabyte", "fallocate", fileno($file), 0, 0, 1 << 40);
if (!fork) { exec "ulimit -c unlimited 2>/dev/null; exec perl -e 'kill 11, \\$\\$; sleep 9'" }
wait; $! = 13; attempt("core dump", ($? & 128) || glob("*core*"));`),
      ),
    ],
    judge: mustRefuseAll,
  },
];
