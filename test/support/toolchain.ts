import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type Docker from 'dockerode';
import { kernelPrograms } from '../../src/image/image-content.ts';

const execute = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

/** The toolchain that the Docker tests run on. */
export interface TestToolchain {
  readonly dir: string;
  /** First line of `lean --version`. */
  readonly versionLine: string;
  /** Whether it plays recordings instead of being a Lean. */
  readonly isStandIn: boolean;
}

/**
 * The toolchain in LEAN_TOOLCHAIN_DIR, else the stand-in.
 *
 * @param standInDir where the stand-in is made anew
 */
export async function testToolchain(standInDir = path.join(root, '.cache', 'stand-in')): Promise<TestToolchain> {
  const given = process.env['LEAN_TOOLCHAIN_DIR'] ?? '';
  const dir = given === '' ? standInDir : path.resolve(given);
  if (given === '') await execute(process.execPath, [path.join(root, 'test/stand-in/make-toolchain.mjs'), dir]);
  const { stdout } = await execute(path.join(dir, 'bin', 'lean'), ['--version']);
  return { dir, versionLine: stdout.split('\n')[0] ?? '', isStandIn: given === '' };
}

/** Builds the sandbox image of a toolchain, with all its kernels, with the program itself, in place of the last one, and returns its tag. */
export async function buildTestImage(docker: Docker, { dir, versionLine }: TestToolchain): Promise<string> {
  const hash = createHash('sha256').update(`${dir} ${versionLine}`).digest('hex').slice(0, 12);
  const tag = `lean-docker-mcp:test-${hash}`;
  const main = path.join(root, 'dist', 'cli', 'main.js');
  const idOf = async (): Promise<string | undefined> =>
    (
      await docker
        .getImage(tag)
        .inspect()
        .catch(() => undefined)
    )?.Id;
  const before = await idOf();
  const kernels = Object.values(kernelPrograms).some((program) => existsSync(path.join(dir, program)));
  const build = [main, 'image', 'build', '--toolchain-dir', dir, '--tag', tag, ...(kernels ? ['--checkers'] : [])];
  try {
    await execute(process.execPath, build, { maxBuffer: Infinity });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(
      `The image for the tests could not be built (npm run build first?):\n${stdout ?? ''}${stderr ?? ''}`,
      {
        cause: error,
      },
    );
  }
  if (before !== undefined && before !== (await idOf()))
    await docker
      .getImage(before)
      .remove()
      .catch(() => undefined);
  return tag;
}
