import { contained, notCarriedOut, notContained, type Attack } from '../attack.ts';
import { describe, endMark, hasEnded, mustCountAtMost, mustRefuseAllOnHost } from '../judges.ts';
import { perlStep, shellStep } from '../lean-programs.ts';
import { probe } from '../perl-probes.ts';

/** A program of 32 bits that ends with exit code 42, as a file of its own in memory. */
const foreignProgram = `my $code = pack("H*", "b801000000bb2a000000cd80");
my $start = 0x08048000;
my $head = pack("H32", "7f454c46010101000000000000000000") . pack("vvVVVVVvvvvvv", 2, 3, 1, $start + 84, 52, 0, 0, 52, 32, 1, 0, 0, 0)
  . pack("V8", 1, 0, $start, $start, 84 + length($code), 84 + length($code), 5, 4096);`;

/** The kernel's own switches, and calls that only an administrator needs. */
export const kernelAttacks: readonly Attack[] = [
  {
    id: 'K1',
    tried: 'writing to the kernel, mounting, other namespaces',
    steps: [
      perlStep(
        probe(`write_to($_) for qw(/proc/sys/kernel/core_pattern /proc/sys/kernel/hostname /proc/sys/vm/drop_caches /proc/sys/net/ipv4/ip_forward /proc/sysrq-trigger
  /proc/irq/default_smp_affinity /proc/self/uid_map /sys/kernel/mm/ksm/run /sys/power/state /sys/fs/cgroup/release_agent /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max /sys/fs/cgroup/cgroup.procs);
my ($tmp, $none, $root) = ("/tmp", "none", "/");
try_call("mount tmpfs", "mount", $none, $tmp, my $kind = "tmpfs", 0, 0);
try_call("mount proc", "mount", $none, $tmp, my $proc = "proc", 0, 0);
try_call("remount /", "mount", $none, $root, 0, 32 | 4096, 0);
try_call("unmount", "umount2", $tmp, 2);
try_call("fsopen", "fsopen", $kind, 0); try_call("open_tree", "open_tree", -100, $root, 1);
try_call("move_mount", "move_mount", -100, $root, -100, $tmp, 0); try_call("mount_setattr", "mount_setattr", -100, $root, 0, my $attributes = "\\0" x 32, 32);
try_call("pivot_root", "pivot_root", $tmp, $tmp); try_call("chroot", "chroot", $tmp);
my %spaces = (mount => 0x20000, cgroup => 0x2000000, uts => 0x4000000, ipc => 0x8000000, user => 0x10000000, pid => 0x20000000, net => 0x40000000);
for (sort keys %spaces) {
  try_call("unshare $_", "unshare", $spaces{$_});
  my $child = syscall(number("clone"), $spaces{$_} | 17, 0, 0, 0, 0); exit 0 if $child == 0;
  attempt("clone into a new $_ namespace", $child > 0);
}
open(my $space, "<", "/proc/self/ns/net"); try_call("setns", "setns", fileno($space), 0);
try_call("sethostname", "sethostname", my $name = "mine", 4); try_call("setdomainname", "setdomainname", $name, 4);`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'K2',
    tried: 'more rights through setuid files and capabilities',
    steps: [
      shellStep(`find / -xdev \\( -perm -4000 -o -perm -2000 \\) -type f 2>/dev/null | sed 's/^/setuid file: /'
grep -E '^(Cap...|NoNewPrivs|Uid|Gid|Groups|Seccomp):' /proc/self/status
perl -e '$) = "0 0"; $> = 0; print "root\\n" if $> == 0'; echo ${endMark}`),
    ],
    judge: ([result], { hasOwnKernel }) => {
      if (result === undefined || !hasEnded(result)) return notCarriedOut(describe(result));
      const { stdout = '' } = result;
      if (/^(?:setuid file|root)/m.test(stdout)) return notContained('there are setuid files, or it became root');
      if (/^Cap...:\s*0*[1-9a-f]/m.test(stdout)) return notContained('it has capabilities');
      if (/^(?:Uid|Gid):.*\b0\b/m.test(stdout)) return notContained('it is root');
      // A kernel of the sandbox's own shows less about itself.
      if (!hasOwnKernel && !/^NoNewPrivs:\s*1$/m.test(stdout)) return notContained('new programs may get new rights');
      return contained('no setuid files, no capabilities, no new rights');
    },
  },
  {
    id: 'K3',
    tried: 'system calls that have been ways into the kernel',
    steps: [
      perlStep(
        probe(`my $zeros = "\\0" x 128; my $text = "x" x 8; my $vector = pack("PQ", $text, 8);
try_call("bpf", "bpf", 0, $zeros, 72); try_call("perf", "perf_event_open", $zeros, 0, -1, -1, 0);
try_call("userfaultfd", "userfaultfd", 1); try_call("io_uring", "io_uring_setup", 8, $zeros);
try_call("keyctl", "keyctl", 0, -3, 1); try_call("ptrace", "ptrace", 0, 0, 0, 0);
try_call("process_vm_writev", "process_vm_writev", $$, $vector, 1, $vector, 1, 0);
try_call("process_madvise", "process_madvise", -1, $vector, 1, 4, 0);
try_call("kcmp", "kcmp", $$, $$, 0, 0, 1); try_call("pidfd_getfd", "pidfd_getfd", 0, 0, 0);
try_call("kexec", "kexec_load", 0, 0, 0, 0); try_call("kexec_file", "kexec_file_load", 0, 0, 0, $text, 0);
try_call("init_module", "init_module", $zeros, 128, $text); try_call("finit_module", "finit_module", 0, $text, 0);
try_call("delete_module", "delete_module", $text, 0); try_call("personality", "personality", 0x0040000);
try_call("modify_ldt", "modify_ldt", 0, $zeros, 128); try_call("iopl", "iopl", 3); try_call("ioperm", "ioperm", 0, 8, 1);
try_call("name_to_handle_at", "name_to_handle_at", -100, my $root = "/", my $handle = pack("V", 128) . $zeros, my $mount = $zeros, 0);
try_call("open_by_handle_at", "open_by_handle_at", -100, $handle, 0); try_call("fanotify", "fanotify_init", 0, 0);
try_call("swapon", "swapon", $root, 0); try_call("reboot", "reboot", 0xfee1dead, 672274793, 0, 0); try_call("acct", "acct", 0);
try_call("quotactl", "quotactl", 0x80000700, $root, 0, $zeros); try_call("syslog", "syslog", 3, $zeros, 128);
try_call("vhangup", "vhangup"); try_call("memfd_secret", "memfd_secret", 0); try_call("mbind", "mbind", 0, 0, 0, 0, 0, 0);
try_call("move_pages", "move_pages", $$, 0, $zeros, $zeros, $zeros, 0); try_call("migrate_pages", "migrate_pages", $$, 0, $zeros, $zeros);
try_call("lookup_dcookie", "lookup_dcookie", 0, $zeros, 128); try_call("setuid", "setuid", 0);`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'K3-32bit',
    tried: 'a 32-bit program, whose system calls could not be told apart',
    steps: [
      perlStep(
        probe(`${foreignProgram}
$SIG{XFSZ} = "IGNORE";
if ((split(" ", qx(uname -m)))[0] eq "x86_64") {
  my $number = syscall(number("memfd_create"), my $name = "program", 0);
  open(my $file, ">&=", $number); syswrite($file, $head . $code);
  $^F = 255; open(my $program, "<", "/proc/self/fd/$number"); close($file);
  my $child = fork; if (!$child) { exec { "/proc/self/fd/" . fileno($program) } "program"; exit 1 }
  waitpid($child, 0); $! = 1; attempt("run it", $? >> 8 == 42);
} else { $! = 38; attempt("run it", 0) }`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'K4',
    tried: 'the clock, priorities, locked memory',
    steps: [
      perlStep(
        probe(`try_call("set the clock", "clock_settime", 0, my $time = pack("QQ", 1, 0)); try_call("set the time of day", "settimeofday", $time, 0);
try_call("adjust the clock", "adjtimex", my $adjustment = pack("Vx4q", 1, 1) . "\\0" x 256);
try_call("real-time priority", "sched_setscheduler", 0, 1, my $priority = pack("V", 1));
attempt("a higher priority", setpriority(0, 0, -20)); try_call("lock all memory", "mlockall", 3);
write_to("/proc/self/oom_score_adj", "-1000"); write_to("/proc/self/oom_score_adj", "0");`),
      ),
    ],
    judge: mustRefuseAllOnHost,
  },
  {
    id: 'K5',
    tried: 'a million files, watches and events',
    steps: [
      perlStep(
        probe(`use POSIX (); my @kept; while (@kept < 1000000 && open(my $file, "<", "/dev/null")) { push(@kept, $file) } print "files ", scalar(@kept), ": $!\\n"; @kept = ();
my $watches = 0; $watches++ while $watches < 1000000 && syscall(number("inotify_init1"), 0) >= 0; print "watches $watches: $!\\n";
for my $call (qw(epoll_create1 eventfd2)) {
  my @opened; while (@opened < 1000000) { my $number = syscall(number($call), 0, 0); last if $number < 0; push(@opened, $number) }
  print "$call ", scalar(@opened), ": $!\\n"; POSIX::close($_) for @opened;
}`),
      ),
    ],
    judge: mustCountAtMost(() => ({ files: 4096, watches: 4096, epoll_create1: 4096, eventfd2: 4096 })),
  },
];
