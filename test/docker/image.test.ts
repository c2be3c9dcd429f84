import { randomUUID } from 'node:crypto';
import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildConfiguredImage } from '../../src/app/sandbox-image.ts';
import { defaultSettings } from '../../src/config/resolve-settings.ts';
import { dockerfileContext } from '../../src/image/build-context.ts';
import type { BuildProgress } from '../../src/image/build-progress.ts';
import { buildSandboxImage, type BuiltImage, type ImageBuildOptions } from '../../src/image/build-sandbox-image.ts';
import { runEngineBuild } from '../../src/image/engine-build.ts';
import { listImages } from '../../src/image/list-images.ts';
import { probeToolchain } from '../../src/image/probe-toolchain.ts';
import { readImage, type SandboxImage } from '../../src/image/read-image.ts';
import { removeImage } from '../../src/image/remove-image.ts';
import { DockerDriver } from '../../src/sandbox/docker/docker-driver.ts';
import { connectEngine } from '../../src/sandbox/docker/engine.ts';
import { silentLogger } from '../../src/telemetry/telemetry.ts';
import { someJail } from '../fakes/jail.ts';
import { writeTree } from '../support/file-tree.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { changedEngine } from './support/changed-engine.ts';
import { shellInImage } from './support/shell-in-image.ts';

const docker: Docker = await connectEngine(process.env);
const base = process.env['LEAN_DOCKER_MCP_BASE_IMAGE'] ?? 'debian:bookworm-slim';
/** Other tests use the engine at the same time. */
const repository = `image-test-${randomUUID()}`;
const tags = new Set<string>();

/** A name that no other test uses; the image is removed at the end. */
function newTag(): string {
  const tag = `${repository}:${randomUUID()}`;
  tags.add(tag);
  return tag;
}

async function build(
  options: Partial<ImageBuildOptions> & Pick<ImageBuildOptions, 'tag'>,
  onProgress: (progress: BuildProgress) => void = () => undefined,
  signal?: AbortSignal,
): Promise<BuiltImage> {
  const usual = { base, jail: someJail, env: {}, homeDir: '/nonexistent', toolchainDir: inject('toolchainDir') };
  return await buildSandboxImage(docker, { ...usual, ...options }, onProgress, signal);
}

/** Builds an image that tests start from; the Dockerfile has no access to files. */
async function buildPlain(dockerfile: string): Promise<string> {
  const tag = newTag();
  await runEngineBuild(docker, { context: dockerfileContext(dockerfile), tag }, () => undefined);
  return tag;
}

const shell = (image: string, command: string, user?: string): Promise<string> =>
  shellInImage(docker, image, command, user);

async function leftovers(): Promise<string[]> {
  const images = await docker.listImages();
  return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((name) => name.startsWith(`${repository}-untried:`));
}

afterAll(async () => {
  for (const tag of tags)
    await docker
      .getImage(tag)
      .remove({ force: true })
      .catch(() => undefined);
});

/** The image that the tests look at. */
const imageTag = newTag();
const progress: BuildProgress[] = [];
let image: BuiltImage;
beforeAll(async () => {
  image = await build({ tag: imageTag, memoryHint: 3 * 1024 ** 3 }, (step) => progress.push(step));
});

describe('a built image', () => {
  it('knows the toolchain that is in it', async () => {
    expect(image.toolchain.versionLine).toBe(inject('toolchainVersion'));
    expect(image.toolchain.worker).toBe(true);
    expect(image.toolchain.libraries).toEqual(expect.arrayContaining(['Init', 'Lean', 'Std']));
    expect(image).toMatchObject({
      names: [imageTag],
      base,
      memoryHint: 3 * 1024 ** 3,
      origin: { source: 'folder', notes: [] },
    });
    expect(image.size).toBeGreaterThan(image.toolchainSize);
    const { origin, ...facts } = image;
    expect(origin.dir).not.toBe('');
    expect(await readImage(docker, imageTag)).toEqual(facts);
    expect(await readImage(docker, image.id)).toEqual(facts);
  });

  it('was made in phases that tell how far they are', () => {
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['context', 'build', 'probe']);
    for (const phase of ['context', 'probe']) {
      const last = progress.findLast((step) => step.phase === phase);
      expect(last?.done).toBe(last?.total);
    }
    expect(progress.filter(({ phase, total }) => phase === 'build' && total !== undefined).length).toBeGreaterThan(5);
  });

  it('runs as leanuser with a numeric id, in a folder of its own', async () => {
    const { Config } = await docker.getImage(imageTag).inspect();
    expect(Config).toMatchObject({ User: '65532:65532', WorkingDir: '/home/leanuser/project' });
    expect(Object.keys({ ...Config.Volumes })).toEqual([]);
    const facts = await shell(imageTag, 'id -un; id -u; id -g; pwd; stat -c %U /home/leanuser /home/leanuser/project');
    expect(facts.split('\n')).toEqual(['leanuser', '65532', '65532', '/home/leanuser/project', 'leanuser', 'leanuser']);
  });

  it('finds lean on its path', async () => {
    expect((await shell(imageTag, 'command -v lean; lean --version')).split('\n').slice(0, 2)).toEqual([
      '/opt/lean/bin/lean',
      inject('toolchainVersion'),
    ]);
  });

  it('holds no setuid or setgid file or folder, not even for root', async () => {
    expect(await shell(imageTag, 'find / -xdev -perm /6000', '0:0')).toBe('');
    expect(await shell(base, 'find / -xdev -perm /6000', '0:0')).not.toBe('');
  });

  it('holds a toolchain that belongs to root and that the user cannot change', async () => {
    expect(await shell(imageTag, 'find /opt/lean ! -user 0', '0:0')).toBe('');
    expect(await shell(imageTag, 'find /opt/lean ! -type l -perm /022', '0:0')).toBe('');
    expect(await shell(imageTag, 'touch /opt/lean/bin/lean /opt/lean/lib/lean/Evil.olean 2>&1 || true')).toMatch(
      /bin\/lean.*: Permission denied\n.*Evil\.olean.*: Permission denied/s,
    );
  });

  it('holds nothing for compiling programs', async () => {
    expect(
      await shell(
        imageTag,
        'find /opt/lean -name "*.a" -o -name "*.h" -o -name "*.c" -o -name "leanc*" -o -name lake',
        '0:0',
      ),
    ).toBe('');
  });

  it('is listed, and leaves no untried image behind', async () => {
    expect((await listImages(docker)).map(({ id }) => id)).toContain(image.id);
    expect(await leftovers()).toEqual([]);
  });

  it('can be the base of another one, which takes over nothing of its toolchain or its labels', async () => {
    const withMore = await buildPlain(
      `FROM ${imageTag}\nUSER 0\nRUN mkdir /opt/more && touch /opt/more/Extra.olean /opt/lean/lib/lean/Old.olean\nENV LEAN_PATH=/opt/more\n`,
    );
    const second = await build({ tag: newTag(), base: withMore });
    expect(second.memoryHint).toBeUndefined();
    expect(second.base).toBe(withMore);
    expect(second.toolchain.libraries).toContain('Extra');
    expect(second.toolchain.libraries).not.toContain('Old');
  });
});

describe('buildSandboxImage', () => {
  it('refuses a base image with volumes, naming them', async () => {
    const withVolume = await buildPlain(`FROM ${base}\nVOLUME /data\n`);
    await expect(build({ tag: newTag(), base: withVolume })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/declares volumes \(\/data\)/) as string,
    });
  });

  it('says what to do about a base image that cannot be had', async () => {
    await expect(build({ tag: newTag(), base: 'localhost:1/nothing:here' })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(
        /^The base image localhost:1\/nothing:here is not on the Docker engine and cannot be pulled: /,
      ) as string,
      hint: expect.stringMatching(/docker pull localhost:1\/nothing:here.*--base NAME/) as string,
    });
  });

  it('shows what the failing step of the build said', async () => {
    const otherUser = await buildPlain(`FROM ${base}\nRUN echo 'leanuser:x:1000:1000::/:/bin/sh' >> /etc/passwd\n`);
    await expect(build({ tag: newTag(), base: otherUser })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(
        /failed at step 4 of \d+ \(RUN .*The base image has a user leanuser of its own, with another id\./s,
      ) as string,
    });
  });

  it('runs the steps of the build without a network', async () => {
    const onBuild = await buildPlain(`FROM ${base}\nONBUILD RUN ls /sys/class/net && false\n`);
    const failure = await build({ tag: newTag(), base: onBuild }).catch((error: unknown) => String(error));
    expect(failure).toMatch(/\nlo\n/);
    expect(failure).not.toContain('eth0');
  });

  it('keeps the former image under the name when the new one does not work, and leaves nothing else', async () => {
    await using folder = await temporaryFolder();
    await writeTree(folder.path, { 'bin/lean': '#!/bin/sh\necho "cannot start today" >&2\nexit 3\n' });
    const tag = await buildPlain(`FROM ${imageTag}\n`);
    const former = await readImage(docker, tag);
    await expect(build({ tag, toolchainDir: folder.path })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(/Lean does not start in the image: .*exit code 3:\ncannot start today/) as string,
    });
    expect(await readImage(docker, tag)).toEqual(former);
    expect(await leftovers()).toEqual([]);
  });

  it('refuses a Lean without a language server', async () => {
    await using folder = await temporaryFolder();
    const lean =
      '#!/bin/sh\n[ "$1" = --version ] && { echo "Lean (version 4.0.0, Release)"; exit; }\necho "no such option" >&2; exit 1\n';
    await writeTree(folder.path, { 'bin/lean': lean });
    await expect(build({ tag: newTag(), toolchainDir: folder.path })).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringMatching(
        /language server gives no usable answer: .*exit code 1.*no such option/s,
      ) as string,
    });
  });

  it('tries the toolchain out in the jail that calls will have', async () => {
    const requests: ContainerCreateOptions[] = [];
    const watched = changedEngine(docker, {
      createContainer: ((request: { readonly _body: ContainerCreateOptions }) => {
        requests.push(request._body);
        return docker.createContainer(request as unknown as ContainerCreateOptions);
      }) as unknown as Docker['createContainer'],
    });
    const settings = {
      ...defaultSettings('/nonexistent').docker,
      image: newTag(),
      base_image: base,
      toolchain_dir: inject('toolchainDir'),
      runtime: 'runc',
      pids_limit: 111,
    };
    await buildConfiguredImage(watched, settings, { env: {}, homeDir: '/nonexistent' }, () => undefined);
    expect(requests.length).toBeGreaterThan(3);
    for (const { HostConfig } of requests) expect(HostConfig).toMatchObject({ Runtime: 'runc', PidsLimit: 111 });
  });

  it('has the verifier interpreted where the toolchain has no compiler of programs', async () => {
    await using folder = await temporaryFolder();
    const toolchainDir = path.join(folder.path, 'toolchain');
    await cp(inject('toolchainDir'), toolchainDir, { recursive: true, verbatimSymlinks: true });
    await rm(path.join(toolchainDir, 'bin', 'leanc'));
    const tag = newTag();
    const { toolchain } = await build({ tag, toolchainDir });
    expect(toolchain).toMatchObject({
      elaborator: { kind: 'none', reason: 'the toolchain has no compiler (bin/leanc)' },
      verifier: { kind: 'compiled' },
    });
    expect(
      await shell(tag, 'head -n 1 /opt/lean/bin/verifier; test -f /opt/lean/verifier/Main.lean && echo there'),
    ).toBe('#!/bin/sh\nthere');
  });

  it('needs perl in the base image, and says so', async () => {
    const withoutPerl = await buildPlain(`FROM ${imageTag}\nUSER 0\nRUN rm /usr/bin/perl\n`);
    await using driver = new DockerDriver({
      connect: () => Promise.resolve(docker),
      maxConcurrentCreations: 1,
      logger: silentLogger,
    });
    const untried = { image: withoutPerl, jail: someJail };
    const probing = probeToolchain({ driver, untried, answerLimitMs: 120_000, onStep: () => undefined });
    await expect(probing).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining('/usr/bin/perl') as string,
    });
  });

  it.each(['context', 'build', 'probe'] as const)(
    'stops when it is cancelled in the phase %s, and leaves nothing',
    async (phase) => {
      const tag = newTag();
      const controller = new AbortController();
      const reason = new Error('enough');
      const cancel = (progress: BuildProgress): void => {
        if (progress.phase === phase && progress.done !== undefined) controller.abort(reason);
      };
      await expect(build({ tag }, cancel, controller.signal)).rejects.toBe(reason);
      expect(await readImage(docker, tag)).toBeUndefined();
      expect(await leftovers()).toEqual([]);
    },
  );

  it.each([
    [{ tag: 'Not A Tag' }, /"Not A Tag" cannot be the name of an image/],
    [{ tag: 'x', base: 'debian\nRUN evil' }, /is not an image name/],
  ])('refuses names that are none: %j', async (options, message) => {
    await expect(build(options)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('readImage', () => {
  it('gives nothing for an image that is not there', async () => {
    expect(await readImage(docker, `${repository}:missing`)).toBeUndefined();
  });

  it('refuses an image that is not ours', async () => {
    await expect(readImage(docker, base)).rejects.toMatchObject({ code: 'image-unusable' });
  });
});

describe('removeImage', () => {
  /** An image of its own id with the labels of the one that the tests look at. */
  const buildCopy = (): Promise<string> => buildPlain(`FROM ${imageTag}\nENV COPY=${randomUUID()}\n`);
  const requireImage = async (name: string): Promise<SandboxImage> => {
    const found = await readImage(docker, name);
    if (found === undefined) throw new Error(`There is no image ${name}.`);
    return found;
  };

  it('removes an image by its name', async () => {
    const tag = await buildCopy();
    const { id } = await requireImage(tag);
    expect(await removeImage(docker, tag)).toBe(id);
    expect(await readImage(docker, id)).toBeUndefined();
  });

  it('removes just the name when the image has others, and all of them by its id', async () => {
    const [first, second, third] = [await buildCopy(), newTag(), newTag()];
    const { id } = await requireImage(first);
    for (const name of [second, third]) {
      const [repo = '', tag = ''] = name.split(':');
      await docker.getImage(id).tag({ repo, tag });
    }
    await removeImage(docker, first);
    expect((await requireImage(second)).names.toSorted()).toEqual([second, third].sort());
    await removeImage(docker, id.replace('sha256:', '').slice(0, 12));
    expect(await readImage(docker, id)).toBeUndefined();
  });

  it('says that containers use the image', async () => {
    const tag = await buildCopy();
    const container = await docker.createContainer({ Image: tag });
    try {
      await expect(removeImage(docker, tag)).rejects.toMatchObject({
        code: 'engine-failed',
        message: expect.stringContaining(`The image ${tag} is in use`) as string,
        hint: expect.stringContaining('docker ps -a') as string,
      });
    } finally {
      await container.remove({ force: true });
    }
  });

  it('leaves images of others alone', async () => {
    await expect(removeImage(docker, base)).rejects.toMatchObject({ code: 'image-unusable' });
    expect(await docker.getImage(base).inspect()).toMatchObject({
      RepoTags: expect.arrayContaining([base]) as string[],
    });
  });

  it('says that there is no such image', async () => {
    await expect(removeImage(docker, `${repository}:missing`)).rejects.toMatchObject({
      code: 'image-missing',
    });
  });
});
