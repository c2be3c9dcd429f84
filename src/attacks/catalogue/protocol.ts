import { makeVisible } from '../../core/visible-text.ts';
import type { StructuredResult } from '../../report/structured-result.ts';
import { contained, notCarriedOut, notContained, type Attack, type Judgement } from '../attack.ts';
import { describe, isOnlyOutput, mustEndAs } from '../judges.ts';
import { evalPerl, evalShell, shellDefinition, shellStep } from '../lean-programs.ts';

const wrong = 'def bad : Nat := "x"\n';

/** Writes messages as Lean would, for every version and every number that a request may have. */
const forge = `$| = 1; $_ = shift // 1;
my $send = sub { my $body = shift; print "Content-Length: " . length($body) . "\\r\\n\\r\\n$body" };
for my $round (1 .. $_) {
  for my $version (1 .. 3) {
    $send->(qq({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"untitled:Main.lean","version":$version,"diagnostics":[]}}));
    $send->(qq({"jsonrpc":"2.0","method":"\\$/lean/fileProgress","params":{"textDocument":{"uri":"untitled:Main.lean","version":$version},"processing":[]}}));
  }
  for my $id (0 .. 9) { $send->(qq({"jsonrpc":"2.0","id":$id,"result":{}})); $send->(qq({"jsonrpc":"2.0","id":"$id","result":[]})) }
  select(undef, undef, undef, 0.001) if $_ > 1;
}`;

/** Lean's one error must be told, or that nothing is known. */
function mustNotHideTheError([result]: readonly StructuredResult[]): Judgement {
  if (result === undefined) return notCarriedOut('no result');
  if (result.status === 'success') return notContained('a text with an error was reported as accepted');
  return contained(describe(result));
}

/** The bytes of a shell's printf. */
const oddBytes = String.raw`\033[2J\033]0;title\007\rover\000\302\233\357\273\277\342\200\256\377\376\300\257\355\240\200end`;

/** The same in a message of Lean, which stands there when the time is up. */
const oddMessage = String.raw`my $text = q(\u001b[2J\u001b]0;title\u0007\rover\u0000\u009b\ufeff\u202e\ud800end);
my $body = q({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"untitled:Main.lean","version":1,"diagnostics":[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":1,"message":") . $text . q("}]}});
$| = 1; print "Content-Length: " . length($body) . "\r\n\r\n$body"; sleep 100;`;

/** Messages of JSON that are meant to hurt whoever reads them. */
const bombs = `$| = 1;
my $send = sub { my $body = shift; print "Content-Length: " . length($body) . "\\r\\n\\r\\n$body" };
my $params = sub { qq({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"untitled:Main.lean","version":1,"diagnostics":) . shift() . "}}" };
$send->("[" x 200000); $send->(("[" x 100000) . ("]" x 100000)); $send->((qq({"a":) x 50000) . "1" . ("}" x 50000));
$send->($params->(("[" x 50000) . ("]" x 50000)));
$send->(qq({"__proto__":{"method":"x"},"constructor":{"prototype":{"polluted":1}},"jsonrpc":"2.0","method":"__proto__"}));
$send->(qq({"jsonrpc":"2.0","id":1e400,"id":-0,"result":1e999})); $send->(qq({"jsonrpc":"2.0","id":9007199254740993,"result":null}));
$send->($params->(qq([{"range":{"start":{"line":1e400,"character":-1},"end":{"line":99999999999999999999,"character":0}},"message":"x","severity":99}])));
$send->($params->(qq([{"range":{"start":{"line":9007199254740991,"character":9007199254740991},"end":{"line":0,"character":0}},"message":"far","severity":3}])));
$send->(qq({"jsonrpc":"2.0","method":"x","params":") . ("y" x 5000000) . qq("}));
print "Content-Length: 99999999999\\r\\n\\r\\n"; print "Content-Length: 100000\\r\\n\\r\\n{"; print "Content-Length: -5\\r\\n\\r\\n"; print "Content-Length: ", "1" x 100000, "\\r\\n\\r\\n";`;

/** Sends messages of Lean about every version that the text may have by now. */
const reports = `$| = 1;
my $send = sub { my $body = shift; print "Content-Length: " . length($body) . "\\r\\n\\r\\n$body" };
my $one = sub { qq({"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":1,"message":") . shift() . qq("}) };
my $report = sub { my $all = shift; for my $version (1 .. 3) {
  $send->(qq({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"untitled:Main.lean","version":$version,"diagnostics":[$all]}}));
} };`;

/** Messages that are answered badly or not at all by a reader that takes Lean's side of the protocol for an editor's. */
const editorMessages = `$| = 1;
my $send = sub { my $body = shift; print "Content-Length: " . length($body) . "\\r\\n\\r\\n$body" };
for my $params ("", qq(,"params":null), qq(,"params":{}), qq(,"params":{"id":null}), qq(,"params":[])) {
  $send->(qq({"jsonrpc":"2.0","method":"$_"$params})) for "\\$/cancelRequest", "\\$/setTrace", "\\$/progress", "\\$/logTrace", "exit", "initialize";
}
$send->(qq({"jsonrpc":"2.0","id":) . ("[" x 9000) . ("]" x 9000) . qq(,"result":1}));
$send->(qq({"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}})); $send->(qq([]));`;

const manyReports = `${reports}
for my $round (1 .. 60) { $report->(join(",", map { $one->("$round $_") } 1 .. 1000)) }`;

const apostrophes = `${reports} $report->($one->("already declared " . ("\\x27" x 1000000)));`;

const manyGoals = `${reports} $report->($one->("unsolved goals\\\\n" . ("\\xe2\\x8a\\xa2 a\\\\n\\\\n" x 200000)));`;

/** What an elaborator would say of an accepted text, as it would send it, for the keys that can be guessed. */
const forgedVerdicts = `my @frames;
for my $key ("", "\\0" x 8, "\\xff" x 8) { for my $id (0 .. 5) {
  my @said = (qq({"event":"verdict","id":$id,"verdict":"accepted","counts":{"errors":0,"warnings":0,"information":0},"sorries":[],"warm":true,"elaborateMs":1}), qq({"event":"done","id":$id,"bytes":1}));
  my $stream = join("", map { $key . pack("N", length($_)) . $_ } @said);
  push(@frames, $stream, "A" . pack("N", length($stream)) . $stream);
} }`;

/** Calls this for every descriptor that a process of the sandbox has open, with its path, the process and its number. */
const eachDescriptor = `sub each_descriptor { my $do = shift;
  for my $pid (grep { $_ ne $$ } map { m{(\\d+)} } glob("/proc/[0-9]*")) { for my $fd (0 .. 40) { $do->("/proc/$pid/fd/$fd", $pid, $fd) } }
}`;

/** Writes verdicts to all that it inherited, all that it can open by its path, and all that it can take. */
const writeToDescriptors = `$| = 1; ${forgedVerdicts} ${eachDescriptor}
for my $fd (3 .. 60) { if (open(my $f, ">&=", $fd)) { syswrite($f, $_) for @frames } }
each_descriptor(sub { my ($path, $pid, $fd) = @_;
  if (!-d $path && sysopen(my $f, $path, 1 | 04000)) { syswrite($f, $_) for @frames }
  my $process = syscall(434, $pid, 0); return if $process < 0;
  my $taken = syscall(438, $process, $fd, 0);
  if ($taken >= 0 && open(my $f, ">&=", $taken)) { syswrite($f, $_) for @frames }
});`;

/** Closes all that it inherited, and shuts down and cuts off all that it can take or open. */
const closeDescriptors = `${eachDescriptor} use POSIX ();
each_descriptor(sub { my ($path, $pid, $fd) = @_;
  truncate($path, 0) unless -d $path;
  my $process = syscall(434, $pid, 0); return if $process < 0;
  my $taken = syscall(438, $process, $fd, 0);
  if ($taken >= 0 && open(my $f, "+<&=", $taken)) { shutdown($f, 2); POSIX::close($taken) }
});
POSIX::close($_) for 0 .. 60; kill("PIPE", getppid()); kill("HUP", 1); kill("TERM", 1); kill("STOP", 1);`;

/** More than any answer has, in characters of JSON. */
const maxAnswer = 300_000;

/** Who asked must get an answer that can be read. */
function mustStayReadable([result]: readonly StructuredResult[]): Judgement {
  if (result === undefined) return notCarriedOut('no result');
  const { length } = JSON.stringify(result);
  return length > maxAnswer ? notContained(`an answer of ${length} characters`) : mustNotHideTheError([result]);
}

/** Lies about what happened, in Lean's own protocol. */
export const protocolAttacks: readonly Attack[] = [
  {
    id: 'P1',
    tried: 'taking back an error with messages in the name of Lean',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(forge)}\n`, timeoutS: 60 }],
    judge: mustNotHideTheError,
  },
  {
    id: 'P1-later',
    tried: 'the same all the time, from the background',
    steps: [
      {
        code: `${shellDefinition}\n${evalShell(`perl -e '${forge}' 1500 & sleep 0.2`)}\n\n${wrong}\n${evalShell('sleep 1')}\n`,
        timeoutS: 60,
      },
    ],
    judge: mustNotHideTheError,
  },
  {
    id: 'P2',
    tried: 'ending Lean with exit code 0 in the middle of a text',
    steps: [{ code: '#eval (IO.Process.exit 0 : IO Unit)\n', timeoutS: 60 }],
    judge: mustEndAs('crashed'),
  },
  {
    id: 'P2-kill',
    tried: 'killing Lean from a child',
    steps: [{ code: `${shellDefinition}\n${evalShell('kill -9 $PPID; sleep 9')}\n`, timeoutS: 60 }],
    judge: mustEndAs('crashed'),
  },
  {
    id: 'P3',
    tried: 'output that acts on terminals and hides text',
    steps: [shellStep(`printf '${oddBytes}'; printf '${oddBytes}' >&2`)],
    judge: ([result]) => {
      const { stdout = '', stderr = '' } = result ?? {};
      if (!stdout.includes('end')) return notCarriedOut(describe(result));
      const isVisible = [stdout, stderr].every((text) => makeVisible(text) === text);
      return isVisible ? contained('all of it was made visible') : notContained('some of it got through');
    },
  },
  {
    id: 'P3-messages',
    tried: 'messages in the name of Lean that act on terminals and hide text',
    steps: [{ code: `${shellDefinition}\n${evalPerl(oddMessage)}\n`, timeoutS: 6 }],
    judge: ([result]) => {
      const messages = (result?.diagnostics ?? []).map(({ message }) => message);
      if (isOnlyOutput(result)) return contained('they are output of the code, and no messages');
      if (!messages.some((message) => message.includes('end'))) return notCarriedOut(describe(result));
      const isVisible = messages.every((message) => makeVisible(message) === message);
      return isVisible ? contained('all of it was made visible') : notContained('some of it got through');
    },
  },
  {
    id: 'P4',
    tried: 'JSON that is deep, huge or out of range',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(bombs)}\n`, timeoutS: 60 }],
    judge: mustNotHideTheError,
  },
  {
    id: 'P5',
    tried: 'messages in the name of Lean that only editors send',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(editorMessages)}\n`, timeoutS: 60 }],
    judge: mustNotHideTheError,
  },
  {
    id: 'P6',
    tried: 'more and more messages in the name of Lean, all of them to be kept',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(manyReports)}\n`, timeoutS: 60 }],
    judge: mustStayReadable,
  },
  {
    id: 'P7',
    tried: 'a message of one long line that is slow to look through, in a session',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(apostrophes)}\n`, timeoutS: 60, session: 'own' }],
    judge: mustStayReadable,
  },
  {
    id: 'P8',
    tried: 'a message with more goals than anybody can prove',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(manyGoals)}\n`, timeoutS: 60 }],
    judge: mustStayReadable,
  },
  {
    id: 'P9',
    tried: 'writing a verdict to every descriptor of Lean’s process and of the one that keeps it',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(writeToDescriptors)}\n`, timeoutS: 60 }],
    judge: mustNotHideTheError,
  },
  {
    id: 'P10',
    tried: 'closing and cutting off what they speak through',
    steps: [{ code: `${wrong}\n${shellDefinition}\n${evalPerl(closeDescriptors)}\n`, timeoutS: 60 }],
    judge: mustNotHideTheError,
  },
  {
    id: 'P11',
    tried: 'ending Lean while a child keeps open all that it has inherited',
    steps: [
      {
        code: `${shellDefinition}\n${evalShell('trap "" HUP TERM; sleep 1000 & kill -9 $PPID; sleep 1000')}\n`,
        timeoutS: 60,
      },
    ],
    judge: mustEndAs('crashed'),
  },
];
