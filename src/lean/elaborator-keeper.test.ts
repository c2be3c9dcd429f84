import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keptElaborator } from './elaborator-keeper.ts';
import { leftOversRequest, oomKillsRequest } from './elaborator/keeper-frames.ts';

const canRun = process.platform === 'linux' && existsSync('/usr/bin/perl');
/** What every child below begins with: the channel and the two outputs of a program. */
const open = String.raw`
use strict; use POSIX qw(_exit);
my ($socket, $out, $err) = @ARGV;
open(my $channel, '+<&=', $socket) or die; open(my $o, '>&=', $out) or die; open(my $e, '>&=', $err) or die;
`;

type Kept = ChildProcessWithoutNullStreams & { readonly ended: Promise<number | null> };

function start(script: string): Kept {
  const [file = '', ...args] = keptElaborator(['/usr/bin/perl', '-e', open + script]);
  const keeper = spawn(file, args, { stdio: 'pipe' });
  keeper.stdin.on('error', () => undefined);
  onTestFinished(() => {
    keeper.kill('SIGKILL');
  });
  const ended = (once(keeper, 'exit') as Promise<[number | null]>).then(([code]) => code);
  return Object.assign(keeper, { ended });
}

/** All frames, those of one letter that follow each other joined; without what only some kernels tell of the end. */
function frames(bytes: Buffer): [string, string][] {
  const joined: [string, string][] = [];
  for (let at = 0; at < bytes.length;) {
    const letter = bytes.toString('latin1', at, at + 1);
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    const payload = bytes.toString('latin1', at + 5, end);
    const last = joined.at(-1);
    if (last?.[0] === letter) last[1] += payload;
    else joined.push([letter, payload]);
    at = end;
  }
  return joined.map(([letter, text]) => [letter, letter === 'X' ? text.replace(/ oom-kills \d+$/, '') : text]);
}

describe.skipIf(!canRun)('the keeper of an elaborator', () => {
  it('keeps apart the answers, four kinds of output, and the end', async () => {
    const keeper = start(
      `syswrite(STDOUT, 'a'); syswrite(STDERR, 'b'); syswrite($o, 'c'); syswrite($e, 'd'); syswrite($channel, 'e'); _exit(7)`,
    );
    const told = frames(await buffer(keeper.stdout));
    // What was written before the answer comes before it, in any order.
    expect(told.slice(0, 4).sort()).toEqual([
      ['E', 'b'],
      ['O', 'a'],
      ['e', 'd'],
      ['o', 'c'],
    ]);
    expect(told.slice(4)).toEqual([
      ['A', 'e'],
      ['X', 'exit 7'],
    ]);
    expect(await keeper.ended).toBe(7);
  });

  it('tells output before the answer that was written behind it, each time', async () => {
    const keeper = start(`for my $i (1 .. 300) { syswrite(STDOUT, "o$i"); syswrite($channel, "a$i") }`);
    const seen = frames(await buffer(keeper.stdout));
    const told = { O: '', A: '' };
    for (const [letter, payload] of seen) {
      if (letter === 'O') told.O += payload;
      if (letter !== 'A') continue;
      told.A += payload;
      const answered = /a(\d+)$/.exec(told.A)?.[1] ?? '';
      expect(told.O).toContain(`o${answered}`);
    }
    expect(told.A).toMatch(/a300$/);
  });

  it('hands on everything that it is sent, and everything that it is answered, however much', async () => {
    const size = 5_000_000;
    const keeper = start(
      `my $n = 0; while ($n < ${size}) { $n += sysread($channel, my $d, 65536); syswrite($channel, $d) }`,
    );
    keeper.stdin.write(Buffer.alloc(size, 'x'));
    expect(frames(await buffer(keeper.stdout))).toEqual([
      ['A', 'x'.repeat(size)],
      ['X', 'exit 0'],
    ]);
  });

  it('tells a signal that ended the elaborator, and what it had written until then', async () => {
    const keeper = start(`syswrite($o, 'y' x 60000); kill('KILL', $$)`);
    expect(frames(await buffer(keeper.stdout))).toEqual([
      ['o', 'y'.repeat(60_000)],
      ['X', 'signal 9'],
    ]);
    expect(await keeper.ended).toBe(137);
  });

  it('does not wait for a child that keeps the outputs open', async () => {
    const keeper = start(`if (fork() == 0) { sleep(1000); _exit(0) } syswrite($o, 'z'); _exit(0)`);
    expect(await keeper.ended).toBe(0);
    keeper.stdout.destroy();
  });

  it('kills what was left running when it is asked to, passes on what that wrote, and then says so', async () => {
    const keeper = start(
      String.raw`pipe(my $from, my $to); for (1 .. 3) {
        if (fork() == 0) { if (fork() == 0) { syswrite(STDOUT, 'x'); syswrite($to, 'x'); sleep(1000) } _exit(0) }
        sysread($from, my $x, 1);
      }
      sysread($channel, my $key, 8); syswrite($channel, "$key:"); sysread($channel, my $head, 4);
      sysread($channel, my $body, 4); syswrite($channel, $body); 1 while wait() > 0; _exit(0)`,
    );
    keeper.stdin.write(Buffer.alloc(8, 0xff));
    const told: Buffer[] = [];
    while (!Buffer.concat(told).includes(':')) told.push(...((await once(keeper.stdout, 'data')) as [Buffer]));
    const request = Buffer.from([0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]);
    for (const byte of Buffer.concat([leftOversRequest, request])) keeper.stdin.write(Buffer.from([byte]));
    told.push(await buffer(keeper.stdout));
    expect(frames(Buffer.concat(told)).map(([letter, payload]) => letter + payload)).toEqual([
      'Oxxx',
      'A' + '\xff'.repeat(8) + ':',
      'Kkilled',
      'A' + '\xff'.repeat(4),
      'Xexit 0',
    ]);
  });

  it('tells how many processes the memory limit has killed, between two requests', async () => {
    const keeper = start(
      `my $n = 0; while ($n < 19) { $n += sysread($channel, my $d, 16); syswrite($channel, $d) } sleep(1000)`,
    );
    const request = (body: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, body.length]), Buffer.from(body)]);
    const [key, one, other] = [Buffer.alloc(8, 'k'), request('a'), request('bc')];
    keeper.stdin.write(Buffer.concat([key, one, oomKillsRequest, other]));
    const told = { A: '', M: '' };
    let said = Buffer.alloc(0);
    while (told.A.length < 19 || told.M === '') {
      said = Buffer.concat([said, (await once(keeper.stdout, 'data'))[0] as Buffer]);
      for (const letter of ['A', 'M'] as const)
        told[letter] = frames(said)
          .flatMap(([name, text]) => (name === letter ? [text] : []))
          .join('');
    }
    expect(told.A).toBe(Buffer.concat([key, one, other]).toString('latin1'));
    expect(told.M).toMatch(/^(?:oom-kills \d+|unknown)$/);
  });

  it('ends as soon as its own stdin ends', async () => {
    const keeper = start(`syswrite($channel, 'up'); sleep(1000)`);
    await once(keeper.stdout, 'data');
    keeper.stdin.end();
    expect(await keeper.ended).toBe(125);
  });

  it('ends also when more was sent than the elaborator reads', async () => {
    const keeper = start(`syswrite($channel, 'up'); sleep(1000)`);
    await once(keeper.stdout, 'data');
    keeper.stdin.end(Buffer.alloc(4 * 1024 * 1024));
    expect(await keeper.ended).toBe(125);
  });

  it('gives the elaborator a channel that cannot be opened by its path', async () => {
    const keeper = start(
      `my $path = "/proc/self/fd/$socket"; my $opened = open(my $f, '+<', $path); syswrite(STDOUT, $opened ? 'opened' : "$!");`,
    );
    expect(frames(await buffer(keeper.stdout))).toEqual([
      ['O', 'No such device or address'],
      ['X', 'exit 0'],
    ]);
  });
});
