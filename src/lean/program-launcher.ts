/*
 * The main process of a sandbox that runs a program. It reads the arguments, the source and the program's input from its
 * stdin, starts `lean --run`, and ends with the program's exit code, or as soon as its stdin ends: so the sandbox dies with
 * its owner although the program has a stdin of its own. As process 1 it cannot be killed from inside. It is constant text:
 * nothing of a tenant's becomes part of a command line but as an argument.
 *
 * Each item on its stdin is a decimal length, a line feed and that many bytes; the arguments come first, after their number.
 */

const script = String.raw`
use strict;
use POSIX qw(:sys_wait_h _exit);
$^F = 0;
sub line { my $l = ''; while (1) { _exit(125) unless sysread(STDIN, my $c, 1); return $l if $c eq "\n"; $l .= $c } }
sub item {
  my ($size, $data) = (line(), '');
  while (length($data) < $size) { _exit(125) unless sysread(STDIN, $data, $size - length($data), length($data)) }
  return $data;
}
sub store { my ($name, $data) = @_; open(my $f, '>', $name) or die "$name: $!"; print $f $data or die "$name: $!"; close($f) or die "$name: $!" }
my ($lean, $source) = @ARGV;
my @arguments = map { item() } 1 .. line();
store($source, item());
store('.stdin', item());
open(my $input, '<', '.stdin') or die "stdin: $!";
unlink('.stdin');
pipe(my $ended, my $ending) or die "pipe: $!";
$SIG{CHLD} = sub { syswrite($ending, '.') };
my $program = fork() // die "fork: $!";
if ($program == 0) {
  open(STDIN, '<&', $input);
  # Else lean takes arguments that begin with a dash for its own.
  $ENV{POSIXLY_CORRECT} = 1;
  exec($lean, '--run', $source, @arguments);
  _exit(127);
}
while (1) {
  while ((my $child = waitpid(-1, WNOHANG)) > 0) {
    _exit(($? & 127) ? 128 + ($? & 127) : $? >> 8) if $child == $program;
  }
  my $ready = '';
  vec($ready, fileno($_), 1) = 1 for (*STDIN, $ended);
  next if select($ready, undef, undef, undef) < 0;
  _exit(125) if vec($ready, fileno(STDIN), 1) && !sysread(STDIN, my $more, 4096);
  sysread($ended, my $mark, 64) if vec($ready, fileno($ended), 1);
}
`;

/** The name that the program's file has in the sandbox, as Lean shows it. */
export const programFile = 'Main.lean';

/** The command line of the launcher. */
export function launcherCommand(leanPath: string): readonly string[] {
  return ['/usr/bin/perl', '-e', script, leanPath, programFile];
}

/** What the launcher reads. */
export function launcherInput(program: { args: readonly string[]; source: string; stdin: string }): Buffer {
  const items = [...program.args, program.source, program.stdin].map((text) => Buffer.from(text));
  const framed = items.flatMap((item) => [Buffer.from(`${item.length}\n`), item]);
  return Buffer.concat([Buffer.from(`${program.args.length}\n`), ...framed]);
}
