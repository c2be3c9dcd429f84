import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../core/app-error.ts';
import type { SandboxId } from '../core/ids.ts';
import type { Sandbox, SandboxDriver, SandboxExit, SandboxSpec } from '../sandbox/sandbox.ts';
import { someJail } from '../../test/fakes/jail.ts';
import { probeToolchain } from './probe-toolchain.ts';

interface Reply {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

/** How an imagined Lean behaves; what is not said works as in a good one. */
interface FakeLean {
  readonly version?: Reply;
  readonly githash?: string;
  readonly libraries?: string;
  /** Why the image lacks something, as its files say. */
  readonly missing?: { readonly elaborator?: string; readonly verifier?: string };
  /** Arguments with which the language server ends at once. */
  readonly brokenServers?: readonly string[];
  /** The message that the server gives for every text. */
  readonly answer?: string;
  readonly program?: Reply;
  /** What the making of a sandbox fails with. */
  readonly startError?: AppError;
}

const goodVersion = { stdout: 'Lean (version 4.27.0, commit 0123456789ab, Release)\n' };

/** A driver whose sandboxes all hold an imagined Lean. */
function fakeDriver(lean: FakeLean): SandboxDriver & { readonly specs: SandboxSpec[]; readonly running: () => number } {
  const specs: SandboxSpec[] = [];
  let running = 0;
  return {
    specs,
    running: () => running,
    start: (spec) => {
      specs.push(spec);
      if (lean.startError !== undefined) return Promise.reject(lean.startError);
      running += 1;
      return Promise.resolve(
        new FakeSandbox(spec.command, lean, () => {
          running -= 1;
        }),
      );
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

class FakeSandbox implements Sandbox {
  readonly id = 'fake' as SandboxId;
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly exited: Promise<SandboxExit>;
  readonly disconnected: Promise<void>;
  readonly outOfMemory = false;
  readonly memoryUsage = (): Promise<undefined> => Promise.resolve(undefined);
  readonly #onDispose: () => void;
  #exit: (exit: SandboxExit) => void = () => undefined;

  constructor(command: readonly string[], lean: FakeLean, onDispose: () => void) {
    this.#onDispose = onDispose;
    this.exited = new Promise((resolve) => {
      this.#exit = resolve;
    });
    this.disconnected = this.exited.then(() => undefined);
    // A keeper, where there is one, is told what to keep behind its script.
    const [kept, ...keptCommand] = command[0] === '/usr/bin/perl' ? command.slice(3) : [];
    const [program = '', ...args] = kept === 'server' ? keptCommand : command;
    if (program === '/bin/sh') {
      const libraries = lean.libraries ?? 'Init.olean\nStd.olean\n';
      const { elaborator = 'it has no compiler\n', verifier = 'it does not compile\n' } = lean.missing ?? {};
      this.#reply({ stdout: [libraries, elaborator, verifier].join('\0') });
    } else if (kept === 'program') this.#program(lean.program);
    else if (args.includes('--version')) this.#reply(lean.version ?? goodVersion);
    else if (args.includes('--githash')) this.#reply({ stdout: lean.githash ?? '' });
    else if (lean.brokenServers?.includes(args.join(' ')) === true)
      this.#reply({ stderr: 'unknown option', exitCode: 1 });
    else this.#serve(args.includes('--server'), lean.answer ?? '1');
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#onDispose();
    this.#end(137);
    return Promise.resolve();
  }

  #reply({ stdout = '', stderr = '', exitCode = 0 }: Reply): void {
    this.stdout.write(stdout);
    this.stderr.write(stderr);
    this.#end(exitCode);
  }

  #end(exitCode: number): void {
    this.stdout.end();
    this.stderr.end();
    this.#exit({ exitCode, outOfMemory: false });
  }

  /** The program prints the marker that its source asks for, and then its output. */
  #program(reply: Reply = { stdout: 'Hello\n' }): void {
    let input = '';
    this.stdin.on('data', (bytes: Buffer) => {
      input += bytes.toString('utf8');
      const marker = /#print "(\w+)"/.exec(input)?.[1];
      if (marker !== undefined) this.#reply({ ...reply, stdout: `${marker}\n${reply.stdout ?? ''}` });
    });
  }

  #serve(answersInitialize: boolean, answer: string): void {
    let input = '';
    this.stdin.on('end', () => {
      this.#end(0);
    });
    this.stdin.on('data', (bytes: Buffer) => {
      input += bytes.toString('utf8');
      for (let frame = takeFrame(input); frame !== undefined; frame = takeFrame(input)) {
        input = frame.rest;
        const { method, id, params } = JSON.parse(frame.body) as {
          method: string;
          id?: string;
          params: { uri: string };
        };
        if (method === 'initialize' && answersInitialize) this.#send({ id, result: { capabilities: {} } });
        if (method !== 'textDocument/waitForDiagnostics') continue;
        const start = { line: 0, character: 0 };
        const diagnostics = [{ range: { start, end: start }, severity: 3, message: answer }];
        this.#send({ method: 'textDocument/publishDiagnostics', params: { uri: params.uri, version: 1, diagnostics } });
        this.#send({ id, result: {} });
      }
    });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }
}

function takeFrame(input: string): { body: string; rest: string } | undefined {
  const header = /^Content-Length: (\d+)\r\n\r\n/.exec(input);
  const start = header?.[0].length ?? 0;
  const end = start + Number(header?.[1]);
  return header === null || input.length < end ? undefined : { body: input.slice(start, end), rest: input.slice(end) };
}

function probe(lean: FakeLean, options: { driver?: SandboxDriver; signal?: AbortSignal } = {}) {
  return probeToolchain({
    driver: options.driver ?? fakeDriver(lean),
    untried: { image: 'an-image', jail: someJail },
    answerLimitMs: 60_000,
    onStep: () => undefined,
    signal: options.signal,
  });
}

describe('probeToolchain', () => {
  it('describes a new Lean', async () => {
    const toolchain = await probe({
      githash: '0123456789abcdef0123456789abcdef01234567\n',
      libraries: 'Init.olean\nLean.olean\nInit.olean\nInit/\nMathlib.olean\nBatteries/\nnot a name/\n',
    });
    expect(toolchain).toEqual({
      version: '4.27.0',
      githash: '0123456789abcdef0123456789abcdef01234567',
      versionLine: 'Lean (version 4.27.0, commit 0123456789ab, Release)',
      worker: true,
      serverOptions: ['server.reportDelayMs'],
      libraries: ['Batteries', 'Init', 'Lean', 'Mathlib'],
      elaborator: { kind: 'none', reason: 'it has no compiler' },
      verifier: { kind: 'none', reason: 'it does not compile' },
    });
  });

  it('keeps apart why one thing is missing and why another is, whatever a compiler has said', async () => {
    const elaborator = 'it does not compile:\n-----\n--\nnot found\n';
    expect(await probe({ missing: { elaborator, verifier: 'it has none\n' } })).toMatchObject({
      elaborator: { kind: 'none', reason: elaborator.trim() },
      verifier: { kind: 'none', reason: 'it has none' },
    });
  });

  it('describes an old Lean, whose server takes no options', async () => {
    expect(await probe({ brokenServers: ['--worker -Dserver.reportDelayMs=0'] })).toMatchObject({
      worker: true,
      githash: '0123456789ab',
      serverOptions: [],
    });
  });

  it('falls back to the server that starts workers, and tries its options', async () => {
    const broken = ['--worker', '--worker -Dserver.reportDelayMs=0'];
    expect(await probe({ brokenServers: broken })).toMatchObject({
      worker: false,
      serverOptions: ['server.reportDelayMs'],
    });
  });

  it('runs everything in the jail, and leaves nothing running', async () => {
    const driver = fakeDriver({});
    await probe({}, { driver });
    expect(driver.running()).toBe(0);
    expect(driver.specs.length).toBeGreaterThan(5);
    for (const spec of driver.specs) expect(spec).toMatchObject({ image: 'an-image', jail: someJail });
  });

  it('names a library that the base image lacks', async () => {
    const stderr =
      'lean: error while loading shared libraries: libgmp.so.10: cannot open shared object file: No such file\n';
    await expect(probe({ version: { stderr, exitCode: 127 } })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/Lean does not start in the image.*exit code 127:\n.*libgmp\.so\.10/s) as string,
      hint: expect.stringContaining('The base image lacks libgmp.so.10') as string,
    });
  });

  it('refuses what does not say a version', async () => {
    await expect(probe({ version: { stdout: 'Hi \u001b[31m\n' } })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining('Hi \\x1b[31m') as string,
    });
  });

  it('says why no server answers', async () => {
    await expect(probe({ brokenServers: ['--worker', '--server'] })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(
        /language server gives no usable answer: .*exit code 1.*unknown option/s,
      ) as string,
    });
  });

  it('refuses a server that answers something else', async () => {
    await expect(probe({ answer: 'unknown package Init' })).rejects.toMatchObject({
      message: expect.stringContaining('it answered ["unknown package Init"]') as string,
    });
  });

  it('says why a program does not run', async () => {
    const program = { stderr: 'exec: /opt/lean/bin/lean: not found\n', exitCode: 127 };
    await expect(probe({ program })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/A program does not run.*exit code 127.*not found/s) as string,
      hint: expect.stringContaining('/usr/bin/perl') as string,
    });
  });

  it('blames the image when the engine cannot start a program of it, and the engine when there is none', async () => {
    const failed = new AppError('engine-failed', 'exec: "/usr/bin/perl": no such file or directory');
    await expect(probe({ startError: failed })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining('/usr/bin/perl') as string,
    });
    const unreachable = new AppError('engine-unreachable', 'No Docker engine answers.');
    await expect(probe({ startError: unreachable })).rejects.toBe(unreachable);
  });

  it('stops with the reason of the signal', async () => {
    const reason = new Error('enough');
    await expect(probe({ answer: '2' }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
