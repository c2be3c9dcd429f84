/** What the last command of each program in `programs/` really does. `io` is as for `run` in action.mjs. */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Thrown } from './action.mjs';

/** Runs on a thread of its own and never comes back, so that the protocol goes on being answered, as in Lean. */
const forever = (body) => new Promise(() => new Worker(body, { eval: true }));
const spin = () => forever('for (;;);');
const allocate = () => forever('const kept = []; for (;;) kept.push(Buffer.alloc(1 << 24, 1));');

/** A child process on the stdout that this process really has. */
const child =
  (command, ...args) =>
  () =>
    new Promise((resolve) => spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] }).on('close', resolve));

/** A shell on the streams that this process really has, as Lean's own `spawn` gives them. */
const shell = (...args) =>
  new Promise((resolve) =>
    spawn('sh', ['-c', ...args], { stdio: 'inherit' }).on('exit', (code) => {
      resolve(code ?? 255);
    }),
  );
const threads = () => {
  for (let left = 100_000; left > 0; left -= 1) new Worker('setInterval(() => {}, 1e9);', { eval: true });
};

const fail = (message) => () => {
  throw new Thrown(message);
};

const line = 'one more line of many\n';
const keep = ({ out }) => {
  writeFileSync('note.txt', 'kept for a moment');
  out(`${readFileSync('note.txt', 'utf8')}\n`);
};
const started = (then) => (io) => {
  io.out('started\n');
  return then(io);
};
const pour = (write) => {
  for (;;) write(line.repeat(1000));
};

export const reactions = {
  'eval-spin': spin,
  'proof-endless': spin,
  'eval-allocate': allocate,
  'eval-raw-output': child('sh', '-c', 'echo raw output'),
  'eval-broken-frame': child('printf', 'Content-Length: twelve\\r\\n\\r\\n{nonsense'),
  'eval-child-output': ({ out }) => {
    const r = spawnSync('sh', ['-c', 'echo out; echo err >&2; exit 4'], { encoding: 'utf8' });
    out(`exit code ${r.status}, stdout ${r.stdout.length}, stderr ${r.stderr.length}\n`);
  },
  'eval-file': keep,
  'eval-status': ({ out }) => out(readFileSync('/proc/self/status', 'utf8')),
  'eval-threads': threads,
  'def-shell': ({ args }) => shell(...args),
  'eval-error-line': fail('it\'s "no" '.repeat(300_000)),
  'eval-error-apostrophes': fail("'".repeat(100_000)),
  'eval-error-goals': fail(`unsolved goals\n${'⊢ a\n\n'.repeat(15_000)}`),
  'eval-suggestions': ({ out }) => out(`Try these:\n${'  [apply] exact "it\'s no proof"\n'.repeat(5000)}`),
  'eval-flood': ({ out }) => out(line.repeat(5000)),
  'main-spin': started(spin),
  'main-allocate': started(allocate),
  'main-flood': ({ out }) => pour(out),
  'main-flood-stderr': ({ err }) => pour(err),
  'main-echo': async ({ out, line: read }) => {
    let count = 0;
    for (let text; (text = await read()) !== ''; count += 1) out(`${count}: ${text}`);
    out(`${count} lines\n`);
  },
  'main-arguments': ({ out, args }) => {
    for (const argument of args) out(`<${argument}>\n`);
    return args.length;
  },
  'main-answers': async ({ out, args, line: read }) => {
    out(`[${args.join(', ')}] ${await read()}\n`);
    return 7;
  },
  'main-shell': ({ out, err, args }) => {
    const r = spawnSync('sh', ['-c', ...args], {
      stdio: ['inherit', 'pipe', 'pipe'],
      encoding: 'utf8',
      maxBuffer: Infinity,
    });
    if (r.error !== undefined) throw r.error;
    out(r.stdout);
    err(r.stderr);
    return r.status ?? 128;
  },
  'main-spawn': ({ args }) => shell(...args),
  'main-file': keep,
  'main-controls': ({ out, err }) => {
    out('\u0001'.repeat(60_000));
    err('\u0001'.repeat(60_000));
  },
  'main-raw-bytes': ({ out }) => out(Buffer.from([104, 105, 255, 254, 10])),
};
