/*
 * The keeper of a sandbox in which modules of a project are elaborated, several at a time: process 1 of its container, which
 * dies with its owner, as the keepers in `lean/` do. For each module it writes the source, removes what was compiled of it
 * before, and starts a `lean` whose output it passes on in frames. Both ways a frame is a letter, four bytes of length
 * (big-endian) and that many bytes, of which the first four are the number that the server has given to the module.
 *
 * To the keeper:
 * - `R`: elaborate. Four bytes of length and the path of the module without an extension; likewise options of the command
 *   line, separated by NUL; the rest is the source.
 * - `P`: run another process beside the modules: its command line, separated by NUL. It finds what is compiled, as modules do.
 * - `I`: bytes for the stdin of such a process.
 * - `S`: stop a module or a process.
 *
 * From the keeper:
 * - `O`, `E`: what came out of its stdout and stderr.
 * - `X`: it has ended: `exit CODE` or `signal NUMBER`, then ` made` when there is a compiled module, then where the kernel tells
 *   it ` oom-kills COUNT`, how many processes the memory limit has killed so far in the sandbox. Or `failed WHY`: it was not
 *   started.
 *
 * When one of them has ended, whatever none of them is a parent of any more is killed. The keeper can neither be killed from
 * inside nor looked into. It is constant text.
 */
import { framesInPerl, keeperBegins } from '../lean/keeper-in-perl.ts';

/** Below the working folder: where compiled modules are kept, as Lake has it. */
const compiledFolder = '.lake/build/lib/lean';
/** Below the working folder: where other processes run, whose files are none of the project's. */
const processFolder = '.lake/beside';

const script = String.raw`${keeperBegins}${framesInPerl}
my $maxIncoming = 1 << 26;
my $maxInput = 1 << 26;
my ($lean, $compiled, $beside) = @ARGV;
$ENV{LEAN_PATH} = join(':', readlink('/proc/self/cwd') . "/$compiled", grep { length } ($ENV{LEAN_PATH} // ''));
$SIG{PIPE} = 'IGNORE';
unblock(*STDOUT);
# By process: its number, where its compiled module is to be, its two streams, and for other processes what goes into them.
my (%runs, %pid);
my $incoming = '';

sub frame { my ($letter, $id, $data) = @_; $unsent .= $letter . pack('NN', 4 + length($data), $id) . $data }
sub folder_of {
  my ($path) = @_;
  my $made = '';
  for my $part (split(m{/}, $path =~ s{/?[^/]*$}{}r)) {
    $made .= "$part/";
    mkdir($made) or $! == EEXIST or die "$made: $!\n";
  }
}
sub store {
  my ($name, $data) = @_;
  unlink($name);
  folder_of($name);
  open(my $f, '>', $name) or die "$name: $!\n";
  for (my $at = 0; $at < length($data);) {
    my $written = syswrite($f, $data, length($data) - $at, $at);
    if (!defined($written)) {
      my $why = "$!";
      # What is half there takes room from the modules that follow.
      unlink($name);
      die "$name: $why\n";
    }
    $at += $written;
  }
}
sub spawn {
  my ($id, $in, $folder, @command) = @_;
  pipe(my $out, my $outTheirs) or die "pipe: $!\n";
  pipe(my $err, my $errTheirs) or die "pipe: $!\n";
  my $child = fork() // die "fork: $!\n";
  if ($child == 0) {
    sigprocmask(SIG_UNBLOCK, $chld) or _exit(127);
    open(STDIN, '<&', $in) or _exit(127);
    open(STDOUT, '>&', $outTheirs) or _exit(127);
    open(STDERR, '>&', $errTheirs) or _exit(127);
    chdir($folder) or _exit(127);
    exec { $command[0] } @command;
    _exit(127);
  }
  unblock($_) for ($out, $err);
  $pid{$id} = $child;
  return $runs{$child} = { id => $id, O => $out, E => $err };
}
sub start {
  my ($id, $path, $options, $source) = @_;
  my $olean = "$compiled/$path.olean";
  unlink("$olean$_") for ('', '.server', '.private');
  store("$path.lean", $source);
  folder_of($olean);
  open(my $nothing, '<', '/dev/null') or die "/dev/null: $!\n";
  spawn($id, $nothing, '.', $lean, '--json', (map { "-D$_" } @$options), '-o', $olean, "$path.lean")->{olean} = $olean;
}
sub start_beside {
  my ($id, @command) = @_;
  folder_of("$beside/");
  pipe(my $in, my $feed) or die "pipe: $!\n";
  unblock($feed);
  @{spawn($id, $in, $beside, @command)}{qw(feed pending)} = ($feed, '');
}
sub feed {
  my ($run) = @_;
  my $written = syswrite($run->{feed}, $run->{pending}, 65536);
  if ($written) { substr($run->{pending}, 0, $written, '') }
  elsif ($! != EAGAIN && $! != EINTR) { undef($run->{feed}); $run->{pending} = '' }
}
sub pass_on {
  my ($run, $letter) = @_;
  return 0 unless defined($run->{$letter});
  my $read = sysread($run->{$letter}, my $data, 65536);
  if ($read) { frame($letter, $run->{id}, $data); return 1 }
  undef($run->{$letter}) if defined($read) || ($! != EAGAIN && $! != EINTR);
  return 0;
}
sub kill_orphans {
  for my $pause (1 .. 60) {
    my (%parent, %state);
    opendir(my $processes, '/proc') or die "/proc: $!";
    for my $process (grep { /^[0-9]+$/ } readdir($processes)) {
      ($state{$process}, $parent{$process}) = read_file("/proc/$process/stat") =~ /.*\) (\S) ([0-9]+) /s;
    }
    my $has_lean = sub {
      my ($process) = @_;
      for (1 .. 1000) { return 1 if $runs{$process}; $process = $parent{$process} or return 1; return 0 if $process == $$ }
      return 1;
    };
    my @orphans = grep { $_ != $$ && $state{$_} && $state{$_} !~ /[ZXx]/ && !$has_lean->($_) } keys(%state) or return;
    kill('KILL', @orphans);
    select(undef, undef, undef, $pause / 1000);
  }
  _exit($lost);
}
sub finish {
  my ($child, $end) = @_;
  my $run = delete($runs{$child}) or return;
  delete($pid{$run->{id}});
  kill_orphans();
  for my $letter (qw(O E)) { for (1 .. 1000) { pass_on($run, $letter) or last } }
  frame('X', $run->{id}, end_of($end) . (defined($run->{olean}) && -s $run->{olean} ? ' made' : '') . oom_kills());
}
sub take {
  $incoming .= $_[0];
  while (length($incoming) >= 5) {
    my ($letter, $length) = unpack('aN', $incoming);
    return if length($incoming) < 5 + $length;
    my ($id, $rest) = unpack('Na*', substr($incoming, 5, $length));
    substr($incoming, 0, 5 + $length, '');
    if ($letter eq 'S') { kill('KILL', $pid{$id}) if $pid{$id} }
    elsif ($letter eq 'I') {
      my $run = $pid{$id} && $runs{$pid{$id}} or next;
      next unless defined($run->{feed});
      $run->{pending} .= $rest;
      _exit($lost) if length($run->{pending}) > $maxInput;
    } elsif ($letter eq 'P') {
      eval { start_beside($id, split(/\0/, $rest)); 1 } or frame('X', $id, "failed " . substr($@, 0, 500));
    } else {
      my ($path, $options, $source) = unpack('N/aN/aa*', $rest);
      eval { start($id, $path, [split(/\0/, $options)], $source); 1 } or frame('X', $id, "failed " . substr($@, 0, 500));
    }
  }
}

frame('X', 0, 'ready');
while (1) {
  while ((my $child = waitpid(-1, WNOHANG)) > 0) { finish($child, $?) }
  my ($readable, $writable) = ('', '');
  vec($readable, fileno($_), 1) = 1 for (*STDIN, $ended);
  if (length($unsent) < $maxUnsent) {
    for my $run (values(%runs)) { vec($readable, fileno($_), 1) = 1 for grep { defined } ($run->{O}, $run->{E}) }
  }
  vec($writable, fileno(STDOUT), 1) = 1 if length($unsent);
  my @fed = grep { defined($_->{feed}) && length($_->{pending}) } values(%runs);
  vec($writable, fileno($_->{feed}), 1) = 1 for @fed;
  next if select($readable, $writable, undef, undef) < 0;
  if (vec($readable, fileno(STDIN), 1)) {
    my $data = '';
    _exit($lost) unless sysread(STDIN, $data, 65536) || $! == EINTR;
    take($data);
    _exit($lost) if length($incoming) > $maxIncoming;
  }
  feed($_) for grep { vec($writable, fileno($_->{feed}), 1) } @fed;
  for my $run (values(%runs)) {
    for my $letter (qw(O E)) { pass_on($run, $letter) if defined($run->{$letter}) && vec($readable, fileno($run->{$letter}), 1) }
  }
  sysread($ended, $signals, 4096) if vec($readable, fileno($ended), 1);
  send_unsent();
}
`;

/** The command line of a sandbox for modules. @param leanPath the `lean` that elaborates them */
export function keptModules(leanPath: string): readonly string[] {
  return ['/usr/bin/perl', '-e', script, leanPath, compiledFolder, processFolder];
}

const letterLength = 1;

/** A module for the keeper, and how to name it later. */
export interface KeptModule {
  /** From 1. */
  readonly id: number;
  /** Relative, without an extension. */
  readonly path: string;
  readonly options: readonly string[];
  readonly source: string;
}

/** Has the keeper elaborate a module. */
export function runRequest({ id, path, options, source }: KeptModule): Buffer {
  return request('R', id, [sized(path), sized(options.join('\0')), Buffer.from(source)]);
}

/** Has the keeper run a process beside the modules, under a number that no module has. */
export function processRequest(id: number, command: readonly string[]): Buffer {
  return request('P', id, [Buffer.from(command.join('\0'))]);
}

/** Bytes for the stdin of such a process. */
export function inputRequest(id: number, bytes: Buffer): Buffer {
  return request('I', id, [bytes]);
}

/** Has the keeper stop a module or a process. */
export function stopRequest(id: number): Buffer {
  return request('S', id, []);
}

function request(letter: string, id: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(letterLength + 8);
  head.write(letter, 'latin1');
  head.writeUInt32BE(4 + body.length, letterLength);
  head.writeUInt32BE(id, letterLength + 4);
  return Buffer.concat([head, body]);
}

function sized(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
