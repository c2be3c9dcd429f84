/* The ways in which code is ended: each is told for what it is, with what was known by then, and leaves no container. */
import { describe, expect, inject, it } from 'vitest';
import { expectNoContainers, runningContainer } from './support/containers.ts';
import { programText } from './support/programs.ts';
import { connect, type TestServer } from './support/server.ts';
import { sharedServer } from './support/shared-server.ts';
import type { StructuredResult } from './support/structured-result.ts';

// Little memory and little output, so that their limits are reached soon.
const server = sharedServer({ settings: { MEMORY_LIMIT: '384m', MAX_OUTPUT: '1m', OUTPUT_LIMIT: '1k' } });

/** What comes of code that does not end, with as much time as this machine needs until the code has shown something. */
async function stoppedAfterShowing(code: string): Promise<{ result: StructuredResult; timeout: number }> {
  for (const timeout of [4, 16, 64]) {
    const result = await server().execute({ code, timeout });
    expect(result).toMatchObject({ status: 'error', outcome: 'timed-out' });
    if (result.diagnostics !== undefined || result.stdout !== undefined) return { result, timeout };
  }
  throw new Error('it showed nothing');
}

describe.concurrent('a time limit', () => {
  it('ends an elaboration that does not, with the messages so far', async () => {
    const { result, timeout } = await stoppedAfterShowing(`#eval 1\n\n${programText('eval-spin')}`);
    expect(result.error).toMatch(new RegExp(`time limit of ${timeout} s.*timeout \\(at most 300 s\\)`));
    expect(result).toHaveDiagnostics({ severity: 'information', line: 1, message: '1' });
    expect(result.timings_ms.elaborate).toBeGreaterThan(timeout * 1000 - 200);
  });

  it.each(['main-spin', 'main-sleep'])('ends a program that does not (%s), with its output so far', async (name) => {
    const { result } = await stoppedAfterShowing(programText(name));
    expect(result.stdout).toBe('started\n');
    expect(result.exit_code).toBeUndefined();
  });

  it('may be a fraction of a second', async () => {
    const result = await server().execute({ code: programText('eval-spin'), timeout: 0.05 });
    expect(result).toMatchObject({ outcome: 'timed-out', error: expect.stringContaining('0.05 s') as unknown });
  });

  it('counts where the call names none', async () => {
    await using hasty = await connect({ settings: { TIMEOUT: '2', MAX_TIMEOUT: '2' } });
    const result = await hasty.execute(programText('eval-spin'));
    expect(result).toMatchObject({
      outcome: 'timed-out',
      error: expect.stringMatching(/limit of 2 s.*split it/) as unknown,
    });
  });
});

describe.concurrent('a memory limit', () => {
  it.each([
    ['an elaboration', 'eval-allocate'],
    ['a program', 'main-allocate'],
  ])('ends %s that uses more, and is told from a crash', async (_, name) => {
    const result = await server().execute({ code: programText(name), timeout: 120 });
    expect(result).toMatchObject({ status: 'error', outcome: 'out-of-memory' });
    expect(result.error).toMatch(/384 MiB of memory.*docker\.memory_limit/);
    expect(result.exit_code).toBeUndefined();
  });

  it('keeps the messages from before', async () => {
    const result = await server().execute({ code: `#eval 1\n\n${programText('eval-allocate')}`, timeout: 120 });
    expect(result.outcome).toBe('out-of-memory');
    expect(result).toHaveDiagnostics({ severity: 'information', line: 1, message: '1' });
  });

  it('that strikes only a child of the program is told too', async () => {
    // A shell variable of 1 GiB; the shell is killed, and the program that started it goes on.
    const args = ['v=$(head -c 1000000000 /dev/zero | tr "\\\\0" x); echo done; exit 0'];
    const result = await server().execute({ code: programText('main-shell'), args, timeout: 120 });
    expect(result).toMatchObject({ status: 'error', outcome: 'out-of-memory' });
  });
});

describe.concurrent('an output limit', () => {
  it.each([
    ['main-flood', 'stdout'],
    ['main-flood-stderr', 'stderr'],
  ] as const)('ends %s, and both ends of %s are kept', async (name, stream) => {
    const result = await server().execute({ code: programText(name), timeout: 120 });
    expect(result).toMatchObject({ status: 'error', outcome: 'output-limit' });
    expect(result.error).toContain('1 MiB');
    expect(result[stream]).toMatch(/^one more line of many\n[^]* left out [^]*$/);
    expect(result[stream]?.length).toBeLessThan(2048);
    expect(result.truncated?.[`${stream}_bytes`]).toBeGreaterThan(1_000_000);
  });
});

describe.concurrent('a crash', () => {
  it.each([
    ['eval-exit', 'exit code 3'],
    ['eval-exit-zero', 'exit code 0'],
  ])('%s is no verdict', async (name, how) => {
    const result = await server().execute(`#eval 1\n\n${programText(name)}`);
    expect(result).toMatchObject({ status: 'error', outcome: 'crashed' });
    expect(result.error).toMatch(/not known whether Lean would accept/);
    expect(result.error).toContain(how);
  });

  it.each([
    ['an elaboration', 'eval-spin', 'lean'],
    ['a program', 'main-spin', 'program'],
  ] as const)('is the end of %s whose container is killed', async (_, name, purpose) => {
    // Sandboxes that are made ahead could be killed in its place.
    await using own = await connect({ settings: { POOL_ENABLED: 'false' } });
    const call = own.execute(programText(name));
    await (await runningContainer(own.pid, purpose)).kill();
    expect(await call).toMatchObject({ status: 'error', outcome: 'crashed' });
    expect(await own.execute('#eval 1')).toMatchObject({ status: 'success' });
  });

  it('is not what a program does that ends with any code of its own', async () => {
    const args = ['kill -9 $$'];
    const result = await server().execute({ code: programText('main-shell'), args });
    expect(result).toMatchObject({ status: 'error', outcome: 'completed' });
  });
});

describe.concurrent('output that looks like protocol', () => {
  it('does not hide what Lean says', async () => {
    const code = `${programText('eval-broken-frame')}\ndef bad : Nat := "x"\n`;
    const result = await server().execute(code);
    expect(result.status).toBe('error');
    if (result.outcome === 'completed') {
      expect(result.diagnostics?.at(-1)).toMatchObject({ severity: 'error', line: 8, column: 17 });
      expect(result.stdout).toContain('{nonsense');
    } else {
      expect(result.outcome).toBe('crashed');
    }
  });

  // The stand-in knows no such programs.
  it
    .skipIf(inject('isStandIn'))
    .each([
      'Content-Len',
      'Content-Length: 999999999\\r\\n\\r\\n',
      'Content-Length: 300\\r\\n\\r\\n',
      'Content-Length: 5\\r\\n\\r\\nnull ',
      'Content-Length: -5\\r\\n\\r\\nnull ',
      'Content-Length: 2\\r\\n\\r\\n{}',
      'Content-Length: 17\\r\\n\\r\\n{\\042jsonrpc\\042:2.0}',
    ])('makes no rejected text a success: %j', async (bytes) => {
    const raw = programText('eval-broken-frame').replace(/#\["[^\]]*"\]/, `#["${bytes}"]`);
    expect(raw).toContain(bytes);
    const result = await server().execute(`${raw}\ndef bad : Nat := "x"\n`);
    expect(result.status).toBe('error');
    expect(['completed', 'crashed', 'output-limit']).toContain(result.outcome);
  });

  it('leaves the next call unharmed', async () => {
    await server().execute(programText('eval-broken-frame'));
    expect(await server().execute('#eval 1')).toHaveDiagnostics({ severity: 'information', message: '1' });
  });
});

describe.concurrent('cancelling', () => {
  async function cancelWhenRunning(own: TestServer, code: string, purpose: 'lean' | 'program'): Promise<void> {
    const controller = new AbortController();
    const call = own.call('execute-lean', { code }, { signal: controller.signal });
    const failed = expect(call).rejects.toThrow('enough');
    await runningContainer(own.pid, purpose);
    controller.abort(new Error('enough'));
    await failed;
    await expectNoContainers(own.pid);
  }

  it.each([
    ['an elaboration', 'eval-spin', 'lean'],
    ['a program', 'main-spin', 'program'],
    ['a program', 'main-sleep', 'program'],
  ] as const)('%s (%s) removes its container, and the server goes on', async (_, name, purpose) => {
    // Sandboxes that are made ahead would not go.
    await using own = await connect({ settings: { POOL_ENABLED: 'false' } });
    await cancelWhenRunning(own, programText(name), purpose);
    expect(await own.execute('#eval 1')).toMatchObject({ status: 'success' });
  });

  it('at once leaves nothing behind', async () => {
    await using own = await connect({ settings: { POOL_ENABLED: 'false' } });
    for (const pause of [0, 20, 100, 300]) {
      const controller = new AbortController();
      const call = own.call('execute-lean', { code: programText('main-sleep') }, { signal: controller.signal });
      setTimeout(() => {
        controller.abort(new Error('enough'));
      }, pause);
      await expect(call).rejects.toThrow('enough');
    }
    await expectNoContainers(own.pid);
    expect(await own.execute('#eval 1')).toMatchObject({ status: 'success' });
  });
});
