import { describe, expect, it } from 'vitest';
import { seccompProfile } from './seccomp-profile.ts';

const closed = seccompProfile({ network: false });

/** What becomes of a call: the rules that name it. */
function rulesFor(name: string, profile = closed): unknown[] {
  return profile.syscalls
    .filter(({ names }) => names.includes(name))
    .map(({ action, errnoRet, args }) => ({ action, errnoRet, args }));
}

describe('the profile', () => {
  it('refuses what it does not name', () => {
    expect(closed.defaultAction).toBe('SCMP_ACT_ERRNO');
    const risky =
      'ptrace process_vm_readv process_vm_writev pidfd_getfd kcmp keyctl add_key request_key bpf perf_event_open userfaultfd mount umount2 fsopen move_mount open_tree mount_setattr pivot_root chroot unshare setns name_to_handle_at open_by_handle_at fanotify_init init_module kexec_load reboot swapon shmget semget msgget mq_open clock_settime settimeofday adjtimex setuid setgid sched_setscheduler mlock mlockall modify_ldt iopl ioperm quotactl acct syslog vmsplice move_pages mbind io_setup memfd_secret';
    expect(risky.split(' ').filter((name) => rulesFor(name).length > 0)).toEqual([]);
  });

  it('allows sockets of the Unix family only', () => {
    const unix = { action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 1, op: 'SCMP_CMP_EQ' }] };
    expect(rulesFor('socket')).toEqual([unix]);
    expect(rulesFor('socketpair')).toEqual([unix]);
    expect(rulesFor('socketcall')).toEqual([]);
  });

  it('allows those of the internet where there is a network, and no others', () => {
    const families = rulesFor('socket', seccompProfile({ network: true })).map(
      (rule) => (rule as { args: { value: number }[] }).args[0]?.value,
    );
    expect(families).toEqual([1, 2, 10]);
  });

  it('lets libraries do without what it does not have', () => {
    for (const name of ['clone3', 'io_uring_setup', 'io_uring_enter']) {
      expect(rulesFor(name)).toEqual([{ action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
    }
  });

  it('makes no namespaces: every flag of clone for one is refused', () => {
    const [rule] = rulesFor('clone') as { args: { value: number; valueTwo: number; op: string }[] }[];
    const [argument] = rule?.args ?? [];
    expect(argument).toMatchObject({ op: 'SCMP_CMP_MASKED_EQ', valueTwo: 0 });
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) expect((argument?.value ?? 0) & (1 << bit)).not.toBe(0);
  });

  it('knows one architecture at a time, without its 32-bit calls', () => {
    for (const { subArchitectures } of closed.archMap) expect(subArchitectures).toEqual([]);
  });

  it('does not write the machine’s disks back for a sandbox', () => {
    for (const name of ['sync', 'syncfs']) {
      expect(rulesFor(name)).toEqual([{ action: 'SCMP_ACT_ERRNO', errnoRet: 0 }]);
    }
  });
});
