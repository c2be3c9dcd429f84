/*
 * Packages in images: resolved, compiled and collected by the toolchain's own `lake` (or the stand-in of it) from servers on
 * this machine, which the builder reaches by the network of the engine's machine.
 */
import { randomUUID } from 'node:crypto';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { BuildProgress } from '../../src/image/build-progress.ts';
import { buildSandboxImage, type BuiltImage, type ImageBuildOptions } from '../../src/image/build-sandbox-image.ts';
import { builderName } from '../../src/image/packages/builder-container.ts';
import {
  PackageBuilder,
  volumeOf,
  type PackageBuilderOptions,
  type PackagesWish,
} from '../../src/image/packages/package-builder.ts';
import { readImage } from '../../src/image/read-image.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { someJail } from '../fakes/jail.ts';
import { writeTree } from '../support/file-tree.ts';
import { startGitServer, type GitServer } from '../support/git-server.ts';
import { publishPackages, requires, type PublishedPackages } from '../support/lake-packages.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { gitBase } from './support/git-base.ts';
import { shellInImage } from './support/shell-in-image.ts';

const docker: Docker = await connectEngine(process.env);
const base = await gitBase(docker);
const unlessTried = base === undefined ? " (not tried: Debian's packages cannot be had)" : '';
const leanVersion = /version (\d+\.\d+\.\d+[^,\s]*)/.exec(inject('toolchainVersion'))?.[1] ?? '';
const tag = `v${leanVersion}`;
const repository = `packages-test-${randomUUID()}`;
const tags = new Set<string>();
const volumes = new Set<string>();

let server: GitServer;
let published: PublishedPackages;
beforeAll(async () => {
  server = await startGitServer();
  published = await publishPackages(server, leanVersion);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const name of tags)
    await docker
      .getImage(name)
      .remove({ force: true })
      .catch(() => undefined);
  for (const name of volumes)
    await docker
      .getVolume(name)
      .remove()
      .catch(() => undefined);
  const left = await docker.listContainers({ all: true, filters: { name: [builderName] } });
  expect(left).toEqual([]);
});

const at = (name: string, revision = ''): string => `${server.url}/${name}.git${revision && `@${revision}`}`;

interface Attempt {
  readonly wish: PackagesWish;
  readonly tag: string;
  readonly progress: BuildProgress[];
  readonly run: (signal?: AbortSignal, onStep?: (step: BuildProgress) => void) => Promise<BuiltImage>;
}

/** A build of packages that can be tried more than once. */
function attempt(
  packages: readonly string[],
  more: Partial<Omit<PackagesWish, 'packages'>> = {},
  options: Partial<ImageBuildOptions> = {},
): Attempt {
  const wish = { packages, network: 'host', mathlibUrl: at('mathlib4'), ...more };
  const name = `${repository}:${randomUUID()}`;
  tags.add(name);
  volumes.add(volumeOf({ wish, base: base ?? '' }));
  const progress: BuildProgress[] = [];
  const run = (signal?: AbortSignal, onStep: (step: BuildProgress) => void = () => undefined): Promise<BuiltImage> =>
    buildSandboxImage(
      docker,
      {
        base: base ?? '',
        jail: someJail,
        env: { MATHLIB_CACHE_GET_URL: `${server.url}/cache` },
        homeDir: '/nonexistent',
        toolchainDir: inject('toolchainDir'),
        tag: name,
        packages: wish,
        ...options,
      },
      (step) => {
        progress.push(step);
        onStep(step);
      },
      signal,
    );
  return { wish, tag: name, progress, run };
}

const shell = (image: string, command: string): Promise<string> => shellInImage(docker, image, command, '0:0');

async function volumeExists(wish: PackagesWish): Promise<boolean> {
  const found = await docker
    .getVolume(volumeOf({ wish, base: base ?? '' }))
    .inspect()
    .catch(() => undefined);
  return found !== undefined;
}

/** The failure of a build that leaves no image behind. */
async function failureOf({ run, tag: name }: Attempt): Promise<{ code: string; message: string; hint: string }> {
  const failure: unknown = await run().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(await readImage(docker, name)).toBeUndefined();
  const { code, message, hint } = failure as { code: string; message: string; hint: string };
  return { code, message, hint };
}

describe.skipIf(base === undefined)(`an image with packages${unlessTried}`, () => {
  let image: BuiltImage;
  let tried: Attempt;
  beforeAll(async () => {
    tried = attempt([at('tower')]);
    image = await tried.run();
  });

  it('says which they are, at which revisions, and what they have brought', () => {
    const { ground, middle, tower } = published.commits;
    const size = expect.any(Number) as number;
    expect(image.packages?.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
      { name: 'ground', url: at('ground'), revision: ground, wanted: 'main', requested: false, size },
      { name: 'middle', url: at('middle'), revision: middle, wanted: tag, requested: false, size },
      { name: 'tower', url: at('tower'), revision: tower, wanted: tag, requested: true, size },
    ]);
    for (const { size: bytes } of image.packages ?? []) expect(bytes).toBeGreaterThan(1000);
  });

  it('can import them, and has measured how much memory that takes', () => {
    expect(image.toolchain.libraries).toEqual(expect.arrayContaining(['Ground', 'Init', 'Middle', 'Tower']));
    expect(image.memoryHint).toBeGreaterThan(512 * 1024 ** 2);
  });

  it('has modules that nobody has imported, too', async () => {
    expect(await shell(image.id, 'find /opt/packages -name "*.olean" | sort')).toBe(
      [
        '/opt/packages/ground/lib/lean/Ground.olean',
        '/opt/packages/ground/lib/lean/Ground/Basic.olean',
        '/opt/packages/ground/lib/lean/Ground/More.olean',
        '/opt/packages/middle/lib/lean/Middle.olean',
        '/opt/packages/tower/lib/lean/Tower.olean',
        '/opt/packages/tower/lib/lean/Tower/Top.olean',
      ].join('\n'),
    );
  });

  it('holds compiled modules and nothing else, which nobody can change', async () => {
    expect(
      await shell(
        image.id,
        'find /opt/packages -type f ! -name "*.olean*" ! -name "*.ilean" ! -name "*.ir" ! -name "*.so"',
      ),
    ).toBe('');
    expect(await shell(image.id, 'find /opt/packages ! -user 0 -o ! -type l -perm /022')).toBe('');
    expect(
      await shell(
        image.id,
        'find / -xdev "(" -path /opt/lean/lib/lean/stand-in -o -path /proc ")" -prune -o "(" -name lake -o -name .git -o -path "/opt/packages/*.lean" ")" -print',
      ),
    ).toBe('');
    expect(await shell(image.id, 'env')).not.toMatch(/GIT_|MATHLIB|proxy/i);
  });

  it('runs as leanuser, without a volume, with the modules on Lean’s search path', async () => {
    const { Config } = await docker.getImage(image.id).inspect();
    expect(Config).toMatchObject({ User: '65532:65532', WorkingDir: '/home/leanuser/project' });
    expect(Object.keys({ ...Config.Volumes })).toEqual([]);
    expect(
      Config.Env.find((item) => item.startsWith('LEAN_PATH='))
        ?.split(/[=:]/)
        .slice(1)
        .sort(),
    ).toEqual(['ground', 'middle', 'tower'].map((name) => `/opt/packages/${name}/lib/lean`));
  });

  it('was made in steps that tell what they do, module by module', () => {
    const steps = tried.progress.filter(({ phase }) => phase === 'packages');
    const messages = [...new Set(steps.map(({ message }) => message))];
    expect(messages).toEqual(
      expect.arrayContaining([
        'Making a builder with git and curl (network: host)',
        `Looking at ${at('tower')}`,
        'Resolving the packages',
        'Compiling the packages',
        'Compiling the rest of ground',
        'Putting the compiled modules into the image',
      ]),
    );
    const compiled = steps.flatMap(({ detail = '', done, total }) =>
      detail.startsWith('Built ') ? [{ detail, done, total }] : [],
    );
    expect(compiled.map(({ detail }) => detail.split(' ')[1])).toEqual(
      expect.arrayContaining(['Ground.Basic', 'Middle', 'Tower']),
    );
    for (const { done = 0, total = 0 } of compiled) expect(done).toBeLessThanOrEqual(total);
  });

  it('leaves neither a volume nor an image of the builder behind', async () => {
    expect(await volumeExists(tried.wish)).toBe(false);
    const names = (await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
    expect(names.filter((name) => name.startsWith('lean-docker-mcp-packages:'))).toEqual([]);
  });
});

describe.skipIf(base === undefined)(`Mathlib${unlessTried}`, () => {
  it('is taken at the tag of the Lean, its modules from its cache, and waits imported in sandboxes with the memory it needs', async () => {
    const { run } = attempt(['mathlib']);
    const image = await run();
    const { mathlib, ground } = published.commits;
    expect(image.packages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'mathlib',
          url: at('mathlib4'),
          revision: mathlib,
          wanted: tag,
          requested: true,
        }),
        expect.objectContaining({ name: 'ground', revision: ground, requested: false }),
      ]) as unknown,
    );
    expect(image.toolchain.libraries).toContain('Mathlib');
    expect(image.memoryHint).toBeGreaterThan(0);
    if (inject('isStandIn')) expect(server.requests.some((path) => path.startsWith('/cache/f/'))).toBe(true);
  });

  it('is of the newest release that has a tag when nobody has named a Lean, and names the Lean when it is named itself', async () => {
    const wish = (text: string): PackageBuilderOptions['wish'] => ({
      packages: [text],
      network: 'host',
      mathlibUrl: at('tags'),
    });
    await server.publish('tags', { 'lakefile.toml': 'name = "mathlib"\n' }, [
      'v3.9.0',
      'v4.2.0',
      'v4.10.0',
      'v4.99.0-rc1',
      'v99.0.0',
      'x',
    ]);
    const options = { base: base ?? '', env: {}, onProgress: () => undefined };
    await using newest = await PackageBuilder.open(docker, { ...options, wish: wish('mathlib') });
    expect(await newest.fittingLean()).toBe('4.10.0');
    await using named = await PackageBuilder.open(docker, { ...options, wish: wish('mathlib@v4.2.0') });
    expect(await named.fittingLean()).toBe('4.2.0');
    await newest.clear();
    await named.clear();
  });

  it('is refused at a revision that is for another Lean', async () => {
    const files = { 'lakefile.toml': 'name = "mathlib"\n', 'lean-toolchain': 'leanprover/lean4:v3.9.0\n' };
    await server.publish('other-mathlib', files, ['v3.9.0']);
    expect(await failureOf(attempt(['mathlib@v3.9.0'], { mathlibUrl: at('other-mathlib') }))).toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining(
        `mathlib@v3.9.0 is for Lean 3.9.0, and the toolchain is Lean ${leanVersion}`,
      ) as string,
      hint: expect.stringContaining('--lean-version 3.9.0') as string,
    });
  });

  it.runIf(inject('isStandIn'))(
    'is not compiled for hours when its cache has nothing, unless that is asked for',
    async () => {
      server.behaviour.cache = 'missing';
      try {
        expect(await failureOf(attempt(['mathlib']))).toMatchObject({
          code: 'image-build-failed',
          message: expect.stringContaining('Mathlib has no compiled modules for this revision in its cache') as string,
          hint: expect.stringContaining('--compile') as string,
        });
        const { run } = attempt(['mathlib'], { compile: true });
        expect((await run()).toolchain.libraries).toContain('Mathlib');
      } finally {
        server.behaviour.cache = Buffer.alloc(64);
      }
    },
  );

  it.runIf(inject('isStandIn'))(
    'is fetched again where its cache breaks the connection, and only what is missing',
    async () => {
      server.behaviour.cache = 'broken';
      const tried = attempt(['mathlib']);
      const failure = await failureOf(tried);
      server.behaviour.cache = Buffer.alloc(64);
      expect(failure.message).toMatch(/failed while fetching the compiled modules of Mathlib: the connection broke:/);
      expect(failure.hint).toContain('goes on with what has arrived');
      expect(await volumeExists(tried.wish)).toBe(true);
      expect((await tried.run()).toolchain.libraries).toContain('Mathlib');
      expect(await volumeExists(tried.wish)).toBe(false);
    },
  );
});

describe.skipIf(base === undefined)(`a folder of one’s own${unlessTried}`, () => {
  it('is compiled with what it requires, without what was compiled there', async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, {
      'lakefile.toml': `name = "own-project"\ndefaultTargets = ["OwnProject"]\n\n[[lean_lib]]\nname = "OwnProject"\n${requires('ground', at('ground'), tag)}`,
      'OwnProject.lean': 'import Ground.Basic\ndef OwnProject.value : Nat := Ground.value\n',
      '.lake/build/lib/lean/OwnProject.olean': 'made for another Lean',
      '.git/secret': 'not to be sent',
    });
    const image = await attempt([folder.path]).run();
    expect(image.packages).toEqual(
      expect.arrayContaining([
        { name: 'own-project', requested: true, size: expect.any(Number) as number },
        expect.objectContaining({ name: 'ground', wanted: tag, requested: false }),
      ]) as unknown,
    );
    expect(image.toolchain.libraries).toEqual(expect.arrayContaining(['Ground', 'OwnProject']));
    expect(await shell(image.id, 'grep -rl "made for another" /opt/packages; true')).toBe('');
  });

  it.each([
    ['holds no lakefile', {}, /it holds no lakefile\.toml and no lakefile\.lean/],
    ['does not tell its name', { 'lakefile.lean': 'import Lake\n' }, /does not tell the name of the package/],
  ])('that %s is refused', async (_, tree, message) => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, tree);
    expect(await failureOf(attempt([folder.path]))).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe.skipIf(base === undefined)(
  `a build of packages that fails leaves no image, and says why${unlessTried}`,
  () => {
    it.each([
      ['there is no such revision', () => attempt([at('tower', 'v0.0.1')]), /there is no such revision/, /@REVISION/],
      [
        'there is no such repository',
        () => attempt([at('nowhere')]),
        /there is no such repository/,
        /Look at the address/,
      ],
      [
        'there is no server',
        () => attempt(['http://127.0.0.1:9/gone.git']),
        /no way from the builder to the network/,
        /--network/,
      ],
      [
        'the builder has no network',
        () => attempt([at('tower')], { network: 'none' }),
        /no way from the builder/,
        /--network/,
      ],
    ])('when %s', async (_, tried, message, hint) => {
      expect(await failureOf(tried())).toMatchObject({
        code: 'image-build-failed',
        message: expect.stringMatching(message) as string,
        hint: expect.stringMatching(hint) as string,
      });
    });

    it('when something does not compile, with what Lean says; and goes on when that is mended', async () => {
      await using folder = await temporaryFolder();
      const lakefile = 'name = "broken"\ndefaultTargets = ["Broken"]\n\n[[lean_lib]]\nname = "Broken"\n';
      const good = 'def Broken.good : Nat := 1\n';
      const tree = {
        'lakefile.toml': lakefile,
        'Broken/Good.lean': good,
        'Broken.lean': 'import Broken.Good\ntheorem wrong : 1 = 2 := rfl\n',
      };
      await writeTree(folder.path, tree);
      const tried = attempt([folder.path]);
      const { message } = await failureOf(tried);
      expect(message).toMatch(
        /failed while compiling the packages: something does not compile:.*error: Broken\.lean:2:25: /s,
      );
      await writeTree(folder.path, { 'Broken.lean': 'import Broken.Good\n' });
      tried.progress.length = 0;
      expect((await tried.run()).toolchain.libraries).toContain('Broken');
      const built = tried.progress.flatMap(({ detail = '' }) => /^Built (\S+)/.exec(detail)?.[1] ?? []);
      expect(built).toContain('Broken');
      expect(built).not.toContain('Broken.Good');
    });

    it('when the server breaks the connection in the middle of a repository, and goes on the next time', async () => {
      // The first pack is the one by which the package is looked at.
      server.behaviour.cutAfter = [Infinity, 300];
      const tried = attempt([at('tower')]);
      const failure = await failureOf(tried).finally(() => (server.behaviour.cutAfter = []));
      expect(failure.message).toMatch(/failed while resolving the packages: the connection broke:/);
      expect(failure.hint).toContain('goes on with what has arrived');
      expect((await tried.run()).toolchain.libraries).toContain('Tower');
    });

    it('when the disk is full', async () => {
      const tried = attempt([at('tower', 'main')]);
      const name = volumeOf({ wish: tried.wish, base: base ?? '' });
      await docker.createVolume({
        Name: name,
        Driver: 'local',
        DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=64k,uid=65532' },
      });
      expect(await failureOf(tried)).toMatchObject({
        message: expect.stringContaining('the disk of the Docker engine is full') as string,
        hint: expect.stringContaining('docker system df') as string,
      });
    });

    it.runIf(inject('isStandIn'))('when a Lean is killed for its memory', async () => {
      await using folder = await temporaryFolder();
      const lakefile = 'name = "greedy"\ndefaultTargets = ["Greedy"]\n\n[[lean_lib]]\nname = "Greedy"\n';
      await writeTree(folder.path, { 'lakefile.toml': lakefile, 'Greedy.lean': '-- killed\n' });
      expect((await failureOf(attempt([folder.path]))).message).toContain(
        'the memory of the Docker engine does not suffice',
      );
    });

    it('when it is cancelled, at any step, and the next one goes on', async () => {
      const tried = attempt([at('middle')]);
      const controller = new AbortController();
      const reason = new Error('enough');
      const cancel = ({ message }: BuildProgress): void => {
        if (message === 'Compiling the packages') controller.abort(reason);
      };
      await expect(tried.run(controller.signal, cancel)).rejects.toBe(reason);
      expect(await readImage(docker, tried.tag)).toBeUndefined();
      expect(await docker.listContainers({ all: true, filters: { name: [builderName] } })).toEqual([]);
      expect((await tried.run()).toolchain.libraries).toContain('Middle');
    });

    it('when a name is given twice, or cannot be one', async () => {
      expect((await failureOf(attempt([at('ground'), at('ground', tag)]))).message).toContain('have the same name');
      expect((await failureOf(attempt(['evil; rm -rf /']))).code).toBe('usage');
    });
  },
);
