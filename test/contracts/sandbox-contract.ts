import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import type { Sandbox, SandboxDriver } from '../../src/sandbox/sandbox.ts';

/** A driver to be tried out, with programs of a common Linux in its sandboxes. */
export interface TriedDriver {
  readonly start: (command: readonly string[], signal?: AbortSignal) => ReturnType<SandboxDriver['start']>;
}

/** What every driver of sandboxes keeps to, whatever jails them. @param driver is asked for when a test begins */
export function describeSandboxes(name: string, driver: () => TriedDriver): void {
  const shell = (script: string): Promise<Sandbox> => driver().start(['/bin/sh', '-c', script]);

  describe(`the process in ${name}`, () => {
    it('gets its arguments as they are', async () => {
      const words = ['two words', '$(id)', '"', "'", '', '∀\n'];
      await using sandbox = await driver().start(['/usr/bin/printf', '[%s]', ...words]);
      expect(await text(sandbox.stdout)).toBe(words.map((word) => `[${word}]`).join(''));
    });

    it('has stdin, stdout and stderr of its own, for bytes of any kind and number', async () => {
      await using sandbox = await shell('cat > both; cat both; cat both >&2');
      const sent = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7) % 256));
      sandbox.stdin.end(sent);
      const [stdout, stderr] = await Promise.all([buffer(sandbox.stdout), buffer(sandbox.stderr)]);
      expect([stdout.equals(sent), stderr.equals(sent)]).toEqual([true, true]);
    });

    it.each([0, 1, 42, 255])('ends with its exit code: %i', async (code) => {
      await using sandbox = await shell(`exit ${code}`);
      const [stdout, stderr, exit] = await Promise.all([text(sandbox.stdout), text(sandbox.stderr), sandbox.exited]);
      expect([stdout, stderr]).toEqual(['', '']);
      expect(exit).toMatchObject({ exitCode: code, outOfMemory: false });
    });

    it('can end when its stdin ends', async () => {
      await using sandbox = await shell('cat; exit 5');
      sandbox.stdout.resume();
      sandbox.stderr.resume();
      sandbox.stdin.end();
      expect(await sandbox.exited).toMatchObject({ exitCode: 5, outOfMemory: false });
      await sandbox.disconnected;
    });

    it('survives input that it does not read', async () => {
      await using sandbox = await shell('exec 0<&-; sleep 0.2; exit 3');
      sandbox.stdout.resume();
      sandbox.stderr.resume();
      for (let writes = 0; writes < 50; writes += 1) sandbox.stdin.write(Buffer.alloc(100_000));
      expect((await sandbox.exited).exitCode).toBe(3);
    });

    it('is killed when that is disposed, whatever it does, and with all that it has started; twice does no harm', async () => {
      const sandbox = await shell('trap "" TERM INT; sleep 1000 & while :; do :; done');
      await sandbox[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
      expect((await sandbox.exited).exitCode).not.toBe(0);
      // It has what its children have: their streams end too.
      expect(await text(sandbox.stdout)).toBe('');
    });

    it('is not started for who has given up by then', async () => {
      const reason = new Error('no longer wanted');
      const signal = AbortSignal.abort(reason);
      await expect(driver().start(['/bin/cat'], signal)).rejects.toBe(reason);
    });
  });
}
