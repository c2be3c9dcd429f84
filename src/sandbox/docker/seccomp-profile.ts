/*
 * Which system calls a sandbox may make. A list of what is allowed: what Lean, a shell and ordinary programs use. Left out,
 * and so refused with EPERM: looking into other processes (ptrace, process_vm_*), keyrings, mounting, namespaces, kernel
 * instrumentation (bpf, perf, userfaultfd), System V and POSIX message objects, clocks and limits of others. Sockets are
 * allowed in the Unix family only, and in those of the internet where there is a network: others have been ways into the
 * kernel even without one. Calls that the C library tries first and does without when they are missing answer ENOSYS.
 * Writing everything back to disk would make the whole machine work, so it succeeds without doing anything; a sandbox has
 * no files on a disk. Programs for other architectures are killed.
 */

const notImplemented = 38;
const success = 0;
const unixFamily = 1;
const internetFamilies = [2, 10];
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const namespaceFlags = 0x7e020000;

const files = `
  access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
  fchdir fchmod fchmodat fchmodat2 fcntl fdatasync fgetxattr flistxattr flock fstat fstatfs fsync ftruncate futimesat
  getcwd getdents getdents64 getxattr ioctl lgetxattr link linkat listxattr llistxattr lseek lstat mkdir mkdirat mknod
  mknodat newfstatat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead
  readlink readlinkat readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink symlinkat
  sync_file_range tee truncate umask unlink unlinkat utime utimensat utimes write writev`;

const events = `
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
  inotify_add_watch inotify_init inotify_init1 inotify_rm_watch poll ppoll pselect6 select signalfd signalfd4
  timerfd_create timerfd_gettime timerfd_settime`;

const memory = `
  brk madvise membarrier memfd_create mincore mmap mprotect mremap msync munmap pkey_alloc pkey_free pkey_mprotect`;

const processes = `
  arch_prctl capget execve execveat exit exit_group fork futex futex_waitv get_robust_list getcpu getpgid getpgrp getpid
  getppid getpriority getrlimit getrusage getsid gettid kill pause pidfd_open pidfd_send_signal prctl prlimit64 rseq
  rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
  restart_syscall sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
  sched_getscheduler sched_setaffinity sched_yield set_robust_list set_tid_address setpgid setpriority setrlimit setsid
  sigaltstack tgkill tkill vfork wait4 waitid`;

const identity = `
  getegid geteuid getgid getgroups getresgid getresuid getuid`;

const time = `
  alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer time timer_create
  timer_delete timer_getoverrun timer_gettime timer_settime times`;

const unixSockets = `
  accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto
  setsockopt shutdown`;

const machine = `getrandom sysinfo uname`;

interface SyscallArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

interface SyscallRule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ALLOW' | 'SCMP_ACT_ERRNO';
  readonly errnoRet?: number;
  readonly args?: readonly SyscallArgument[];
}

/** A profile as Docker reads it. */
export interface SeccompProfile {
  readonly defaultAction: 'SCMP_ACT_ERRNO';
  readonly archMap: readonly { readonly architecture: string; readonly subArchitectures: readonly string[] }[];
  readonly syscalls: readonly SyscallRule[];
}

/** The profile of every sandbox, by whether it has a network. */
export function seccompProfile({ network }: { readonly network: boolean }): SeccompProfile {
  const families = network ? [unixFamily, ...internetFamilies] : [unixFamily];
  const allowed = [files, events, memory, processes, identity, time, unixSockets, machine].flatMap(words);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    // No sub-architectures: 32-bit calls could not be told apart by their arguments.
    archMap: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_AARCH64'].map((architecture) => ({ architecture, subArchitectures: [] })),
    syscalls: [
      { names: allowed, action: 'SCMP_ACT_ALLOW' },
      ...families.map((family) => allowWhen(['socket', 'socketpair'], { index: 0, value: family, op: 'SCMP_CMP_EQ' })),
      allowWhen(['clone'], { index: 0, value: namespaceFlags, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }),
      // Asking for the personality, and setting the ordinary one.
      allowWhen(['personality'], { index: 0, value: 0, op: 'SCMP_CMP_EQ' }),
      allowWhen(['personality'], { index: 0, value: 0xffffffff, op: 'SCMP_CMP_EQ' }),
      {
        // clone3 has its flags in memory, where a filter cannot see them; libraries fall back to clone.
        names: ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: notImplemented,
      },
      { names: ['sync', 'syncfs'], action: 'SCMP_ACT_ERRNO', errnoRet: success },
    ],
  };
}

function allowWhen(names: readonly string[], argument: SyscallArgument): SyscallRule {
  return { names, action: 'SCMP_ACT_ALLOW', args: [argument] };
}

function words(list: string): string[] {
  return list.trim().split(/\s+/);
}
