import { contained, notCarriedOut, notContained, type Attack, type AttackStep } from '../attack.ts';
import { describe, endMark, hasEnded, mustRefuseAll, mustRefuseAllBut, mustRefuseAllOnHost } from '../judges.ts';
import { elaborationStep, evalPerl, perlStep, shellDefinition, shellStep } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

const everywhere = '/tmp . /dev/shm /var/tmp /run /home /root /dev /opt/lean /etc';
const leave = `for d in ${everywhere}; do touch $d/left-behind 2>/dev/null; done; (sleep 1000 &) 2>/dev/null; echo ${endMark}`;
const look = `for d in ${everywhere}; do test -e $d/left-behind && echo "DONE found $d/left-behind"; done
for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline 2>/dev/null | grep -q '^sleep 1000' && echo "DONE found a process"; done
echo 'refused to be found: nothing is there'; echo ${endMark}`;

const inSession = (session: string, script: string): AttackStep => ({ ...elaborationStep(script), session });

/** The lock is kept for a while; the other side tries for as long. */
const sharedFiles = '/opt/lean/bin/lean /etc/passwd /usr/bin/perl /opt/lean';
const lock = `my @files = map { open(my $file, "<", $_); $file } qw(${sharedFiles}); for my $try (1 .. 25) {`;

const signals = probe('kill 9, 1; kill 19, 1; select(undef, undef, undef, 0.2);');

/** What others left, what is the server's, and what everybody shares. */
export const isolationAttacks: readonly Attack[] = [
  {
    id: 'I1',
    tried: 'leaving files and processes for the next call',
    steps: [shellStep(leave), shellStep(look)],
    judge: ([first, second]) => {
      if (first === undefined || !hasEnded(first)) return notCarriedOut(describe(first));
      return mustRefuseAll(second === undefined ? [] : [second]);
    },
  },
  {
    id: 'I2',
    tried: 'memory, queues and keys that outlive a process',
    steps: [
      perlStep(
        probe(`try_call("shared memory", "shmget", 4711, 4096, 01600);
try_call("semaphores", "semget", 4711, 1, 01600);
try_call("message queue", "msgget", 4711, 01600);
try_call("POSIX queue", "mq_open", my $queue = "left", 0102, 0600, 0);
try_call("key", "add_key", my $type = "user", my $name = "left", my $payload = "secret", 6, -4);
try_call("key request", "request_key", $type, $name, 0, -4);
try_call("keyring", "keyctl", 0, -4, 1);
write_to("/dev/shm/left"); write_to("/dev/mqueue/left");`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'I3',
    tried: 'sockets of every family but the Unix one',
    steps: [
      perlStep(
        probe(`for my $family (2 .. 46) { for my $type (1, 2, 3, 5) {
  my $made = socket(my $socket, $family, $type, 0);
  attempt("family $family", $made) if $made || $type == 5;
} }
attempt("pair of family 2", socketpair(my $one, my $other, 2, 1, 0));`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'I3-abstract',
    tried: 'meeting another call at a socket without a file',
    isSideBySide: true,
    steps: [
      perlStep(
        probe(`use Socket; socket(my $socket, PF_UNIX, SOCK_STREAM, 0);
bind($socket, pack_sockaddr_un("\\0lean-meeting")) && listen($socket, 9) or die "no socket: $!";
vec(my $ready = "", fileno($socket), 1) = 1; attempt("be met", select($ready, undef, undef, 6) > 0);`),
      ),
      perlStep(
        probe(`use Socket; my $met = 0;
for (1 .. 25) {
  socket(my $socket, PF_UNIX, SOCK_STREAM, 0);
  last if $met = connect($socket, pack_sockaddr_un("\\0lean-meeting")); select(undef, undef, undef, 0.2);
}
attempt("meet", $met);`),
      ),
    ],
    judge: mustRefuseAll,
  },
  {
    id: 'I4',
    tried: 'signals to another call through locks on shared files',
    isSideBySide: true,
    steps: [
      perlStep(probe(`${lock} flock($_, 6) for @files; select(undef, undef, undef, 0.2) }`)),
      perlStep(
        probe(`${lock} for (@files) { $! = 11; attempt("see a lock", 1) if !flock($_, 6) && $!{EWOULDBLOCK}; flock($_, 8) }
  select(undef, undef, undef, 0.2) }
$! = 11; attempt("see any lock", 0);`),
      ),
    ],
    judge: mustRefuseAll,
  },
  {
    id: 'I5',
    tried: 'a process that waits in a session for the next one',
    steps: [inSession('first', `(exec sleep 1000) & echo ${endMark}`), inSession('second', look), shellStep(look)],
    judge: ([first, ...others]) => {
      if (first === undefined || !hasEnded(first)) return notCarriedOut(describe(first));
      return mustRefuseAll(others);
    },
  },
  {
    id: 'I6',
    tried: 'changing Lean, its libraries and the system',
    steps: [
      perlStep(
        // A file that is opened for writing is copied first, and the largest are larger than files may be.
        probe(`$SIG{XFSZ} = "IGNORE"; my ($olean) = split("\\n", qx(find /opt/lean -name "*.olean" | head -n 1)); my ($libc) = split("\\n", qx(find /usr/lib /lib -name "libc.so*" | head -n 1));
for my $path (grep { $_ } "/opt/lean/bin/lean", $olean, $libc, "/usr/bin/perl", "/bin/sh", "/etc/passwd") {
  attempt("open $path", open(my $file, "+<", $path));
  attempt("change rights of $path", chmod(0777, $path));
  attempt("rename $path", rename($path, "$path.old"));
  attempt("remove $path", unlink($path));
}
write_to($_) for ("/etc/ld.so.preload", "/opt/lean/bin/new", "/opt/lean/lib/lean/New.olean", "/usr/lib/new.so", "/root/.profile");`),
      ),
    ],
    judge: mustRefuseAll,
  },
  {
    id: 'I7',
    tried: 'the ways into the page cache that other sockets and io_uring have been',
    steps: [
      perlStep(
        probe(`my %families = ("AF_ALG" => [38, 5, 0], "AF_RXRPC" => [33, 2, 2], "AF_KEY" => [15, 3, 2], "XFRM" => [16, 3, 6], "AF_VSOCK" => [40, 1, 0], "AF_PACKET" => [17, 3, 768]);
attempt($_, socket(my $socket, $families{$_}[0], $families{$_}[1], $families{$_}[2])) for sort keys %families;
try_call("io_uring", "io_uring_setup", 8, my $parameters = "\\0" x 120);
pipe(my $out, my $in); try_call("vmsplice", "vmsplice", fileno($in), my $vector = pack("PQ", $parameters, 8), 1, 8);`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'I10',
    tried: "reading the server's secrets",
    steps: [
      shellStep(`env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; hostname; cat /etc/hostname /etc/hosts /etc/resolv.conf
cat /proc/self/cgroup; (find / -xdev -name '*docker*.sock'; grep -h docker.sock /proc/net/unix /proc/self/mountinfo) 2>/dev/null | sed 's/^/SOCKET /'; echo ${endMark}`),
    ],
    judge: ([result], { secrets }) => {
      if (result === undefined || !hasEnded(result)) return notCarriedOut(describe(result));
      const { stdout = '' } = result;
      const found = secrets.filter((secret) => stdout.includes(secret)).length;
      if (found > 0) return notContained(`${found} of them are there`);
      return /^SOCKET /m.test(stdout) ? notContained('the engine’s socket is there') : contained('none is there');
    },
  },
  {
    id: 'I11',
    tried: 'taking over the main process of the sandbox',
    steps: [perlStep(takeOver()), { code: `${shellDefinition}\n${evalPerl(takeOver())}\n`, timeoutS: 60 }],
    // gVisor lets a process open the streams of another one of the same user. They are the caller's own, and nobody can
    // keep the sandbox by holding them: the tests kill a server whose sandboxes do.
    judge: mustRefuseAllBut(/^open fd\/[01]$/),
  },
  {
    id: 'I11-signals',
    tried: 'killing the main process of the sandbox, and stopping it',
    steps: [perlStep(signals), { code: `${shellDefinition}\n${evalPerl(signals)}\n`, timeoutS: 60 }],
    // gVisor lets it be killed. That ends the sandbox, and the caller is told that nothing is known.
    judge: (results, { hasOwnKernel }) => {
      const others = results.filter((result) => !hasEnded(result));
      if (results.length > 0 && others.length === 0) return contained('it took no notice');
      if (!hasOwnKernel || others.length === 0) return notCarriedOut(describe(others[0]));
      const isTold = others.every(
        ({ status, outcome, exit_code: code }) => status === 'error' && (outcome === 'crashed' || code === 137),
      );
      return isTold
        ? contained(`the sandbox ended with it: ${describe(others[0])}`)
        : notContained(describe(others[0]));
    },
  },
];

/** In an elaboration Lean runs the code itself, so what is out of reach there is the process above it. */
function takeOver(): string {
  return probe(`for my $file ("mem", "environ", "fd/0", "fd/1") { attempt("open $file", open(my $opened, "+<", "/proc/1/$file")) }
attempt("read exe", defined(readlink("/proc/1/exe")));
attempt("enter root", opendir(my $folder, "/proc/1/root/"));
try_call("ptrace", "ptrace", 16, 1, 0, 0);
try_call("read memory", "process_vm_readv", 1, my $here = pack("PQ", my $space = "x" x 8, 8), 1, my $there = pack("QQ", 4096, 8), 1, 0);
write_to("/proc/1/oom_score_adj", "1000");`);
}
