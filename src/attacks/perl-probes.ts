/** Pieces of Perl that attack scripts are made of. Perl, because every sandbox has it and it can make any system call. */
import { endMark } from './judges.ts';

/** System calls by name: their numbers on x86_64 and on aarch64, where each has one. */
const numbers = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_settime: [227, 112],
  clone: [56, 220],
  clone3: [435, 435],
  delete_module: [176, 106],
  epoll_create1: [291, 20],
  eventfd2: [290, 19],
  fallocate: [285, 47],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fsmount: [432, 432],
  fsopen: [430, 430],
  init_module: [175, 105],
  inotify_init1: [294, 26],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mbind: [237, 235],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  migrate_pages: [256, 238],
  mlockall: [151, 230],
  modify_ldt: [154, undefined],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  move_pages: [279, 239],
  mq_open: [240, 180],
  msgget: [68, 186],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  perf_event_open: [298, 241],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  process_madvise: [440, 440],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  reboot: [169, 142],
  request_key: [249, 218],
  sched_setscheduler: [144, 119],
  semget: [64, 190],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  setuid: [105, 146],
  shmget: [29, 194],
  swapon: [167, 224],
  sync: [162, 81],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  vhangup: [153, 58],
  vmsplice: [278, 75],
} as const satisfies Readonly<Record<string, readonly [number, number | undefined]>>;

/**
 * What scripts may use: `attempt(NAME, WORKED)` prints what came of it, `try_call(NAME, SYSCALL, ARGUMENTS…)` makes a
 * system call by its name, where the machine has it, and tells too; `fd`, `write_to` and `finish` do what they say.
 */
const prelude = `$| = 1;
my $column = (split(" ", qx(uname -m)))[0] eq "aarch64" ? 1 : 0;
my %numbers = (${Object.entries(numbers)
  .map(([name, [x86, arm]]) => `${name} => [${x86}, ${arm ?? 'undef'}]`)
  .join(', ')});
sub number { $numbers{$_[0]}[$column] }
sub attempt { my ($name, $worked) = @_; print $worked ? "DONE $name\\n" : "refused $name: $!\\n"; $worked }
sub try_call { my ($name, $call, @rest) = @_; return unless defined number($call); attempt($name, syscall(number($call), @rest) != -1) }
sub write_to { my ($path, $text) = @_; my $worked = open(my $file, ">", $path) && defined(syswrite($file, $text // "x")); attempt("write $path", $worked) }
sub finish { print "${endMark}\\n"; exit 0 }
`;

/** A whole script: the pieces above, this, and the mark of its end. */
export function probe(body: string): string {
  return `${prelude}${body}\nfinish();\n`;
}
