import { toolchainInContext, verifierInContext } from './build-context.ts';
import { sandboxUserId } from '../sandbox/sandbox.ts';

/** Where sandboxes work, unless configured otherwise. */
const projectDir = '/home/leanuser/project';

/**
 * Prepares a base image; a constant text that runs without a network. It uses no `useradd`, which small images lack, and
 * may run again on an image that it has prepared before.
 */
const prepare = `set -eu
case "$(grep '^leanuser:' /etc/passwd || true)" in
  '') printf 'leanuser:x:${sandboxUserId}:${sandboxUserId}::/home/leanuser:/bin/sh\\n' >> /etc/passwd ;;
  leanuser:*:${sandboxUserId}:${sandboxUserId}:*) ;;
  *) echo 'The base image has a user leanuser of its own, with another id.' >&2; exit 1 ;;
esac
grep -q '^leanuser:' /etc/group || printf 'leanuser:x:${sandboxUserId}:\\n' >> /etc/group
mkdir -p ${projectDir}
chown -R ${sandboxUserId}:${sandboxUserId} /home/leanuser
rm -rf /opt/lean
find / -xdev '(' -type f -o -type d ')' -perm /6000 -exec chmod u-s,g-s {} +`;

/**
 * Compiles the verifier with the toolchain; a constant text that runs without a network. Where that does not work, the image
 * has none, which its test finds out.
 */
const compileVerifier = `cd /opt/lean/verifier
timeout 600 ./build /opt/lean /opt/lean/lib/lean || rm -rf /opt/lean/verifier /opt/lean/lib/lean/Verifier /opt/lean/lib/lean/Verifier.olean`;

/**
 * The Dockerfile of a sandbox image.
 *
 * @param base name of the base image, validated
 */
export function sandboxDockerfile(base: string): string {
  return `FROM ${base}
USER 0:0
WORKDIR /
RUN ${JSON.stringify(['/bin/sh', '-c', prepare])}
COPY ${toolchainInContext}/ /opt/lean/
COPY ${verifierInContext}/ /opt/lean/verifier/
RUN ${JSON.stringify(['/bin/sh', '-c', compileVerifier])}
ENV PATH=/opt/lean/bin:\${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
ENTRYPOINT []
CMD ["/opt/lean/bin/lean", "--version"]
HEALTHCHECK NONE
USER ${sandboxUserId}:${sandboxUserId}
WORKDIR ${projectDir}
`;
}
