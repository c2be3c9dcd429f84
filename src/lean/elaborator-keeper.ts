/*
 * The keeper of a sandbox in which the elaborator runs; like the keeper of `keeper.ts`, it is process 1 of its container and
 * dies with its owner. Besides, it keeps apart what Docker's three streams cannot: on its stdout it writes frames only, each
 * a letter, four bytes of length and that many bytes.
 *
 * - `A`: what the elaborator wrote to its channel.
 * - `O`, `E`: what came out of the elaborator's stdout and stderr while it elaborated; `o`, `e`: while a program ran.
 * - `K`: what a text had left running is killed; see {@link leftOversRequest}.
 * - `M`: how many processes the memory limit has killed until now, `oom-kills COUNT`, or `unknown`; see {@link oomKillsRequest}.
 * - `X`: how the elaborator ended, `exit CODE` or `signal NUMBER`, and where the kernel tells that, ` oom-kills COUNT`: how
 *   many processes the memory limit has killed until then; the last frame.
 *
 * What the elaborator wrote to its stdout and stderr before it wrote to its channel is passed on before that. Everything on
 * the keeper's stdin goes to the channel, but for requests to itself. Tenant code can reach neither: the channel is a socket, which nobody opens by its
 * path, and the keeper's own descriptors belong to a process that cannot be looked into.
 */
import { framesInPerl, keeperBegins } from './keeper-in-perl.ts';

const script = String.raw`${keeperBegins}${framesInPerl}
use Socket;
my $maxPending = 1 << 26;
sub inherit { fcntl($_[0], F_SETFD, 0) or die "fcntl: $!" }

socketpair(my $channel, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
my (%from, %into);
for my $letter (qw(O E o e)) { pipe($from{$letter}, $into{$letter}) or die "pipe: $!"; unblock($from{$letter}) }
my $lean = fork() // die "fork: $!";
if ($lean == 0) {
  sigprocmask(SIG_UNBLOCK, $chld) or _exit(127);
  open(STDIN, '<', '/dev/null') or _exit(127);
  open(STDOUT, '>&', $into{O}) or _exit(127);
  open(STDERR, '>&', $into{E}) or _exit(127);
  inherit($_) for ($theirs, $into{o}, $into{e});
  exec { $ARGV[0] } @ARGV, fileno($theirs), fileno($into{o}), fileno($into{e});
  _exit(127);
}
close($_) for ($theirs, values(%into));
unblock($_) for ($channel, *STDOUT);
$SIG{PIPE} = 'IGNORE';
my ($pending, $end) = ('', undef);
# The key comes first, then requests; $missing is what has not come of either.
my ($incoming, $missing) = ('', 8);

sub frame { $unsent .= $_[0] . pack('N', length($_[1])) . $_[1] }
# Everything that is there now: a pipe holds no more than this.
sub pass_on {
  my ($letter, $stream, $data) = ($_[0], $from{$_[0]}, '');
  return unless defined($stream);
  my $read = sysread($stream, $data, 65536);
  if ($read) { frame($letter, $data) }
  elsif (defined($read) || ($! != EAGAIN && $! != EINTR)) { delete($from{$letter}) }
}
sub pass_on_channel {
  return unless defined($channel);
  my $read = sysread($channel, my $data, 65536);
  # In this order: what was written before the answer is told before it.
  pass_on($_) for qw(O E o e);
  if ($read) { frame('A', $data) }
  elsif (defined($read) || ($! != EAGAIN && $! != EINTR)) { undef($channel) }
}
sub take {
  $incoming .= $_[0];
  while (length($incoming)) {
    if ($missing) {
      my $part = substr($incoming, 0, $missing, '');
      $missing -= length($part);
      $pending .= $part;
      next;
    }
    return if length($incoming) < 4;
    my $head = substr($incoming, 0, 4, '');
    if ($head eq "\xff\xff\xff\xff") {
      kill_left_overs({ $lean => 1 }) or _exit($lost);
      pass_on($_) for qw(O E o e);
      frame('K', 'killed');
    } elsif ($head eq "\xff\xff\xff\xfe") {
      frame('M', substr(oom_kills(), 1) || 'unknown');
    } else {
      $missing = unpack('N', $head);
      $pending .= $head;
    }
  }
}


while (1) {
  while ((my $child = waitpid(-1, WNOHANG)) > 0) { $end = $? if $child == $lean }
  if (defined($end)) {
    while (defined($channel)) { my $before = length($unsent); pass_on_channel(); last if length($unsent) == $before }
    pass_on($_) for qw(O E o e);
    frame('X', end_of($end) . oom_kills());
    fcntl(STDOUT, F_SETFL, 0);
    send_unsent() while length($unsent);
    _exit(($end & 127) ? 128 + ($end & 127) : $end >> 8);
  }
  my ($readable, $writable) = ('', '');
  vec($readable, fileno($_), 1) = 1 for (*STDIN, $ended);
  if (length($unsent) < $maxUnsent) {
    vec($readable, fileno($_), 1) = 1 for (values(%from), defined($channel) ? $channel : ());
  }
  vec($writable, fileno($channel), 1) = 1 if length($pending) && defined($channel);
  vec($writable, fileno(STDOUT), 1) = 1 if length($unsent);
  next if select($readable, $writable, undef, undef) < 0;
  if (vec($readable, fileno(STDIN), 1)) {
    my $data = '';
    _exit($lost) unless sysread(STDIN, $data, 65536) || $! == EINTR;
    take($data);
    _exit($lost) if length($pending) > $maxPending;
  }
  if (length($pending) && defined($channel)) {
    my $written = syswrite($channel, $pending, 65536);
    if ($written) { substr($pending, 0, $written, '') }
    elsif ($! != EAGAIN && $! != EINTR) { $pending = '' }
  }
  pass_on_channel() if defined($channel) && vec($readable, fileno($channel), 1);
  for my $letter (keys(%from)) { pass_on($letter) if vec($readable, fileno($from{$letter}), 1) }
  sysread($ended, $signals, 4096) if vec($readable, fileno($ended), 1);
  send_unsent();
}
`;

/** The command line of a sandbox with this elaborator in it: the command gets three descriptors as its last arguments. */
export function keptElaborator(command: readonly string[]): readonly string[] {
  return ['/usr/bin/perl', '-e', script, ...command];
}
