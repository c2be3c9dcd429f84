import type Docker from 'dockerode';
import { dockerfileContext } from '../../../src/image/build-context.ts';
import { runEngineBuild } from '../../../src/image/engine-build.ts';
import { toolsDockerfile } from '../../../src/image/packages/builder-dockerfiles.ts';

/** The base image that the tests' toolchain needs, if it is not the usual one. */
const below = process.env['LEAN_DOCKER_MCP_BASE_IMAGE'] ?? 'debian:bookworm-slim';
const tag = `${below.replaceAll(/[:/]/g, '-')}-with-git:lean-docker-mcp-test`;

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
    const context = dockerfileContext(toolsDockerfile(below));
    await runEngineBuild(docker, { context, tag, network: 'host' }, () => undefined);
    return tag;
  } catch {
    return undefined;
  }
}
