import { compilerInContext, elaboratorInContext, toolchainInContext, verifierInContext } from './build-context.ts';
import { labelPrefix } from '../sandbox/docker/labels.ts';
import { sandboxUserId } from '../sandbox/sandbox.ts';

/** Where sandboxes work, unless configured otherwise. */
export const projectDir = '/home/leanuser/project';

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

/** Where an image says why it has no elaborator. */
export const elaboratorMissingPath = '/opt/lean/no-elaborator';

/** The label of the stage that compiles the elaborator; its value tells one build from every other. */
export const builderLabel = `${labelPrefix}builder`;

/** Tells why something does not compile, of what the compiler said. Constant text. */
const tellWhy = `{ printf 'it does not compile: %s\\n' "$(grep -m 1 -iE 'error|cannot find' /made/said || tail -n 1 /made/said)"; tail -c 1500 /made/said; }`;

/** That the base image's compiler is used where the toolchain has none of its own. Constant text. */
const chooseCompiler = `if [ ! -x /opt/lean/bin/clang ] && command -v cc > /dev/null; then export LEAN_CC=cc; fi`;

/** Compiles the elaborator; never fails. Constant text. */
const compile = `mkdir -p /made/out/bin
if [ ! -x /opt/lean/bin/leanc ]; then echo 'the toolchain has no compiler (bin/leanc)' > /made/why; else
  ${chooseCompiler}
  if sh /elaborator/build /opt/lean /made/work > /made/said 2>&1; then cp /made/work/elaborator /made/out/bin/elaborator
  else ${tellWhy} > /made/why; fi
fi
[ -x /made/out/bin/elaborator ] || cp /made/why /made/out/no-elaborator
rm -rf /made/work`;

/** Where an image says why it has no verifier. */
export const verifierMissingPath = '/opt/lean/no-verifier';

/** Starts the verifier in Lean's interpreter, which takes longer and more memory than a program of its own. */
const interpretedVerifier = `#!/bin/sh
exec /opt/lean/bin/lean --run /opt/lean/verifier/Main.lean "$@"
`;

/** Compiles the verifier, and only its modules where there is no compiler of programs; never fails. Constant text. */
const compileVerifier = `mkdir -p /made/out/bin
${chooseCompiler}
if sh /verifier/build /opt/lean /made/verifier > /made/said 2>&1; then
  cp /made/verifier/verifier /made/out/bin/verifier
elif sh /verifier/build /opt/lean /made/verifier interpreted > /made/said 2>&1; then
  mkdir -p /made/out/lib/lean /made/out/verifier
  cp -r /made/verifier/olean/. /made/out/lib/lean/
  cp /verifier/Main.lean /made/out/verifier/Main.lean
  printf %s '${interpretedVerifier}' > /made/out/bin/verifier
  chmod 755 /made/out/bin/verifier
else ${tellWhy} > /made/out/no-verifier; fi
rm -rf /made/verifier`;

/**
 * The Dockerfile of a sandbox image.
 *
 * @param base name of the base image, validated
 * @param build a word that tells this build from every other
 */
export function sandboxDockerfile(base: string, build: string): string {
  return `FROM ${base} AS sandbox
USER 0:0
WORKDIR /
RUN ${JSON.stringify(['/bin/sh', '-c', prepare])}
COPY ${toolchainInContext}/ /opt/lean/
ENV PATH=/opt/lean/bin:\${PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
ENTRYPOINT []
CMD ["/opt/lean/bin/lean", "--version"]
HEALTHCHECK NONE
USER ${sandboxUserId}:${sandboxUserId}
WORKDIR ${projectDir}

FROM sandbox AS builder
USER 0:0
WORKDIR /
COPY ${compilerInContext}/ /opt/lean/
COPY ${verifierInContext}/ /verifier/
RUN ${JSON.stringify(['/bin/sh', '-c', compileVerifier])}
COPY ${elaboratorInContext}/ /elaborator/
RUN ${JSON.stringify(['/bin/sh', '-c', compile])}
LABEL ${builderLabel}=${build}

FROM sandbox
COPY --from=builder /made/out/ /opt/lean/
`;
}
