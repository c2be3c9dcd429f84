/*
 * Kernels that are not Lean's own. No toolchain of today's tests brings one, so these are scripts that behave as kernels are
 * known to: they accept, refuse, panic, hang, accept whatever they are given.
 */
import { randomUUID } from 'node:crypto';
import { cp, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { shared } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { engine } from './support/containers.ts';
import { connect } from './support/server.ts';

const statement = 'theorem t : 1 = 1 := sorry\n';
const proof = 'theorem t : 1 = 1 := rfl\n';

/** Reads all of its input, and decides by what stands in it. */
const nanoda = `#!/bin/sh
export=$(cat)
case $export in
  *forged*) echo 'not a theorem of mine' >&2; exit 101 ;;
  *disputed*) echo 'a type is not what it should be' >&2; exit 101 ;;
  *endless*) exec sleep 1000 ;;
  *fatal*) kill -SEGV $$ ;;
esac
`;
const acceptsAll = '#!/bin/sh\nexec cat\n';

/** The toolchain of the tests with these kernels, and an image with it. */
async function imageWith(
  kernels: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly name: string; readonly said: string }> {
  await using folder = await temporaryFolder();
  const dir = path.join(folder.path, 'toolchain');
  await cp(inject('toolchainDir'), dir, { recursive: true });
  for (const [name, script] of Object.entries(kernels))
    await writeFile(path.join(dir, 'bin', name), script, { mode: 0o755 });
  const name = `other-kernels-test:${randomUUID()}`;
  const built = await runCommand(['image', 'build', '--toolchain-dir', dir, '--checkers', '--tag', name, '--no-list']);
  if (built.exitCode !== 0) throw new Error(built.stderr);
  return {
    name,
    said: built.stderr,
    [Symbol.asyncDispose]: async () => {
      await (await engine()).getImage(name).remove();
    },
  };
}

describe.runIf(inject('isStandIn'))('other kernels', () => {
  const image = shared(() => imageWith({ nanoda_bin: nanoda, 'con-ron': acceptsAll }));
  const verify = async (submission: string, more: Readonly<Record<string, unknown>> = {}) => {
    await using server = await connect({ settings: { IMAGE: image().name } });
    const stated = submission.replaceAll('rfl', 'sorry');
    const { structuredContent } = await server.call('verify-lean', {
      statement: stated,
      submission,
      kernels: 'all',
      ...more,
    });
    return (structuredContent as { results: Record<string, unknown>[] }).results[0];
  };

  it('are tried when the image is built: one that accepts everything is none', async () => {
    expect(image().said).toContain('Kernels besides Lean’s: nanoda, not con-ron (it does not pass its test');
    const listed = await runCommand(['image', 'list']);
    expect(listed.stdout).toContain('other kernels: nanoda');
  });

  it('are asked behind Lean’s, and what they say is in the result and in the receipt', async () => {
    const result = await verify(proof);
    expect(result).toMatchObject({
      verdict: 'verified',
      kernels: { nanoda: expect.stringMatching(/^accepts in \d+ ms$/) as unknown },
      receipt: { kernels: ['nanoda'] },
    });
    expect(await verify(proof, { kernels: 'lean' })).not.toHaveProperty('kernels');
  });

  it.each([
    [
      'refuses',
      'disputed',
      'Lean’s kernel accepts it, and nanoda does not (exit code 101): a type is not what it should be',
    ],
    ['panics', 'fatal', 'Lean’s kernel accepts it, and nanoda does not (exit code 13'],
  ])('nothing is verified that one %s', async (_, name, message) => {
    expect(await verify(`theorem ${name} : 1 = 1 := rfl\n`)).toMatchObject({
      verdict: 'undecided',
      reason: 'kernels-disagree',
      message: expect.stringContaining(message) as unknown,
      kernels: { nanoda: expect.stringContaining('does not accept') as unknown },
    });
  });

  it('one that comes to no end says nothing', async () => {
    expect(await verify('theorem endless : 1 = 1 := rfl\n', { timeout: 5 })).toMatchObject({
      verdict: 'undecided',
      reason: 'time-limit',
      message: 'The judge with the kernel nanoda took longer than 5 s.',
    });
  });

  it('what Lean’s kernel does not accept is not shown to others', async () => {
    const result = await verify(statement);
    expect(result).toMatchObject({ verdict: 'not-verified', reason: 'axiom-not-allowed' });
    expect(result).not.toHaveProperty('kernels');
  });

  it('are asked by the command, and again by its receipts', async () => {
    await using folder = await temporaryFolder();
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(path.join(folder.path, name), text);
      return path.join(folder.path, name);
    };
    const files = [await file('statement.lean', statement), await file('proof.lean', proof)];
    const run = (...args: string[]) => runCommand(['verify', ...args], { settings: { IMAGE: image().name } });
    const verified = await run(...files, '--kernels', 'all', '--json');
    expect(verified.exitCode).toBe(0);
    const receipt = await file('receipt.json', verified.stdout);
    const again = await run('--receipt', receipt, ...files);
    expect([again.exitCode, again.stdout]).toEqual([
      0,
      expect.stringContaining('verified again, with the same result'),
    ]);
    const disputed = 'theorem disputed : 1 = 1 := ';
    const both = [await file('s.lean', `${disputed}sorry\n`), await file('p.lean', `${disputed}rfl\n`)];
    expect(await run(...both, '--kernels', 'all')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('undecided (kernels-disagree)') as unknown,
    });
  });
});

it.runIf(inject('isStandIn'))('an image without other kernels says how to get them', async () => {
  await using server = await connect();
  const refusal = await server.refusal('verify-lean', { statement, submission: proof, kernels: 'all' });
  expect(refusal).toContain('no kernel that could be asked besides Lean’s own (it was built without any)');
  expect(refusal).toContain('image build --checkers');
});

it.runIf(inject('isStandIn'))('a toolchain that brings none is refused where some are wanted', async () => {
  const dir = inject('toolchainDir');
  const refused = await runCommand([
    'image',
    'build',
    '--toolchain-dir',
    dir,
    '--checkers',
    '--tag',
    'other-kernels-test:none',
  ]);
  expect(refused.exitCode).not.toBe(0);
  expect(refused.stderr).toContain('brings no kernel besides Lean’s own: none of bin/nanoda');
});
