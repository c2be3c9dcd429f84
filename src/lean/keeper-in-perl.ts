/* What the keepers of all sandboxes are made of, in Perl: see keeper.ts, elaborator-keeper.ts and projects/project-keeper.ts. */
import { leftOversInPerl } from './left-overs.ts';

/**
 * Begins a keeper: nobody can look into it, it collects what others leave, and `$ended` is readable when a child has ended.
 * A child has to unblock `$chld` before it becomes something else.
 */
export const keeperBegins = String.raw`
use strict;
use POSIX qw(:sys_wait_h :fcntl_h :errno_h :signal_h _exit uname);
my $lost = 125;
my ($prctl, $signalfd4) = @{{ x86_64 => [157, 289], aarch64 => [167, 74] }->{(uname())[4]} // die 'unknown machine'};
syscall($prctl, 4, 0, 0, 0, 0) == 0 or die "prctl: $!";

sub unblock { fcntl($_[0], F_SETFL, O_NONBLOCK) or die "fcntl: $!" }
${leftOversInPerl}
adopt_left_overs($prctl);
# Read from a descriptor and not handled: tenants may send this signal faster than a handler would run.
my $chld = POSIX::SigSet->new(SIGCHLD);
sigprocmask(SIG_BLOCK, $chld) or die "sigprocmask: $!";
my $signals = pack('Q', 1 << (SIGCHLD - 1));
open(my $ended, '<&=', syscall($signalfd4, -1, $signals, length($signals), O_NONBLOCK)) or die "signalfd: $!";
`;

/** Of keepers that write frames: `$unsent` is what waits for STDOUT, and `end_of` tells how a child ended. */
export const framesInPerl = String.raw`
my $maxUnsent = 1 << 22;
my $unsent = '';
sub send_unsent {
  return unless length($unsent);
  my $written = syswrite(STDOUT, $unsent);
  if ($written) { substr($unsent, 0, $written, '') }
  elsif ($! != EAGAIN && $! != EINTR) { _exit($lost) }
}
sub end_of { my ($end) = @_; return ($end & 127) ? 'signal ' . ($end & 127) : 'exit ' . ($end >> 8) }
# The memory events of the sandbox's own control group, of version 2 or 1; a kernel of its own may have none.
sub oom_kills {
  for my $path ('/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control') {
    open(my $events, '<', $path) or next;
    while (my $line = <$events>) { return " oom-kills $1" if $line =~ /^oom_kill ([0-9]+)$/ }
  }
  return '';
}
`;
