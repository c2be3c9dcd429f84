import { foldersInContext, toolchainInContext } from '../build-context.ts';
import { projectDir } from '../dockerfile.ts';
import { sandboxUserId } from '../../sandbox/sandbox.ts';
import { foldersInImage, packagesFolder, prepareTools } from './builder-scripts.ts';

/** The image with git and curl. Its only command is a constant text. @param base name of an image, validated */
export function toolsDockerfile(base: string): string {
  return `FROM ${base}
USER 0:0
WORKDIR /
RUN ${JSON.stringify(['/bin/sh', '-c', prepareTools])}
`;
}

/** The image that compiles packages. @param tools name of the one with git and curl */
export function builderDockerfile(tools: string): string {
  return `FROM ${tools}
COPY ${toolchainInContext}/ /opt/lean/
COPY ${foldersInContext}/ ${foldersInImage}/
ENV PATH=/opt/lean/bin:\${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
`;
}

/**
 * The image with the compiled modules on Lean’s search path.
 *
 * @param collected name of an image with the modules in it
 * @param names of the packages, validated
 */
export function packagesDockerfile(collected: string, names: readonly string[]): string {
  const path = names.map((name) => `${packagesFolder}/${name}/lib/lean`).join(':');
  return `FROM ${collected}
ENV LEAN_PATH=${path}\${LEAN_PATH:+:\${LEAN_PATH}}
ENTRYPOINT []
CMD ["/opt/lean/bin/lean", "--version"]
USER ${sandboxUserId}:${sandboxUserId}
WORKDIR ${projectDir}
`;
}
