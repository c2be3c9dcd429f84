import { contained, notCarriedOut, notContained, type Attack, type AttackSetting, type Judgement } from '../attack.ts';
import { describe, isOnlyOutput, mustEndAs } from '../judges.ts';
import { elaborationStep, evalPerl, floodingProgram, perlStep, shellDefinition, shellStep } from '../lean-programs.ts';
import type { StructuredResult } from '../../report/structured-result.ts';

const generous = 120;

/** Ended from outside, said so, and what is left of the output is small. */
function mustCut([result]: readonly StructuredResult[], { maxKeptOutput }: AttackSetting): Judgement {
  const judgement = mustEndAs('output-limit', 'timed-out')(result === undefined ? [] : [result]);
  if (judgement.verdict !== 'contained' || result === undefined) return judgement;
  const { stdout = '', stderr = '', truncated = {} } = result;
  const kept = Math.max(stdout.length, stderr.length);
  // What is left out is said in the text, and control characters are spelled out.
  if (kept > 5 * maxKeptOutput) return notContained(`${kept} characters of output in the result`);
  const omitted = Math.max(truncated.stdout_bytes ?? 0, truncated.stderr_bytes ?? 0);
  if (omitted === 0) return notCarriedOut(`${describe(result)}, and no output was left out`);
  return contained(`${describe(result)}, ${omitted} bytes left out and said so`);
}

const frames = `my $body = q({"jsonrpc":"2.0","method":"$/lean/fileProgress","params":{"textDocument":{"uri":"untitled:Main.lean","version":1},"processing":[]}});
my $frame = "Content-Length: " . length($body) . "\\r\\n\\r\\n$body";
syswrite(STDOUT, $frame x 100) while 1;`;

/** One message with so many diagnostics that it is nearly as long as a message may be. */
const manyDiagnostics = `my $one = q({"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"severity":3,"message":"x"},);
my $body = q({"jsonrpc":"2.0","method":"textDocument/publishDiagnostics","params":{"uri":"untitled:Main.lean","version":1,"diagnostics":[) . ($one x 6000);
chop($body); $body .= "]}}"; $| = 1; print "Content-Length: " . length($body) . "\\r\\n\\r\\n$body"; sleep 100;`;
/** More messages than anybody reads. */
const tooMany = 5000;

/** Ended from outside, and the messages that are shown are few. */
function mustShowFewMessages(results: readonly StructuredResult[]): Judgement {
  const judgement = mustEndAs('timed-out')(results);
  if (judgement.verdict !== 'contained') return judgement;
  const shown = results[0]?.diagnostics?.length ?? 0;
  if (shown === 0) {
    return isOnlyOutput(results[0])
      ? contained('they are output of the code, and no messages')
      : notCarriedOut('the messages did not arrive');
  }
  return shown > tooMany ? notContained(`${shown} messages are shown`) : contained(`${shown} of them are shown`);
}

/** Output without end. */
export const outputAttacks: readonly Attack[] = [
  {
    id: 'R8',
    tried: 'endless output of Lean',
    steps: [{ code: floodingProgram, timeoutS: generous }],
    judge: mustCut,
  },
  {
    id: 'R8-stderr',
    tried: 'endless output of a child on stderr',
    steps: [shellStep('exec yes >&2', generous)],
    judge: mustCut,
  },
  {
    id: 'R8-elaboration',
    tried: 'endless output of a child while Lean elaborates',
    steps: [elaborationStep('yes', generous)],
    judge: mustCut,
  },
  {
    id: 'R9',
    tried: 'one line without an end',
    steps: [perlStep('syswrite(STDOUT, "x" x 65536) while 1;', generous)],
    judge: mustCut,
  },
  {
    id: 'R9-bytes',
    tried: 'millions of writes of one byte',
    steps: [perlStep('syswrite(STDOUT, "x") while 1;', 10)],
    judge: mustCut,
  },
  {
    id: 'R9-messages',
    tried: 'millions of messages in the name of Lean',
    steps: [{ code: `${shellDefinition}\n${evalPerl(frames)}\n`, timeoutS: 5 }],
    judge: mustEndAs('timed-out', 'output-limit'),
  },
  {
    id: 'R9-diagnostics',
    tried: '6000 diagnostics in the name of Lean',
    steps: [{ code: `${shellDefinition}\n${evalPerl(manyDiagnostics)}\n`, timeoutS: 8 }],
    judge: mustShowFewMessages,
  },
];
