/* Packages in an image, as a person who types the commands sees them, and as a server uses them. */
import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { gitBase } from '../docker/support/git-base.ts';
import { writeTree } from '../support/file-tree.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './support/command.ts';
import { engine } from './support/containers.ts';
import { connect } from './support/server.ts';

const base = await gitBase(await engine());
const unlessTried = base === undefined ? " (not tried: Debian's packages cannot be had)" : '';
const image = `test-packages-${randomUUID()}:image`;
afterAll(async () => {
  await (
    await engine()
  )
    .getImage(image)
    .remove({ force: true })
    .catch(() => undefined);
});

describe.skipIf(base === undefined)(`image build --with ./folder${unlessTried}`, () => {
  it('makes an image that is listed with the package, and in which a server imports it without any setting', async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, {
      'lakefile.toml': 'name = "own-project"\ndefaultTargets = ["OwnProject"]\n\n[[lean_lib]]\nname = "OwnProject"\n',
      'OwnProject.lean': 'def OwnProject.value : Nat := 1\n',
    });
    const where = ['--toolchain-dir', inject('toolchainDir'), '--base', base ?? '', '--tag', image];
    const built = await runCommand(['image', 'build', '--with', './', ...where], { cwd: folder.path });
    expect(built).toMatchObject({ exitCode: 0 });
    expect(built.stderr).toMatch(/\nCompiling the packages\n/);
    expect(built.stderr).toMatch(
      /\nwith own-project \(a folder\) {2}\S+ \S+\nIts sandboxes get \S+ \S+ of memory\.\n\d+ declarations can be found in its libraries\.\n$/,
    );
    const listed = await runCommand(['image', 'list']);
    expect(listed.stdout).toMatch(new RegExp(`^${image} .*\\n {2}with own-project \\(a folder\\) `, 'm'));
    const asJson = JSON.parse((await runCommand(['image', 'list', '--json'])).stdout) as readonly { names: string[] }[];
    expect(asJson.find(({ names }) => names.includes(image))).toMatchObject({
      packages: [{ name: 'own-project', requested: true }],
    });
    await using server = await connect({ settings: { IMAGE: image, POOL_SIZE: '1' } });
    expect(await server.execute('import OwnProject\n#eval 1\n')).toMatchObject({ status: 'success' });
  });
});

describe('image build', () => {
  it.each([
    [['--with', 'nothing at all'], /"nothing at all".* cannot be used: it names no package/],
    [['--with', './not-there'], /not-there is no Lake project that can be built: /],
    [['--compile'], /--compile is of use only together with --with/],
    [['--network', 'host'], /--network is of use only together with --with/],
  ])('refuses %j, and says what to write', async (args, message) => {
    const { exitCode, stderr } = await runCommand(['image', 'build', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});
