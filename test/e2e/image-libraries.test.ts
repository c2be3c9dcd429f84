/* What may be imported by default: what the image has, besides the toolchain's own. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { dockerfileContext } from '../../src/image/build-context.ts';
import { runEngineBuild } from '../../src/image/engine-build.ts';
import { labelPrefix } from '../../src/sandbox/docker/labels.ts';
import { runCommand } from './support/command.ts';
import { engine } from './support/containers.ts';
import { connect, type TestServer } from './support/server.ts';

/** Modules of packages that nobody has, with the names of some that many have. */
const modules = ['Aesop', 'Batteries/Data/List', 'Madeup'];
const repository = `test-libraries-${randomUUID()}`;
const base = `${repository}:base`;
const image = `${repository}:image`;
/** The same, of which it is not known what it has. */
const unlabelled = `${repository}:unlabelled`;

/** Compiles them by the toolchain; the stand-in looks only whether there is a file. */
function compile(module: string): string {
  const file = `/opt/more/${module}.olean`;
  return `mkdir -p $(dirname ${file}) && (lean -o ${file} Module.lean || touch ${file})`;
}

beforeAll(async () => {
  const docker = await engine();
  const steps = ['cd /tmp', ': > Module.lean', ...modules.map(compile)].join(' && ');
  const made = `FROM ${inject('sandboxImage')}\nUSER 0\nRUN ${steps}\nENV LEAN_PATH=/opt/more\n`;
  await runEngineBuild(docker, { context: dockerfileContext(made), tag: base }, () => undefined);
  const build = ['image', 'build', '--toolchain-dir', inject('toolchainDir'), '--base', base, '--tag', image];
  expect(await runCommand(build)).toMatchObject({ exitCode: 0 });
  const { Config } = await docker.getImage(image).inspect();
  const toolchain = JSON.parse(Config.Labels[`${labelPrefix}toolchain`] ?? '{}') as object;
  const label = JSON.stringify(JSON.stringify({ ...toolchain, libraries: [] }));
  const relabelled = dockerfileContext(`FROM ${image}\nLABEL ${labelPrefix}toolchain=${label}\n`);
  await runEngineBuild(docker, { context: relabelled, tag: unlabelled }, () => undefined);
});
afterAll(async () => {
  const docker = await engine();
  for (const name of [unlabelled, image, base]) await docker.getImage(name).remove({ force: true });
});

const good = 'import Lean\nimport Aesop\nimport Batteries.Data.List\nimport Madeup\n#eval 1\n';
const serverOf = (name: string, settings = {}): Promise<TestServer> =>
  connect({ settings: { IMAGE: name, POOL_SIZE: '1', ...settings } });

/** What a refused import is told. */
async function refusalOf(server: TestServer, code: string): Promise<string> {
  const { outcome, error = '' } = await server.execute(code);
  expect(outcome).toBe('import-refused');
  return error;
}

describe('an image with packages beside the toolchain’s own', () => {
  it('lets code import them without any setting, and says so', async () => {
    await using server = await serverOf(image);
    expect(await server.execute(good)).toMatchObject({ status: 'success' });
    expect(await server.step(good)).toMatchObject({ status: 'success', step: 1 });
    const { contents } = await server.client.readResource({ uri: 'lean://installation' });
    const installation = JSON.parse((contents[0] as { text: string }).text) as Record<string, unknown>;
    const has = ['Aesop', 'Batteries', 'Init', 'Lean', 'Madeup', 'Std'];
    expect(installation).toMatchObject({
      libraries: expect.arrayContaining(has) as unknown,
      allowed_imports: expect.arrayContaining(has) as unknown,
      blocked_imports: [],
    });
  });

  it('refuses others, naming the setting and what there is', async () => {
    await using server = await serverOf(image);
    expect(await refusalOf(server, 'import Lean\nimport Nope.Data\n')).toMatch(
      /^Line 2: the import of Nope\.Data is not allowed: .*\(lean\.allowed_imports: auto\).* the image has, and that is Aesop, Batteries, Init, .*Lean, .*Madeup and Std\.$/,
    );
  });

  it('refuses what its operator blocked, naming that setting', async () => {
    await using server = await serverOf(image, { BLOCKED_IMPORTS: 'Aesop' });
    expect(await refusalOf(server, good)).toBe(
      'Line 2: the import of Aesop is blocked: lean.blocked_imports has Aesop.',
    );
    expect(await server.execute('import Batteries.Data.List\n#eval 1\n')).toMatchObject({ status: 'success' });
  });

  it('refuses what is not among those that its operator allowed, naming that setting and what there is', async () => {
    await using server = await serverOf(image, { ALLOWED_IMPORTS: 'Lean,Std' });
    expect(await refusalOf(server, good)).toMatch(
      /^Line 2: the import of Aesop is not allowed: lean\.allowed_imports has Lean and Std\. The image has Aesop, .*Std\.$/,
    );
  });
});

it('an image that does not say what it has is taken to have the toolchain’s own, and Mathlib', async () => {
  await using server = await serverOf(unlabelled);
  expect(await server.execute('import Lean\nimport Std\n#eval 1\n')).toMatchObject({ status: 'success' });
  // Lean knows whether it is there.
  expect(await server.execute('import Mathlib\n')).toMatchObject({ status: 'error', outcome: 'completed' });
  expect(await refusalOf(server, 'import Aesop\n')).toBe(
    'Line 1: the import of Aesop is not allowed: lean.allowed_imports is auto, and it is not known what the image has besides Init, Lean, Mathlib and Std.',
  );
});
