/*
 * The keeper is the main process of every sandbox in which Lean runs, and Lean is its child. It ends with Lean's exit code,
 * or as soon as its stdin ends: so the sandbox dies with its owner, whatever runs in it. Tenant code has the same user as
 * the keeper, and must not reach it: as process 1 it cannot be killed from inside, and because it is not dumpable nobody
 * can open its memory or its stdin, which a tenant could otherwise hold open for ever. Lean gets a stdin of its own.
 * The keeper also collects the processes that others have left. It is constant text: nothing of a tenant's becomes part of
 * a command line but as an argument.
 *
 * A language server gets everything that comes on the keeper's stdin, but for {@link leftOversRequest}s, which stand between
 * messages: the keeper answers with the same bytes on stderr. A program is read from stdin first: each item is a decimal
 * length, a line feed and that many bytes; the arguments come first, after their number, then the source and the input.
 */
import { keeperBegins } from './keeper-in-perl.ts';

const script = String.raw`${keeperBegins}
my $maxPending = 1 << 26;
sub line { my $l = ''; while (1) { _exit($lost) unless sysread(STDIN, my $c, 1); return $l if $c eq "\n"; $l .= $c } }
sub item {
  my ($size, $data) = (line(), '');
  while (length($data) < $size) { _exit($lost) unless sysread(STDIN, $data, $size - length($data), length($data)) }
  return $data;
}
sub store { my ($name, $data) = @_; open(my $f, '>', $name) or die "$name: $!"; print $f $data or die "$name: $!"; close($f) or die "$name: $!" }

my ($mode, @command) = @ARGV;
my ($input, $feed, $pending, $incoming) = (undef, undef, '', '');
if ($mode eq 'program') {
  my @arguments = map { item() } 1 .. line();
  store($command[-1], item());
  store('.stdin', item());
  open($input, '<', '.stdin') or die "stdin: $!";
  unlink('.stdin');
  push(@command, @arguments);
  # Else lean takes arguments that begin with a dash for its own.
  $ENV{POSIXLY_CORRECT} = 1;
} else {
  pipe($input, $feed) or die "pipe: $!";
  unblock($feed);
}
my $lean = fork() // die "fork: $!";
if ($lean == 0) {
  sigprocmask(SIG_UNBLOCK, $chld) or _exit(127);
  open(STDIN, '<&', $input) or _exit(127);
  exec { $command[0] } @command;
  _exit(127);
}
close($input);
$SIG{PIPE} = 'IGNORE';
# The worker of lean --server is no left-over.
my $spared = (grep { $_ eq '--server' } @command) ? qr/\0--worker\0/ : undef;
sub take {
  $incoming .= $_[0];
  while ((my $at = index($incoming, "\x05")) >= 0) {
    $pending .= substr($incoming, 0, $at, '');
    my $end = index($incoming, "\n");
    return if $end < 0;
    my $request = substr($incoming, 0, $end + 1, '');
    kill_left_overs({ $lean => 1 }, $spared) or _exit($lost);
    syswrite(STDERR, $request);
  }
  $pending .= $incoming;
  $incoming = '';
}

while (1) {
  while ((my $child = waitpid(-1, WNOHANG)) > 0) {
    _exit(($? & 127) ? 128 + ($? & 127) : $? >> 8) if $child == $lean;
  }
  my ($readable, $writable) = ('', '');
  vec($readable, fileno($_), 1) = 1 for (*STDIN, $ended);
  vec($writable, fileno($feed), 1) = 1 if $pending ne '';
  next if select($readable, $writable, undef, undef) < 0;
  if (vec($readable, fileno(STDIN), 1)) {
    my $data = '';
    _exit($lost) unless sysread(STDIN, $data, 65536) || $! == EINTR;
    take($data) if defined($feed);
    _exit($lost) if length($pending) > $maxPending;
  }
  if ($pending ne '' && vec($writable, fileno($feed), 1)) {
    my $written = syswrite($feed, $pending, 65536);
    if ($written) { substr($pending, 0, $written, '') }
    elsif ($! != EAGAIN && $! != EINTR) { undef($feed); $pending = '' }
  }
  sysread($ended, $signals, 4096) if vec($readable, fileno($ended), 1);
}
`;

const perl = ['/usr/bin/perl', '-e', script] as const;

/**
 * Asks the keeper of a language server to kill what its texts have left running, and to say so by the same bytes on stderr.
 * They begin with a byte that JSON cannot contain.
 *
 * @param name tells it from what others write
 */
export function leftOversRequest(name: string): string {
  return `\x05${name}\n`;
}

/** The name that the program's file has in the sandbox, as Lean shows it. */
export const programFile = 'Main.lean';

/** The command line of a sandbox with this language server in it. */
export function keptServer(command: readonly string[]): readonly string[] {
  return [...perl, 'server', ...command];
}

/** The command line of a sandbox that waits for a program. */
export function keptProgram(leanPath: string): readonly string[] {
  return [...perl, 'program', leanPath, '--run', programFile];
}

/** What a sandbox that waits for a program reads. */
export function programInput(program: { args: readonly string[]; source: string; stdin: string }): Buffer {
  const items = [...program.args, program.source, program.stdin].map((text) => Buffer.from(text));
  const framed = items.flatMap((item) => [Buffer.from(`${item.length}\n`), item]);
  return Buffer.concat([Buffer.from(`${program.args.length}\n`), ...framed]);
}
