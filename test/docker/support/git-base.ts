import type Docker from 'dockerode';
import { dockerfileContext } from '../../../src/image/build-context.ts';
import { runEngineBuild } from '../../../src/image/engine-build.ts';
import { toolsDockerfile } from '../../../src/image/packages/builder-dockerfiles.ts';

const tag = 'lean-docker-mcp:test-base-with-git';

/**
 * A base image that has git and curl, made once on an engine.
 *
 * @returns its name; `undefined` where Debian's packages cannot be had
 */
export async function gitBase(docker: Docker): Promise<string | undefined> {
  const isThere = await docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      () => false,
    );
  if (isThere) return tag;
  try {
    const context = dockerfileContext(toolsDockerfile('debian:bookworm-slim'));
    await runEngineBuild(docker, { context, tag, network: 'host' }, () => undefined);
    return tag;
  } catch {
    return undefined;
  }
}
